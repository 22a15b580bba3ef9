import CallBoard
import Piopiy

/// A process that has a journal open, as it tells of itself.
///
/// Of a process of an older version only what the journal has of it is known.
public struct JournalMember: Hashable, Sendable {
    /// What a process is there for.
    public struct Role: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let console = Role(rawValue: "console")
        public static let listener = Role(rawValue: "listener")
        public static let campaign = Role(rawValue: "campaign")
        /// Any other command.
        public static let command = Role(rawValue: "command")
    }

    /// What a process does for all of its host.
    public enum Duty: String, Hashable, Sendable, CaseIterable {
        /// It receives the webhooks.
        case listener
        /// It asks the platform for what webhooks do not tell.
        case poller
    }

    /// As in ``CallBoard/JournalOrigin``.
    public let id: Int64
    public internal(set) var account: String?
    /// Such as `anna@host pts/3`: the name that the audit has.
    public internal(set) var `operator`: String?
    public internal(set) var joinedAt: Timestamp?
    public internal(set) var processID: Int32?

    public var role: Role?
    public var user: String?
    public var host: String?
    /// Such as `pts/3`; `nil` for a process without one.
    public var terminal: String?
    public var version: String?
    /// The names of the campaigns that it runs.
    public var campaigns: [String] = []
    public var duties: Set<Duty> = []

    /// What a process tells of itself before it has joined.
    public init(
        role: Role?,
        user: String? = nil,
        host: String? = nil,
        terminal: String? = nil,
        version: String? = nil
    ) {
        id = 0
        self.role = role
        self.user = user
        self.host = host
        self.terminal = terminal
        self.version = version
    }

    init(id: Int64) { self.id = id }

    init(_ told: JournalMember?, as origin: JournalOrigin, processID: Int32, at now: Timestamp) {
        id = origin.id
        account = origin.account
        `operator` = origin.operator
        joinedAt = now
        self.processID = processID
        role = told?.role
        user = told?.user
        host = told?.host
        terminal = told?.terminal
        version = told?.version
    }
}

extension JournalMember {
    /// As it stands in the file of its presence.
    var text: String {
        var members: [String: JSONValue] = [
            "campaigns": .array(campaigns.map { .string($0) }),
            "duties": .array(duties.map(\.rawValue).sorted().map { .string($0) }),
        ]
        members["account"] = account.map { .string($0) }
        members["operator"] = `operator`.map { .string($0) }
        members["joined_at"] = joinedAt.map { .integer(Int($0.milliseconds)) }
        members["pid"] = processID.map { .integer(Int($0)) }
        members["role"] = role.map { .string($0.rawValue) }
        members["user"] = user.map { .string($0) }
        members["host"] = host.map { .string($0) }
        members["terminal"] = terminal.map { .string($0) }
        members["version"] = version.map { .string($0) }
        // Nothing of it is a number that JSON cannot hold.
        return (try? JSONValue.object(members).text()) ?? "{}"
    }

    /// - Returns: `nil` for what is no such text, or only half of one.
    init?(id: Int64, _ text: some Sequence<UInt8>) {
        guard let members = (try? JSONValue(parsing: text))?.object else { return nil }
        func integer(_ key: String) -> Int? {
            if case .integer(let value) = members[key] { return value }
            return nil
        }
        func strings(_ key: String) -> [String] { members[key]?.array?.compactMap(\.string) ?? [] }
        self.id = id
        account = members["account"]?.string
        `operator` = members["operator"]?.string
        joinedAt = integer("joined_at").map { Timestamp(milliseconds: Int64($0)) }
        processID = integer("pid").flatMap { Int32(exactly: $0) }
        role = members["role"]?.string.map { Role(rawValue: $0) }
        user = members["user"]?.string
        host = members["host"]?.string
        terminal = members["terminal"]?.string
        version = members["version"]?.string
        campaigns = strings("campaigns")
        // A duty of a newer version is not known here.
        duties = Set(strings("duties").compactMap { Duty(rawValue: $0) })
    }
}
