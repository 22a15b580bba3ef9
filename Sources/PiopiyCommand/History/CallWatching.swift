import CallBoard
import Journal
import Piopiy
import Station

/// Follows the journal and prints each call that changes.
struct CallWatching: Sendable {
    let journal: SQLiteJournal
    let reader: JournalReader
    let text: CallText

    /// Prints until the task is cancelled, or nobody reads any more.
    /// - Parameter start: the position of the newest line that the calls may not have.
    func run(_ calls: [StoredCall], from start: Int64) async -> ExitStatus {
        var printed: [String: [CallKey: Told]] = [:]
        for stored in calls {
            printed[stored.account, default: [:]][stored.call.key] = Told(
                call: stored.call,
                line: text.line(stored.call, account: stored.account)
            )
        }
        var isWritten = true
        let boards = JournalBoards(journal) { [reader] in reader.isShown($0) }
        await boards.follow(calls, from: start) { change in
            switch change {
            case .success(let (account, snapshot)):
                isWritten = print(snapshot, account, &printed[account, default: [:]])
                return isWritten
            case .failure(let error):
                Streams.error("\(error)")
                return true
            }
        }
        return isWritten ? .done : .outputLost
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
