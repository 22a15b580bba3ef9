import CallBoard
import Piopiy

/// In what order the board's rows stand.
struct CallOrder: Hashable, Sendable {
    enum Column: String, CaseIterable, Hashable, Sendable {
        /// When the board first heard of the call.
        case newest
        case state, to, from, agent, time
    }

    var column = Column.newest
    var isReversed = false

    var words: String {
        let name =
            column == .newest
            ? (isReversed ? "oldest first" : "newest first") : "by \(column.rawValue)\(isReversed ? ", reversed" : "")"
        return name
    }

    mutating func next() {
        let all = Column.allCases
        column = all[((all.firstIndex(of: column) ?? 0) + 1) % all.count]
        isReversed = false
    }

    /// - Parameter keys: the newest first.
    func sorted(_ keys: [CallKey], _ snapshot: BoardSnapshot, now: Timestamp, names: AgentBook) -> [CallKey] {
        guard column != .newest else { return isReversed ? keys.reversed() : keys }
        // What is equal stays as it came, so that a row does not jump about.
        let calls = keys.enumerated().compactMap { index, key in
            // An agent's name is looked up once for each call, not for each comparison.
            snapshot.call(key).map { (index, key, $0, column == .agent ? names.shown($0.agentID) : nil) }
        }
        let sorted = calls.sorted { one, other in
            let order = column == .agent ? Self.compare(one.3, other.3) : compare(one.2, other.2, now)
            if order == 0 { return one.0 < other.0 }
            return isReversed ? order > 0 : order < 0
        }
        return sorted.map(\.1)
    }

    /// Negative when `one` comes first.
    private func compare(_ one: Call, _ other: Call, _ now: Timestamp) -> Int {
        switch column {
        case .newest, .agent: return 0
        case .state: return Self.rank(one.stage) - Self.rank(other.stage)
        case .to: return Self.compare(one.to, other.to)
        case .from: return Self.compare(one.from, other.from)
        case .time:
            // The longest first: that is the one to look at.
            let (a, b) = (one.duration(at: now) ?? .zero, other.duration(at: now) ?? .zero)
            return a == b ? 0 : a > b ? -1 : 1
        }
    }

    private static func compare(_ one: String?, _ other: String?) -> Int {
        let (one, other) = (one ?? "", other ?? "")
        return one == other ? 0 : one < other ? -1 : 1
    }

    /// What wants a look first.
    private static func rank(_ stage: Call.Stage) -> Int {
        switch stage {
        case .unknown: 0
        case .ringing: 1
        case .talking: 2
        case .queued: 3
        case .placing: 4
        case .ended: 5
        }
    }
}
