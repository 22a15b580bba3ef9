import CallBoard
import Journal
import Piopiy
import Station

/// A journal for commands that only look.
struct JournalReader {
    /// The platform whose calls are shown; `nil` for all.
    let platform: String?

    private let source: Source

    private enum Source {
        case open(SQLiteJournal)
        /// It cannot be opened for writing, but what is in it can be read.
        case closed(path: String, why: CommandFailure)
    }

    init(_ context: CommandContext, sandbox: Bool, everywhere: Bool) throws(CommandFailure) {
        let place = JournalPlace(context: context, isSandbox: sandbox)
        do throws(CommandFailure) {
            source = .open(try place.open(account: "reader"))
        } catch {
            source = .closed(path: try place.path(), why: error)
        }
        platform = sandbox || everywhere ? nil : Account.platform(context.settings.addresses.rest)
    }

    /// The journal, for those who need more than to read calls.
    /// - Throws: why it could not be opened.
    var journal: SQLiteJournal {
        get throws(CommandFailure) {
            switch source {
            case .open(let journal): return journal
            case .closed(_, let why): throw why
            }
        }
    }

    /// What people did with a call, the newest first.
    func lines(about stored: StoredCall) async throws -> [RecordedLine] {
        switch source {
        case .open(let journal): try await journal.lines(about: stored.call, of: stored.account)
        case .closed(let path, _): try SQLiteJournal.glance(path: path, linesAbout: stored.call, of: stored.account)
        }
    }

    /// What people did with an id that is no call's, the newest first, in every account.
    func lines(of id: CallID) async throws -> [RecordedLine] {
        let journal = try journal
        var lines: [RecordedLine] = []
        for account in try await journal.accounts() where isShown(account) {
            lines += try await journal.lines(about: nil, id, of: account)
        }
        return lines.sorted { $0.position > $1.position }
    }

    func isShown(_ account: String) -> Bool { platform.map { Account.platform(of: account) == $0 } ?? true }

    /// Calls, the newest first, with what the journal has now.
    /// - Returns: those to be shown, at most the query's limit, and how many of other platforms were left out.
    func calls(_ query: CallQuery) async throws -> (shown: [StoredCall], leftOut: Int) {
        var calls = try await now(query)
        guard platform != nil else { return (calls, 0) }
        // Which accounts are of the platform is not known to the file, so more is asked for until there is enough.
        var wider = query
        while true {
            let shown = calls.filter { isShown($0.account) }
            if shown.count >= query.limit || calls.count < wider.limit {
                return (Array(shown.prefix(query.limit)), calls.count - shown.count)
            }
            wider.limit *= 4
            calls = try await more(wider)
        }
    }

    /// Calls, the newest first, with what the journal has now, page by page: as many as the query wants, however many
    /// those are. A journal that cannot be opened for writing gives all of them in one page.
    /// - Parameter body: told each page, which has at least one call; what it throws ends the reading.
    /// - Returns: how many were shown, and how many of other platforms were left out.
    func pages(
        _ query: CallQuery,
        _ body: ([StoredCall]) async throws -> Void
    ) async throws -> (shown: Int, leftOut: Int) {
        guard case .open(let journal) = source else {
            let (calls, leftOut) = try await calls(query)
            if !calls.isEmpty { try await body(calls) }
            return (calls.count, leftOut)
        }
        // Which accounts are of the platform is not known to the file, so pages are read until there is enough.
        var all = query
        if platform != nil { all.limit = .max }
        var (shown, leftOut) = (0, 0)
        let pages = try await journal.currentPages(
            of: all,
            size: min(Self.page, max(query.limit, 20)),
            onMissing: Self.tell
        )
        for try await page in pages {
            let wanted = page.filter { isShown($0.account) }
            leftOut += page.count - wanted.count
            let calls = Array(wanted.prefix(query.limit - shown))
            shown += calls.count
            if !calls.isEmpty { try await body(calls) }
            if shown >= query.limit { break }
        }
        return (shown, leftOut)
    }

    /// Calls that are held at once.
    private static let page = 500

    /// Said where the newest could not be taken in.
    private static func tell(_ missing: MissingLines) {
        Streams.error(missing.words)
    }

    /// As of now, and says what it lacks.
    private func now(_ query: CallQuery) async throws -> [StoredCall] {
        switch source {
        case .open(let journal): return try await journal.currentCalls(query, onMissing: Self.tell)
        case .closed(let path, let why):
            guard let glance = try? SQLiteJournal.glance(path: path, query) else { throw why }
            let left = glance.lacking == 0 ? "" : " The newest \(glance.lacking) journal lines are not included."
            Streams.error("\(why.message)\(left)")
            return glance.calls
        }
    }

    /// As of when that was asked first.
    private func more(_ query: CallQuery) async throws -> [StoredCall] {
        switch source {
        case .open(let journal): try await journal.calls(query)
        case .closed(let path, _): try SQLiteJournal.glance(path: path, query).calls
        }
    }
}
