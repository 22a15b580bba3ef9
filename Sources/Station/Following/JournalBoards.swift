import CallBoard
import Journal
import Piopiy

/// Boards of the accounts on a journal, for whoever only looks: one for each account, as the calls of two never become
/// one.
package struct JournalBoards: Sendable {
    private let journal: SQLiteJournal
    private let isShown: @Sendable (_ account: String) -> Bool

    /// - Parameter isShown: whether the calls of an account are followed.
    package init(_ journal: SQLiteJournal, isShown: @escaping @Sendable (_ account: String) -> Bool) {
        self.journal = journal
        self.isShown = isShown
    }

    /// A board that is only told of calls, and asked to do nothing.
    private struct NoPlatform: CallPlatform {
        private static let nothing = NotSent(reason: .cancelled, attempts: 0)

        func place(_ placement: AdmittedPlacement) async -> Outcome<Acceptance> { .notSent(Self.nothing) }
        func hangUp(_ hangUp: HangUp, _ permit: DialPermit) async -> Outcome<ActionReceipt> { .notSent(Self.nothing) }
        func transfer(_ transfer: CallTransferRequest, _ permit: DialPermit) async -> Outcome<TransferReceipt> {
            .notSent(Self.nothing)
        }
        func perform(_ operation: Operation, _ permit: DialPermit) async -> Outcome<OperationReceipt> {
            .notSent(Self.nothing)
        }
    }

    /// Follows the journal until the task is cancelled, or nobody wants to know any more.
    /// - Parameters:
    ///   - calls: what is known already.
    ///   - start: the position of the newest line that the calls may not have.
    ///   - changed: told the board of an account on which something has happened, or why the journal cannot be read
    ///     just now. `false` ends it.
    package func follow(
        _ calls: [StoredCall],
        from start: Int64,
        _ changed: (Result<(account: String, snapshot: BoardSnapshot), StationError>) async -> Bool
    ) async {
        var boards: [String: CallBoard] = [:]
        for (account, calls) in Dictionary(grouping: calls, by: \.account) {
            let board = CallBoard(platform: NoPlatform())
            boards[account] = board
            await board.restore(calls)
        }
        await withTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            for board in boards.values { group.addTask { await board.run() } }
            for await news in journal.follow(from: start) {
                switch news {
                case .success(let lines):
                    for (account, lines) in Dictionary(grouping: lines, by: \.origin.account) where isShown(account) {
                        let board: CallBoard
                        if let known = boards[account] {
                            board = known
                        } else {
                            board = CallBoard(platform: NoPlatform())
                            boards[account] = board
                            group.addTask { await board.run() }
                        }
                        await board.follow(lines)
                        guard await changed(.success((account, await board.snapshot))) else { return }
                    }
                case .failure(let error):
                    guard await changed(.failure(StationError("\(error)"))) else { return }
                }
            }
        }
    }
}
