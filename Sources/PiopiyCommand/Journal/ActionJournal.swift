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

    /// Hangs up. A journal that cannot be written is reported and does not stop the hang-up.
    func hangUp(
        _ id: CallID,
        cause: String,
        reason: String?,
        _ send: @Sendable () async -> Outcome<ActionReceipt>
    ) async -> Outcome<ActionReceipt> {
        let isKnown = await knows(id) ?? false
        await note(.hangUp(id, cause: cause, reason: reason, at: now()), isKnown: isKnown)
        let outcome = await send()
        guard case .accepted(let receipt) = outcome else {
            await note(.hangUpOutcome(outcome, of: id, at: now()), isKnown: isKnown)
            return outcome
        }
        // What the platform hung up was a call, wherever it was placed.
        var isCall = isKnown || !receipt.alreadyEnded
        if !isCall { isCall = await knowsByNow(id) ?? false }
        let said = isCall ? outcome : .refused(await noSuchCall(receipt.status))
        await note(.hangUpOutcome(said, of: id, at: now()), isKnown: isCall)
        return said
    }

    /// Hands a call over; as ``hangUp(_:cause:reason:_:)``.
    func transfer(
        _ transfer: CallTransferRequest,
        _ send: @Sendable () async -> Outcome<TransferReceipt>
    ) async -> Outcome<TransferReceipt> {
        let isKnown = await knows(transfer.callID) ?? false
        await note(.transfer(transfer, at: now()), isKnown: isKnown)
        let outcome = await send()
        await note(.transferOutcome(outcome, of: transfer, at: now()), isKnown: isKnown || outcome.isAccepted)
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
        if operation.name.hasSuffix("hangup") { return await hangUp(operation, id, client) }
        let isKnown = await knows(id) ?? false
        await note(
            .action(.transfer, operation.request, of: id, words: "transfer sent", at: now()),
            isKnown: isKnown
        )
        let outcome = await operation.perform(with: client)
        let end = "transfer: \(ResultLine(operation: outcome, operation).message ?? outcome.name)"
        await note(
            .action(.transferOutcome, operation.request, of: id, words: end, at: now()),
            isKnown: isKnown || outcome.isAccepted
        )
        return outcome
    }

    private func hangUp(
        _ operation: Operation,
        _ id: CallID,
        _ client: RestClient
    ) async -> Outcome<OperationReceipt> {
        let isKnown = await knows(id) ?? false
        await note(
            .action(.hangUp, operation.request, of: id, words: "hang-up sent", at: now()),
            isKnown: isKnown
        )
        let outcome = await operation.perform(with: client)
        var isCall = isKnown
        var said = outcome
        if case .accepted(let receipt) = outcome, !isKnown {
            isCall = receipt.alreadyEnded ? await knowsByNow(id) ?? false : true
            if !isCall { said = .refused(await noSuchCall(receipt.status)) }
        }
        let receipt = said.map { ActionReceipt(status: $0.status, alreadyEnded: $0.alreadyEnded) }
        await note(.hangUpOutcome(receipt, of: id, at: now()), isKnown: isCall)
        return said
    }

    // MARK: Calls that nobody knows

    /// Whether a call with this id was heard of in this account; `nil` when the journal cannot be read.
    private func knows(_ id: CallID) async -> Bool? {
        try? await journal.get().knows(id)
    }

    /// As ``knows(_:)``, with the newest lines.
    private func knowsByNow(_ id: CallID) async -> Bool? {
        try? await store?.addUp()
        return await knows(id)
    }

    /// The platform answers 404 for a call that has ended and for one that never was. Only the journal tells them
    /// apart.
    private func noSuchCall(_ status: Int) async -> Refusal {
        let words =
            switch journal {
            case .success: "neither the platform nor the journal knows a call with this id"
            case .failure: "the platform knows no call with this id, and the journal cannot be read"
            }
        return Refusal(
            status: status,
            code: "no_such_call",
            message: "\(words); nothing was hung up. Check the id: piopiy calls lists those that are up"
        )
    }

    /// Writes a line that makes a row of the call only where it is known that there is one.
    private func note(_ line: JournalLine, isKnown: Bool) async {
        var line = line
        if !isKnown { line.facts = nil }
        await note(line)
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

extension Outcome {
    fileprivate var isAccepted: Bool {
        if case .accepted = self { true } else { false }
    }
}
