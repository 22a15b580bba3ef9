import CallBoard
import Journal
import Piopiy
import Webhooks

/// The journal of a console that has none: nothing is placed whose intent cannot be written, while what is up can still
/// be seen and hung up.
package struct BrokenJournal: CallJournal {
    let why: String

    package init(why: String) { self.why = why }

    private struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    package func admit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        beside line: JournalLine?,
        at now: Timestamp
    ) async throws -> Admission { throw Broken(description: why) }

    package func readmit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        at now: Timestamp
    ) async throws -> Admission { throw Broken(description: why) }

    package func conclude(_ ref: CallRef, _ outcome: Outcome<Acceptance>, at now: Timestamp) async throws {
        throw Broken(description: why)
    }

    package func knows(_ id: CallID, newest: Bool) async throws -> Bool { throw Broken(description: why) }

    package func record(_ lines: [JournalLine]) async throws {
        // What the platform tells can be asked for again, and why it is not kept was said.
        if lines.allSatisfy({ $0.kind == .poll || $0.kind == .record }) { return }
        throw Broken(description: why)
    }

    /// Shows what can be read of the file, though it cannot be written.
    static func show(_ path: String, of account: String, on board: CallBoard) async {
        var query = CallQuery(limit: 100_000)
        query.account = account
        query.openOrEndedSince = .now + (.zero - JournalSession.memory)
        do throws(JournalError) {
            await board.restore(try SQLiteJournal.glance(path: path, query).calls.reversed())
        } catch {
            await board.note(.warning, "earlier calls cannot be read: \(error)")
        }
    }

    /// Shows a webhook, and has the platform send it again: it is nowhere on disk.
    func take(_ delivery: WebhookDelivery, on board: CallBoard) async throws {
        await board.receive(delivery.payload)
        throw Broken(description: why)
    }
}
