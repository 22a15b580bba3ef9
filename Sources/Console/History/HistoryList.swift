import CallBoard
import Piopiy

/// The screen of past calls: what was loaded of the journal, and where the selection is.
struct HistoryList: Sendable {
    enum State: Hashable, Sendable {
        case loading
        case loaded
        /// In words why.
        case failed(String)
    }

    /// The most calls that are held; what is older is found by narrowing.
    static let most = 10_000
    /// Calls that are asked for at once.
    static let page = 200
    /// Calls that are looked through for one keypress, when the filter leaves few of them.
    static let patience = 5000

    var state = State.loading
    /// Counts the searches up.
    private(set) var number = 0
    /// Calls that the filter shows, the newest first.
    private(set) var rows: [StoredCall] = []
    private var known: Set<CallKey> = []
    /// Where the journal goes on; `nil` at its end, and before anything was loaded.
    private(set) var next: CallPosition?
    /// Whether the rows are of an older search, narrowed, until the journal has answered.
    private var isStale = true
    /// The calls looked through since the last keypress that wanted more.
    private var scanned = 0
    /// The rows that are wanted.
    private var wanted = 0
    /// Whether there are more than ``most``.
    private(set) var isCut = false
    var warning: String?

    var filter = CallFilter()
    var filterText = ""
    /// What is wrong with it.
    var mistake: String?
    /// The filter's line while it is being typed.
    var field: TextField?
    var cursor = ListCursor<CallKey>()
    /// The call whose details are shown.
    var opened: StoredCall?

    var keys: [CallKey] { rows.map(\.call.key) }
    var selected: StoredCall? { cursor.selection.flatMap { key in rows.first { $0.call.key == key } } }
    /// Whether the journal may have more.
    var hasMore: Bool { next != nil }
    /// Whether it was given up to look on, for want of calls that the filter shows.
    var hasPaused: Bool { state == .loaded && hasMore && rows.count < wanted }

    /// - Parameter number: of the last search, whose answers may still come.
    init(after number: Int = 0) { self.number = number }

    /// Begins a search.
    /// - Parameter rows: rows that are wanted.
    mutating func begin(
        wanted rows: Int,
        names: AgentBook,
        now: Timestamp
    ) -> HistoryAsk {
        number += 1
        state = .loading
        isStale = true
        isCut = false
        next = nil
        scanned = 0
        wanted = rows
        // What is there is narrowed at once; the journal's answer takes its place.
        self.rows = self.rows.filter { filter.matches($0.call, now: now, names: names) }
        return ask(names)
    }

    private func ask(_ names: AgentBook) -> HistoryAsk {
        var query = filter.query(names: names)
        query.before = next
        query.limit = Self.page
        return HistoryAsk(number: number, query: query)
    }

    /// Takes an answer in.
    /// - Returns: what is to be asked next, if anything is.
    mutating func receive(_ page: HistoryPage, of ask: HistoryAsk, names: AgentBook, now: Timestamp) -> HistoryAsk? {
        guard isAwaited(ask) else { return nil }
        if isStale {
            isStale = false
            rows = []
            known = []
            warning = nil
        }
        if let warning = page.warning { self.warning = warning }
        for stored in page.calls where filter.matches(stored.call, now: now, names: names) {
            // A call that was joined with another meanwhile can come twice.
            if known.insert(stored.call.key).inserted { rows.append(stored) }
        }
        scanned += page.calls.count
        next = page.calls.count < ask.query.limit ? nil : page.calls.last?.position
        state = .loaded
        if rows.count >= Self.most, next != nil {
            next = nil
            isCut = true
        }
        guard next != nil, rows.count < wanted, scanned < Self.patience else { return nil }
        state = .loading
        return self.ask(names)
    }

    mutating func fail(_ why: String, of ask: HistoryAsk) {
        guard isAwaited(ask) else { return }
        state = .failed(why)
    }

    private func isAwaited(_ ask: HistoryAsk) -> Bool {
        ask.number == number && state == .loading && ask.query.before == next
    }

    /// More is wanted than there is.
    /// - Returns: what is to be asked; `nil` when nothing is.
    mutating func want(_ rows: Int, names: AgentBook) -> HistoryAsk? {
        wanted = max(wanted, rows)
        guard state == .loaded, next != nil, self.rows.count < wanted else { return nil }
        scanned = 0
        state = .loading
        return ask(names)
    }
}
