import CallBoard
import Webhooks

/// Takes webhooks in for a board that is made after the listener: the platform has to know the listener's address
/// before there is a client, and the board is made of the client.
package actor BoardInbox {
    private struct NoBoardYet: Error {}

    private var session: JournalSession?

    package init() {}

    func connect(_ session: JournalSession) { self.session = session }

    /// - Throws: while there is no board; the listener then asks the platform to send it again.
    package func take(_ delivery: WebhookDelivery) async throws {
        guard let session else { throw NoBoardYet() }
        try await session.take(delivery)
    }
}
