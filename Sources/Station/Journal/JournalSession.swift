import CallBoard
import Journal
import Logging
import Metrics
import Piopiy
import Webhooks

/// A board on a journal: what was there before is on it, what others write comes to it, and what the platform tells is
/// in the journal before it is answered.
package struct JournalSession: Sendable {
    let journal: SQLiteJournal
    let board: CallBoard
    /// Nothing is sent from here.
    var isReadOnly = false
    let logger: Logger
    /// How late lines of other processes come to the board.
    private let followLag = Timer(label: "piopiy_journal_follow_seconds")

    /// Calls that ended in this time before are known: a CDR comes up to 30 minutes after the end.
    static let memory = max(Duration.seconds(3600), Call.longestDoubt)

    /// Calls that ended in this time before are on the board from the first frame on: their numbers may count as busy.
    private static let justNow = Duration.seconds(120)

    /// Puts the calls that are up on the board, and those that ended just now.
    /// - Returns: the position from where to follow.
    func restore(at now: Timestamp) async throws -> Int64 {
        var orphans = 0
        // What comes in after this is read twice, which changes nothing; what came before is in the sums.
        var position = try await journal.position()
        do {
            orphans = try await journal.settleOrphans(at: now)
            try await journal.addUp()
        } catch {
            // Nothing can be written, on a full disk for instance. What was written can still be read, line by line.
            await board.note(.error, "\(error)")
            position = try await journal.addedUp()
        }
        var query = CallQuery(limit: 100_000)
        query.account = journal.origin.account
        query.openOrEndedSince = now + (.zero - Self.justNow)
        await board.restore(try await journal.calls(query).reversed())
        await adoptHangUps(at: now)
        if orphans > 0 {
            let words = orphans == 1 ? "a placement was" : "\(orphans) placements were"
            await board.note(.warning, "\(words) interrupted when an earlier program ended: in doubt, not repeated")
        }
        return position
    }

    /// Has the board know the calls that ended before, as records of them may still come. They are not shown, so nobody
    /// waits for them; to be called before anything tells the board of calls.
    func restoreEnded(at now: Timestamp) async {
        var query = CallQuery(limit: 100_000)
        query.states = ["ended"]
        query.account = journal.origin.account
        query.openOrEndedSince = now + (.zero - Self.memory)
        do {
            await board.restore(try await journal.calls(query).reversed())
        } catch is CancellationError {
            return
        } catch {
            await board.note(.error, "calls that ended before could not be read: \(error)")
        }
    }

    /// Brings what others write to the board until the task is cancelled.
    func follow(from start: Int64) async {
        for await news in journal.follow(from: start) {
            switch news {
            case .success(let lines):
                let others = lines.filter {
                    $0.origin.id != journal.origin.id && $0.origin.account == journal.origin.account
                }
                guard let oldest = others.first else { continue }
                await board.follow(others)
                followLag.record(duration: max(.zero, Timestamp.now - oldest.line.at))
            case .failure(let error):
                await board.note(.error, "calls of other consoles cannot be followed: \(error)")
            }
        }
    }

    /// Settles what processes that died had begun, from time to time.
    func watchOverOthers() async {
        while (try? await Task.sleep(for: .milliseconds(Int.random(in: 3000...6000)))) != nil {
            do {
                try await journal.settleOrphans(at: .now)
                await adoptHangUps(at: .now)
            } catch is CancellationError {
                return
            } catch {
                logger.error("placements of ended processes could not be settled", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Takes on the hang-ups that wait for their call's id and whose process has ended.
    private func adoptHangUps(at now: Timestamp) async {
        guard !isReadOnly else { return }
        do {
            await board.adopt(try await journal.adoptHangUps(at: now))
        } catch is CancellationError {
            return
        } catch {
            logger.error("hang-ups that wait could not be taken over", metadata: ["error": "\(error)"])
        }
    }

    /// The form that the last console was left with.
    func draft() async -> String? {
        do {
            return try await journal.text(Self.draftSlot)
        } catch {
            await board.note(.warning, "the draft of the form could not be read: \(error)")
            return nil
        }
    }

    func keepDraft(_ text: String?) async {
        do {
            try await journal.keep(text, in: Self.draftSlot)
        } catch {
            // Not on the status line, where it would take the place of what matters.
            logger.warning("the draft of the form could not be kept", metadata: ["error": "\(error)"])
        }
    }

    private static let draftSlot = JournalSlot(.draft, "call")

    /// Takes a webhook: into the journal first, then onto the board.
    ///
    /// What cannot be written is shown all the same, and the platform is asked to send it again. What came before is
    /// not shown a second time: one that does not tell its own time would count as having happened now.
    func take(_ delivery: WebhookDelivery) async throws {
        let line = JournalLine.webhook(delivery.payload, body: delivery.body, at: delivery.receivedAt)
        let isNew: Bool
        do {
            isNew = try await journal.take([line]).contains(true)
        } catch {
            await board.receive(delivery.payload)
            throw error
        }
        // A repeated webhook shows that webhooks come, unless nobody can read it.
        switch delivery.payload {
        case .events where !isNew: await board.receive(.events([]))
        case .events, .unreadable: await board.receive(delivery.payload)
        }
    }
}
