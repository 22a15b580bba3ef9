import Piopiy

/// Sends requests whose intent is on disk: the only code that may ring somebody, hang up or hand over.
///
/// "Intent on disk, then the request, then the outcome" is here and nowhere else. The journal decides whether a placement
/// may leave (``CallJournal/admit(_:_:beside:at:)``), in the transaction that writes its intent; nothing but this type can
/// make what ``CallPlatform`` wants to see before it sends.
///
/// ```swift
/// let dialer = Dialer(platform: client, journal: journal)
/// let result = await dialer.place(TaggedPlacement(call, ref: ref))
/// ```
///
/// Cancelling a placement never loses its outcome: what has left is awaited, and what came of it is written.
public struct Dialer: Sendable {
    private let platform: any CallPlatform
    private let journal: any CallJournal
    private let patience: Duration
    private let slots: DialSlots
    private let metrics = DialMetrics()
    private let now: @Sendable () -> Timestamp
    private let steady: @Sendable () -> Timestamp
    private let onLost: @Sendable (JournalLine.Kind, any Error) async -> Void

    /// How long after its commit was asked for an admitted placement may leave.
    public static let deadline = Duration.seconds(5)

    /// - Parameters:
    ///   - patience: how long a hang-up or a transfer waits for its line in the journal before it goes out all the same.
    ///   - atOnce: the most placements under way at once; fewer than the platform's client has connections.
    ///   - now: wall-clock time.
    ///   - steady: a clock that nobody sets and that counts suspended time.
    ///   - onLost: told of each line that could not be written, other than an intent.
    public init(
        platform: any CallPlatform,
        journal: any CallJournal,
        patience: Duration = .seconds(1),
        atOnce: Int = 24,
        now: @escaping @Sendable () -> Timestamp = { .now },
        steady: @escaping @Sendable () -> Timestamp = { .steady },
        onLost: @escaping @Sendable (JournalLine.Kind, any Error) async -> Void = { _, _ in }
    ) {
        self.platform = platform
        self.journal = journal
        self.patience = patience
        self.now = now
        self.steady = steady
        self.onLost = onLost
        slots = DialSlots(atOnce)
    }

    // MARK: Placing

    /// What came of a placement.
    public struct Result: Sendable {
        public let outcome: Outcome<Acceptance>
        /// What the journal answered; `nil` when it could not be asked.
        public let admission: Admission?
        /// Why the outcome of an admitted placement is not in the journal; `nil` when it is.
        public var whyNotRecorded: String?
    }

    /// Admits a placement, sends it before its deadline, and records the outcome.
    /// - Parameters:
    ///   - line: written with the intent: both or neither.
    ///   - onAdmitted: asked last, when the intent is on disk; `false` holds the placement back.
    public func place(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms = PlacementTerms(),
        beside line: JournalLine? = nil,
        onAdmitted: @Sendable () async -> Bool = { true }
    ) async -> Result {
        let result: Result
        if await slots.take() {
            result = await dial(placement, terms, beside: line, onAdmitted)
            await slots.release()
        } else {
            result = Result(outcome: Self.gaveUp(), admission: nil)
        }
        metrics.count(result.outcome)
        return result
    }

    private func dial(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        beside line: JournalLine?,
        _ onAdmitted: @Sendable () async -> Bool
    ) async -> Result {
        // From before the commit is asked for: it may take long.
        var deadline = SendDeadline(after: Self.deadline, steady: steady, now: now)
        let admission: Admission
        switch await uncancelled({ try await journal.admit(placement, terms, beside: line, at: now()) }) {
        case .success(let answer): admission = answer
        case .failure(let error):
            let reason = NotSent.Reason.notRecorded("\(error)")
            return Result(outcome: .notSent(NotSent(reason: reason, attempts: 0)), admission: nil)
        }
        if let reason = admission.reason {
            return Result(outcome: .notSent(NotSent(reason: reason, attempts: 0)), admission: admission)
        }
        if case .admitted(let until?) = admission { deadline = deadline.bounded(by: until) }
        let outcome: Outcome<Acceptance>
        if await onAdmitted(), !Task.isCancelled {
            let permit = SendPermit(until: deadline) { await renew(placement, terms) }
            outcome = await platform.place(AdmittedPlacement(placement: placement, permit: permit))
        } else {
            outcome = Self.gaveUp()
        }
        let closing = await uncancelled { try await journal.conclude(placement.ref, outcome, at: now()) }
        guard case .failure(let error) = closing else { return Result(outcome: outcome, admission: admission) }
        await onLost(.outcome, error)
        return Result(outcome: outcome, admission: admission, whyNotRecorded: "\(error)")
    }

    /// A placement that the platform certainly did not act on is admitted anew before it leaves once more: by now somebody
    /// else may have dialed the number.
    private func renew(_ placement: TaggedPlacement, _ terms: PlacementTerms) async -> SendPermit.Renewal {
        var deadline = SendDeadline(after: Self.deadline, steady: steady, now: now)
        switch await uncancelled({ try await journal.readmit(placement, terms, at: now()) }) {
        case .failure(let error): return .refused(.notRecorded("\(error)"))
        case .success(let admission):
            if let reason = admission.reason { return .refused(reason) }
            if case .admitted(let until?) = admission { deadline = deadline.bounded(by: until) }
            return .granted(deadline)
        }
    }

    // MARK: Acting on calls

    /// Hangs a call up. A journal that cannot be written is reported, and does not stop the hang-up.
    /// - Parameter isKnown: whether the call is one that was heard of; `nil` asks the journal. An id of which neither the
    ///   platform nor the journal knows is refused, code `no_such_call`.
    public func hangUp(_ request: HangUp, isKnown: Bool? = nil) async -> Outcome<ActionReceipt> {
        let id = request.callID
        let isKnown = await known(id, isKnown)
        let line = JournalLine.hangUp(id, cause: request.cause, reason: request.reason, at: now())
        return await act(on: id, isKnown, line) {
            await platform.hangUp(request, DialPermit())
        } isCall: { receipt in
            receipt.alreadyEnded ? nil : true
        } after: { outcome, at in
            .hangUpOutcome(outcome, of: id, at: at)
        }
    }

    /// Hands a call over; as ``hangUp(_:isKnown:)``.
    public func transfer(_ request: CallTransferRequest, isKnown: Bool? = nil) async -> Outcome<TransferReceipt> {
        let id = request.callID
        let isKnown = await known(id, isKnown)
        return await act(on: id, isKnown, .transfer(request, at: now())) {
            await platform.transfer(request, DialPermit())
        } isCall: { _ in
            true
        } after: { outcome, at in
            .transferOutcome(outcome, of: request, at: at)
        }
    }

    /// Hangs up or hands over by an operation of the SDK. An operation that does neither is done without a line.
    public func perform(_ operation: Operation) async -> Outcome<OperationReceipt> {
        guard let id = operation.callID, operation.request.method == .post else {
            return await platform.perform(operation, DialPermit())
        }
        let isKnown = await known(id, nil)
        let (request, isHangUp) = (operation.request, operation.isHangUp)
        let words = isHangUp ? "hang-up sent" : "transfer sent"
        let line = JournalLine.action(isHangUp ? .hangUp : .transfer, request, of: id, words: words, at: now())
        return await act(on: id, isKnown, line) {
            await platform.perform(operation, DialPermit())
        } isCall: { receipt in
            receipt.alreadyEnded ? nil : true
        } after: { outcome, at in
            guard isHangUp else {
                let end = "transfer: \(outcome.whyNotAccepted ?? "accepted")"
                return .action(.transferOutcome, request, of: id, words: end, at: at)
            }
            let receipt = outcome.map { ActionReceipt(status: $0.status, alreadyEnded: $0.alreadyEnded) }
            return .hangUpOutcome(receipt, of: id, at: at)
        }
    }

    /// - Parameters:
    ///   - isCall: whether an answer shows that the id is a call's; `nil` when the journal has to say.
    private func act<Receipt>(
        on id: CallID,
        _ isKnown: Bool,
        _ line: JournalLine,
        send: @Sendable () async -> Outcome<Receipt>,
        isCall: (Receipt) -> Bool?,
        after: (Outcome<Receipt>, Timestamp) -> JournalLine
    ) async -> Outcome<Receipt> where Receipt: StatusReceipt {
        let writing = await begin(line.known(isKnown))
        var outcome: Outcome<Receipt> = Task.isCancelled ? Self.gaveUp() : await send()
        await writing.value
        var isKnown = isKnown
        if case .accepted(let receipt) = outcome, !isKnown {
            // The platform answers 404 for a call that has ended and for one that never was: only the journal tells them
            // apart.
            if let isCall = isCall(receipt) { isKnown = isCall } else { isKnown = await known(id, nil, newest: true) }
            if !isKnown { outcome = .refused(await noSuchCall(receipt.status)) }
        }
        await write(after(outcome, now()).known(isKnown))
        return outcome
    }

    private func known(_ id: CallID, _ isKnown: Bool?, newest: Bool = false) async -> Bool {
        if let isKnown { return isKnown }
        return (try? await journal.knows(id, newest: newest)) ?? false
    }

    private func noSuchCall(_ status: Int) async -> Refusal {
        let isReadable = (try? await journal.knows(CallID(""), newest: false)) != nil
        let words =
            isReadable
            ? "neither the platform nor the journal knows a call with this id"
            : "the platform does not know this id, and the journal cannot be read"
        return Refusal(
            status: status,
            code: "no_such_call",
            message: "\(words); nothing was hung up. Check the id: piopiy calls lists the calls that are up"
        )
    }

    // MARK: Lines

    /// Writes what is about to be done, and gives that a moment: what ends a call must not wait for a journal that hangs.
    /// - Returns: the writing, to be awaited before what comes of it is written.
    private func begin(_ line: JournalLine) async -> Task<Void, Never> {
        let (stream, moment) = AsyncStream.makeStream(of: Never.self)
        let writing = Task {
            await write(line)
            moment.finish()
        }
        let timer = Task { [patience] in
            try? await Task.sleep(for: patience)
            moment.finish()
        }
        for await _ in stream {}
        timer.cancel()
        return writing
    }

    /// Writes what has happened already: a failure cannot undo it, so it is told.
    private func write(_ line: JournalLine) async {
        if case .failure(let error) = await uncancelled({ try await journal.record([line]) }) {
            await onLost(line.kind, error)
        }
    }

    /// In a task of its own: whoever gives up a request must not give up the record of it.
    private func uncancelled<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async -> Swift.Result<Value, any Error> {
        await Task { try await work() }.result
    }

    private static func gaveUp<Value>() -> Outcome<Value> {
        .notSent(NotSent(reason: .cancelled, attempts: 0))
    }
}

/// Proof that a request comes from the ``Dialer``: nothing else can make one.
public struct DialPermit: Sendable {
    fileprivate init() {}
}

/// A placement whose intent is on disk: nothing but the ``Dialer`` can make one.
public struct AdmittedPlacement: Sendable {
    public let placement: TaggedPlacement
    /// Under which it leaves.
    package let permit: SendPermit

    fileprivate init(placement: TaggedPlacement, permit: SendPermit) {
        self.placement = placement
        self.permit = permit
    }
}

/// A receipt that tells its HTTP status.
private protocol StatusReceipt: Sendable {
    var status: Int { get }
}

extension ActionReceipt: StatusReceipt {}
extension TransferReceipt: StatusReceipt {}
extension OperationReceipt: StatusReceipt {}

extension JournalLine {
    /// A line that makes a row of the call only where it is known that there is one.
    fileprivate func known(_ isKnown: Bool) -> JournalLine {
        var line = self
        if !isKnown { line.facts = nil }
        return line
    }
}
