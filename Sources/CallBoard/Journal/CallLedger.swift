import HashTreeCollections
import Piopiy

/// Adds lines of a journal up to calls, for a store that keeps the sums.
///
/// A store loads the rows that its new lines are about (``identities(of:)``), adds the lines, and writes back what
/// ``rows()`` and ``gone`` say. The sums do not depend on the order of the lines, nor on how they are cut into
/// portions.
public struct CallLedger: Sendable {
    /// A call as a store keeps it.
    public struct Row: Hashable, Sendable {
        /// Unique in an account.
        public let key: String
        /// When the call was first heard of.
        public let seenAt: Timestamp
        /// All that is known of it, as JSON.
        public let facts: [UInt8]
        /// Who placed it.
        public let `operator`: String?
        /// What was sent to place it, as JSON: `method`, `path`, `body`.
        public let request: [UInt8]?

        public init(key: String, seenAt: Timestamp, facts: [UInt8], operator: String?, request: [UInt8]?) {
            self.key = key
            self.seenAt = seenAt
            self.facts = facts
            self.operator = `operator`
            self.request = request
        }

        /// The row as a call; `nil` when its key is not one of ours.
        public var call: Call? {
            guard let key = CallKey(stored: key), let json = try? JSONValue(parsing: facts) else { return nil }
            var call = Call(key: key, facts: CallFacts(json: json), seenAt: seenAt)
            call.request = request.flatMap { try? JSONValue(parsing: $0) }.flatMap { AICall(sent: $0) }
            call.operator = `operator`
            return call
        }
    }

    private var state = BoardState(endedStay: .seconds(1 << 40), retiredLimit: .max)
    private var placed: [CallKey: (operator: String?, request: [UInt8]?)] = [:]
    private var loaded: [CallKey: String] = [:]

    public init() {}

    /// By what a line finds its calls: rows that have one of these must be loaded before the line is added.
    public static func identities(of line: JournalLine) -> [String] {
        line.told.flatMap { $0.identities.map(\.stored) }
    }

    /// By what later lines find a row: to be kept beside it.
    public static func identities(of row: Row) -> [String] { row.call.map { identities(of: $0) } ?? [] }

    /// As ``identities(of:)-(Row)``, of a row that was read already.
    public static func identities(of call: Call) -> [String] { call.facts.identities.map(\.stored) }

    /// Takes a row as it was stored.
    public mutating func load(_ row: Row) {
        guard let call = row.call else { return }
        state.load(call, now: row.seenAt)
        placed[call.key] = (row.operator, row.request)
        loaded[call.key] = row.key
    }

    /// Adds a line.
    /// - Parameter operator: who wrote it.
    public mutating func add(_ line: JournalLine, operator: String) {
        for facts in line.told {
            guard let key = state.add(facts, at: line.at), line.kind == .intent else { continue }
            placed[key] = (`operator`, line.body)
        }
    }

    /// The calls as they are now.
    public func rows() -> [Row] {
        var origins: [CallKey: (operator: String?, request: [UInt8]?)] = [:]
        for (key, origin) in placed where origin.request != nil || origin.operator != nil {
            origins[state.snapshot.resolve(key)] = origin
        }
        return state.snapshot.calls.values.map { call in
            Row(
                key: call.key.stored,
                seenAt: call.seenAt,
                facts: (try? call.facts.json.bytes()) ?? Array("{}".utf8),
                operator: origins[call.key]?.operator,
                request: origins[call.key]?.request
            )
        }
    }

    /// Keys of loaded rows that turned out to be another row's call.
    public var gone: [String] {
        loaded.filter { state.snapshot.resolve($0.key) != $0.key }.map(\.value)
    }
}

/// A call with what a journal knows beside it.
public struct StoredCall: Hashable, Sendable {
    public let account: String
    public let call: Call
    /// What was sent to place it, as JSON: `method`, `path`, `body`; `nil` for a call that was not placed here.
    public let request: JSONValue?
    /// Where it stands among the journal's calls; `nil` when that was not asked of a journal.
    public let position: CallPosition?

    public init(account: String, call: Call, request: JSONValue?, position: CallPosition? = nil) {
        self.account = account
        self.call = call
        self.request = request
        self.position = position
    }
}

extension Identity {
    /// As a store keeps it.
    var stored: String {
        switch self {
        case .ref(let ref): "r \(ref.text)"
        case .call(let id): "c \(id.text)"
        case .request(let id): "q \(id.text)"
        case .conversation(let id): "v \(id)"
        case .numbers(let from, let to): "n \(from) \(to)"
        }
    }
}
