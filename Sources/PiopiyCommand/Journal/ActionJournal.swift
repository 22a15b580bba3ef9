import CallBoard
import Journal
import Piopiy
import Webhooks

/// The journal as commands use it: what they are about to do is written before it is done, and what came of it after.
struct ActionJournal: Sendable {
    private let journal: Result<SQLiteJournal, CommandFailure>
    private let now: @Sendable () -> Timestamp = { .now }

    /// A journal that cannot be opened refuses placements, and nothing else: a hang-up must not fail for want of it.
    /// - Parameter patience: how long to wait for others who hold the journal, each time; what ends a call is not to wait
    ///   for long.
    init(_ context: CommandContext, patience: Duration = .seconds(20)) {
        do throws(CommandFailure) {
            let token = try context.token().token
            let account = Account.name(baseURL: context.settings.addresses.rest, token: token)
            journal = .success(try JournalPlace(context: context).open(account: account, patience: patience))
        } catch {
            journal = .failure(error)
        }
    }

    /// The journal, to follow what others write; `nil` when it could not be opened.
    var store: SQLiteJournal? { try? journal.get() }

    /// Places a call whose intent is on disk; without that nothing is sent.
    func place(
        _ request: APIRequest,
        ref: CallRef,
        _ send: @Sendable () async -> Outcome<Acceptance>
    ) async -> Outcome<Acceptance> {
        do {
            try await journal.get().record([.intent(request: request, ref: ref, at: now())])
        } catch {
            return .notSent(NotSent(reason: .notRecorded(Self.words(error)), attempts: 0))
        }
        let outcome = Task.isCancelled ? .notSent(NotSent(reason: .cancelled, attempts: 0)) : await send()
        await note(.outcome(outcome, ref: ref, at: now()))
        return outcome
    }

    /// Hangs up. That it cannot be written is said, and no reason not to do it.
    func hangUp(
        _ id: CallID,
        cause: String,
        reason: String?,
        _ send: @Sendable () async -> Outcome<ActionReceipt>
    ) async -> Outcome<ActionReceipt> {
        await note(.hangUp(id, cause: cause, reason: reason, at: now()))
        let outcome = await send()
        await note(.hangUpOutcome(outcome, of: id, at: now()))
        return outcome
    }

    /// Hands a call over; as ``hangUp(_:cause:reason:_:)``.
    func transfer(
        _ transfer: CallTransferRequest,
        _ send: @Sendable () async -> Outcome<TransferReceipt>
    ) async -> Outcome<TransferReceipt> {
        await note(.transfer(transfer, at: now()))
        let outcome = await send()
        await note(.transferOutcome(outcome, of: transfer, at: now()))
        return outcome
    }

    /// Does an operation of a batch: placements as ``place(_:ref:_:)``, what acts on a call with a line before and after.
    /// - Parameter ref: the placement's, also when it is not sent along.
    func perform(_ operation: Operation, ref: CallRef?, with client: RestClient) async -> Outcome<OperationReceipt> {
        if operation.isPlacement {
            guard let ref else { return .notSent(NotSent(reason: .notRecorded("it has no reference"), attempts: 0)) }
            return await place(operation, ref, client)
        }
        guard let id = operation.callID, operation.request.method == .post else {
            return await operation.perform(with: client)
        }
        let isHangUp = operation.name.hasSuffix("hangup")
        let words = isHangUp ? "hang-up" : "transfer"
        await note(
            .action(isHangUp ? .hangUp : .transfer, operation.request, of: id, words: "\(words) sent", at: now())
        )
        let outcome = await operation.perform(with: client)
        if isHangUp {
            let receipt = outcome.map { ActionReceipt(status: $0.status, alreadyEnded: $0.alreadyEnded) }
            await note(.hangUpOutcome(receipt, of: id, at: now()))
        } else {
            let end = "\(words): \(ResultLine(operation: outcome, operation).message ?? outcome.name)"
            await note(.action(.transferOutcome, operation.request, of: id, words: end, at: now()))
        }
        return outcome
    }

    private func place(_ operation: Operation, _ ref: CallRef, _ client: RestClient) async -> Outcome<OperationReceipt>
    {
        do {
            try await journal.get().record([.intent(request: operation.request, ref: ref, at: now())])
        } catch {
            return .notSent(NotSent(reason: .notRecorded(Self.words(error)), attempts: 0))
        }
        let outcome: Outcome<OperationReceipt> =
            Task.isCancelled
            ? .notSent(NotSent(reason: .cancelled, attempts: 0)) : await operation.perform(with: client)
        let acceptance = outcome.map { Acceptance(status: $0.status, requestID: $0.requestID, callID: $0.callID) }
        await note(.outcome(acceptance, ref: ref, at: now()))
        return outcome
    }

    /// Makes a webhook durable before it is answered.
    func keep(_ delivery: WebhookDelivery) async throws {
        let line = JournalLine.webhook(delivery.payload, body: delivery.body, at: delivery.receivedAt)
        _ = try await journal.get().take([line])
    }

    private func note(_ line: JournalLine) async {
        do {
            try await journal.get().record([line])
        } catch {
            Streams.error("This is not in the journal (\(line.kind.rawValue)): \(Self.words(error))")
        }
    }

    private static func words(_ error: any Error) -> String { (error as? CommandFailure)?.message ?? "\(error)" }
}
