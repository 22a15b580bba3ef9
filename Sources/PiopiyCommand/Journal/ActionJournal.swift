import CallBoard
import Journal
import Piopiy
import Station
import Webhooks

/// The journal as commands use it, and the dialer on it.
struct ActionJournal: Sendable {
    private let journal: Result<SQLiteJournal, CommandFailure>
    private let dialer: Dialer

    /// A journal that cannot be opened refuses placements, and nothing else: a hang-up must not fail for want of it.
    /// - Parameters:
    ///   - patience: how long to wait for others who hold the journal, each time; what ends a call is not to wait for
    ///     long.
    ///   - atOnce: the most placements under way at once, for which the client has connections.
    init(_ context: CommandContext, _ platform: RestClient, patience: Duration = .seconds(20), atOnce: Int = 24) {
        do throws(CommandFailure) {
            let token = try context.token().token
            let account = Account.name(baseURL: context.settings.addresses.rest, token: token)
            journal = .success(try JournalPlace(context: context).open(account: account, patience: patience))
        } catch {
            journal = .failure(error)
        }
        let store: any CallJournal =
            switch journal {
            case .success(let journal): journal
            case .failure(let failure): BrokenJournal(why: failure.message)
            }
        dialer = Dialer(
            platform: platform,
            journal: store,
            patience: patience,
            atOnce: atOnce,
            onLost: { Streams.error("The journal entry \($0.rawValue) could not be written: \($1)") }
        )
    }

    /// The journal, to follow what others write; `nil` when it could not be opened.
    var store: SQLiteJournal? { try? journal.get() }

    /// Places a call whose intent is on disk; without that nothing is sent.
    func place(_ placement: TaggedPlacement, allowsBusy: Bool) async -> Outcome<Acceptance> {
        await dialer.place(placement, PlacementTerms(allowsBusy: allowsBusy)).outcome
    }

    func hangUp(_ hangUp: HangUp) async -> Outcome<ActionReceipt> { await dialer.hangUp(hangUp) }

    func transfer(_ transfer: CallTransferRequest) async -> Outcome<TransferReceipt> {
        await dialer.transfer(transfer)
    }

    /// Does an operation of a batch.
    /// - Parameter ref: the placement's, also when it is not sent along.
    func perform(_ operation: Operation, ref: CallRef?, allowsBusy: Bool) async -> Outcome<OperationReceipt> {
        guard operation.isPlacement else { return await dialer.perform(operation) }
        guard let ref, let placement = TaggedPlacement(operation, ref: ref) else {
            return .notSent(NotSent(reason: .notRecorded("the placement has no reference"), attempts: 0))
        }
        return await place(placement, allowsBusy: allowsBusy).map(Operation.receipt)
    }

    /// Makes a webhook durable before it is answered.
    func keep(_ delivery: WebhookDelivery) async throws {
        let line = JournalLine.webhook(delivery.payload, body: delivery.body, at: delivery.receivedAt)
        _ = try await journal.get().take([line])
    }
}
