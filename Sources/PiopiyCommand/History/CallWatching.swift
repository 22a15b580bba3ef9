import CallBoard
import Journal
import Piopiy

/// Follows the journal and prints each call that changes.
struct CallWatching: Sendable {
    let journal: SQLiteJournal
    let reader: JournalReader
    let text: CallText

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

    /// Prints until the task is cancelled, or nobody reads any more.
    /// - Parameter start: the position of the newest line that the calls may not have.
    func run(_ calls: [StoredCall], from start: Int64) async -> ExitStatus {
        // One board for each account: the calls of two never become one.
        var boards: [String: CallBoard] = [:]
        var printed: [String: [CallKey: Told]] = [:]
        func board(_ account: String) -> CallBoard {
            if let board = boards[account] { return board }
            let board = CallBoard(platform: NoPlatform())
            boards[account] = board
            return board
        }
        for (account, calls) in Dictionary(grouping: calls, by: \.account) {
            await board(account).restore(calls)
            for stored in calls {
                printed[account, default: [:]][stored.call.key] = Told(
                    call: stored.call,
                    line: text.line(stored.call, account: account)
                )
            }
        }

        return await withTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            var running: Set<String> = []
            func runBoards() {
                for (account, board) in boards where running.insert(account).inserted {
                    group.addTask { await board.run() }
                }
            }
            runBoards()
            for await news in journal.follow(from: start) {
                switch news {
                case .success(let lines):
                    for (account, lines) in Dictionary(grouping: lines, by: \.origin.account)
                    where reader.isShown(account) {
                        let board = board(account)
                        runBoards()
                        await board.follow(lines)
                        guard print(await board.snapshot, account, &printed[account, default: [:]]) else {
                            return .outputLost
                        }
                    }
                case .failure(let error): Streams.error("\(error)")
                }
            }
            return .done
        }
    }

    /// Prints the calls that changed.
    /// - Returns: whether they could be written.
    private func print(_ snapshot: BoardSnapshot, _ account: String, _ printed: inout [CallKey: Told]) -> Bool {
        var now: [CallKey: Told] = [:]
        for key in snapshot.order {
            guard let call = snapshot.call(key) else { continue }
            // Most calls are as they were; writing each out anew would cost more than all else.
            if let told = printed[call.key], told.call == call {
                now[call.key] = told
                continue
            }
            let line = text.line(call, account: account)
            now[call.key] = Told(call: call, line: line)
            if printed[call.key]?.line != line, !Streams.out(line) { return false }
        }
        printed = now
        return true
    }

    /// A call as it was printed.
    private struct Told {
        var call: Call
        var line: String
    }
}
