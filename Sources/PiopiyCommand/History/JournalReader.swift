import CallBoard
import Journal
import Piopiy

/// A journal for commands that only look.
struct JournalReader {
    let journal: SQLiteJournal
    /// The platform whose calls are shown; `nil` for all.
    let platform: String?

    init(_ context: CommandContext, sandbox: Bool, everywhere: Bool) throws(CommandFailure) {
        journal = try JournalPlace(context: context, isSandbox: sandbox).open(account: "reader")
        platform = sandbox || everywhere ? nil : Account.platform(context.settings.addresses.rest)
    }

    /// What people did with a call, the newest first.
    func lines(about stored: StoredCall) async throws -> [RecordedLine] {
        try await journal.lines(about: stored.call, of: stored.account)
    }

    func isShown(_ account: String) -> Bool { platform.map { Account.platform(of: account) == $0 } ?? true }

    /// Calls, the newest first, with what the journal has now.
    /// - Returns: those to be shown, at most the query's limit, and how many of other platforms were left out.
    func calls(_ query: CallQuery) async throws -> (shown: [StoredCall], leftOut: Int) {
        do {
            try await journal.settleOrphans(at: .now)
            try await journal.addUp()
        } catch {
            let left = try await journal.position() - journal.addedUp()
            Streams.error("\(error) What is shown lacks the newest \(left) lines.")
        }
        guard platform != nil else { return (try await journal.calls(query), 0) }
        // Which accounts are of the platform is not known to the file, so more is asked for until there is enough.
        var wider = query
        while true {
            let calls = try await journal.calls(wider)
            let shown = calls.filter { isShown($0.account) }
            if shown.count >= query.limit || calls.count < wider.limit {
                return (Array(shown.prefix(query.limit)), calls.count - shown.count)
            }
            wider.limit *= 4
        }
    }
}
