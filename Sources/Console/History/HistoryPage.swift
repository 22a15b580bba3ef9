import CallBoard

/// A page of the journal that is asked for.
public struct HistoryAsk: Hashable, Sendable {
    /// Of which search it is: what comes of an older one is no longer wanted.
    public let number: Int
    /// The account is left to whoever answers.
    public let query: CallQuery

    public init(number: Int, query: CallQuery) {
        self.number = number
        self.query = query
    }
}

/// What a journal answers.
public struct HistoryPage: Sendable {
    /// The newest first.
    public var calls: [StoredCall]
    /// Why what is there may not be all; `nil` when it is.
    public var warning: String?

    public init(calls: [StoredCall] = [], warning: String? = nil) {
        self.calls = calls
        self.warning = warning
    }
}
