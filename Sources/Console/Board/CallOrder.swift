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
        switch column {
        case .newest: isReversed ? keys.reversed() : keys
        case .state: sorted(keys, snapshot) { Self.rank($0.stage) }
        case .to: sorted(keys, snapshot) { $0.to ?? "" }
        case .from: sorted(keys, snapshot) { $0.from ?? "" }
        case .agent: sorted(keys, snapshot) { names.shown($0.agentID) ?? "" }
        // The longest first: that is the one to look at.
        case .time: sorted(keys, snapshot) { ($0.duration(at: now) ?? .zero) / .seconds(-1) }
        }
    }

    /// By a value that is worked out once for each call, not once for each comparison. What is equal stays as it came, so
    /// that a row does not jump about.
    private func sorted<Value: Comparable>(
        _ keys: [CallKey],
        _ snapshot: BoardSnapshot,
        by value: (Call) -> Value
    ) -> [CallKey] {
        let calls = keys.indices.compactMap { index in snapshot.call(keys[index]).map { (index, value($0)) } }
        return calls.sorted { one, other in
            if one.1 == other.1 { return one.0 < other.0 }
            return isReversed ? one.1 > other.1 : one.1 < other.1
        }.map { keys[$0.0] }
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
