import Logging
import Piopiy

/// The state store: the only owner of call state.
///
/// Commands come in by ``send(_:)``, webhooks by ``receive(_:)``; what is to be done goes to the platform and the
/// journal; what is shown goes out as snapshots. The rules are in a pure value (`BoardState`), the actor only owns it
/// and puts its changes in order.
///
/// ```swift
/// let board = CallBoard(platform: client)
/// async let running: Void = board.run()
/// board.send(.place(ref, call, allowRepeat: false))
/// for await snapshot in await board.snapshots() { … }
/// ```
public actor CallBoard {
    private var state: BoardState
    private var subscribers: [Int: AsyncStream<BoardSnapshot>.Continuation] = [:]
    private var nextSubscriber = 0
    /// Placements of campaigns that are under way.
    private var campaignPlacements = 0

    /// The most placements of all campaigns at once.
    public static let campaignPlacementsAtOnce = 24

    private let journal: any CallJournal
    private let dialer: Dialer
    private let tagsCalls: Bool
    private let now: @Sendable () -> Timestamp
    private let steady: (@Sendable () -> Timestamp)?
    private let clock: any Clock<Duration>
    private let logger: Logger

    // Commands of one operator keep their order; they come at the speed of fingers, so the buffer needs no bound.
    private let commands = AsyncStream.makeStream(of: Request.self)
    /// Lines that the dialer could not write.
    private let lost: AsyncStream<String>
    // As many as there are requests under way.
    private let effects = AsyncStream.makeStream(of: BoardEffect.self)

    /// - Parameters:
    ///   - operator: who places calls on it, as the journal knows them.
    ///   - numberPlan: in which country numbers are told that have no country code.
    ///   - tagsCalls: whether each placed call gets the variable ``CallRef/variableName``, by which its events are
    ///     known even if its placement is never answered.
    ///   - patience: how long a hang-up or a transfer waits for its line in the journal before it goes out all the
    ///     same.
    ///   - atOnce: the most placements under way at once; fewer than the platform's client has connections.
    ///   - notPlacedDelay: how long after a placement was given up nobody can say that it was not placed.
    ///   - now: wall-clock time.
    ///   - steady: what lengths of time are measured by, ``Piopiy/Timestamp/steady``; `nil` where `now` is never set,
    ///     as in tests.
    ///   - clock: what the once-a-second housekeeping sleeps on.
    public init(
        platform: any CallPlatform,
        journal: any CallJournal = NoJournal(),
        operator: String? = nil,
        numberPlan: NumberPlan = .international,
        tagsCalls: Bool = true,
        patience: Duration = .seconds(1),
        atOnce: Int = 24,
        notPlacedDelay: Duration = Settlement.notPlacedDelay,
        now: @escaping @Sendable () -> Timestamp = { .now },
        steady: (@Sendable () -> Timestamp)? = nil,
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger = Logger(label: "piopiy.board") { _ in SwiftLogNoOpLogHandler() }
    ) {
        state = BoardState(notPlacedDelay: notPlacedDelay)
        let lost = AsyncStream.makeStream(of: String.self)
        self.journal = journal
        dialer = Dialer(
            platform: platform,
            journal: journal,
            patience: patience,
            atOnce: atOnce,
            now: now,
            steady: steady ?? now,
            onLost: { kind, error in
                // The outcome of a placement says so itself.
                if kind == .outcome { return }
                logger.error("the journal could not be written", metadata: ["error": "\(error)"])
                lost.continuation.yield("the journal could not be written: \(error)")
            }
        )
        self.lost = lost.stream
        self.tagsCalls = tagsCalls
        self.now = now
        self.steady = steady
        self.clock = clock
        self.logger = logger
        state.operator = `operator`
        state.snapshot.numberPlan = numberPlan
    }

    /// Asks for something. It returns at once and never waits for the network; commands are done in the order of
    /// asking.
    public nonisolated func send(_ command: BoardCommand) {
        commands.continuation.yield(.command(command))
    }

    /// Whether a placement of a campaign can be taken on: all campaigns together leave room for operators.
    public var hasRoomForCampaigns: Bool { campaignPlacements < Self.campaignPlacementsAtOnce }

    /// Places a call of a campaign, whose row the terms claim. It is on the board from its admission on.
    ///
    /// It needs no ``run()``. Cancelling it never loses the outcome of what has left.
    /// - Parameter onAdmitted: asked when its intent is on disk and the board has it; `false` holds the placement back.
    /// - Returns: `nil` where there is no room (``hasRoomForCampaigns``): then nothing was asked for.
    public func place(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        onAdmitted: @escaping @Sendable () -> Bool = { true }
    ) async -> Dialer.Result? {
        // Never a queue: what waits in one is rung some time after its campaign was given up.
        guard hasRoomForCampaigns else { return nil }
        campaignPlacements += 1
        defer { campaignPlacements -= 1 }
        let result = await dialer.place(placement, terms) {
            if let call = placement.call { await self.take(.begun(placement.ref, call)) }
            return onAdmitted()
        }
        if result.admission?.isAdmitted == true, placement.call != nil {
            take(.begunOutcome(placement.ref, result.outcome))
        }
        if let error = result.whyNotRecorded {
            logger.error("the journal could not be written", metadata: ["error": "\(error)"])
        }
        return result
    }

    /// Waits until everything that was asked for before is taken up, and so counts in ``BoardSnapshot/underWay``. To be
    /// called only while ``run()`` runs.
    public func settled() async {
        await withCheckedContinuation { continuation in
            if case .terminated = commands.continuation.yield(.marker(continuation)) { continuation.resume() }
        }
    }

    /// Takes a webhook in. When it returns, the board has it.
    public func receive(_ payload: WebhookPayload) {
        take(.webhook(payload))
    }

    /// Takes in what others wrote into the journal.
    public func follow(_ lines: [JournalLine]) {
        take(.lines(lines))
    }

    /// Takes in what others wrote into the journal, and who they are.
    public func follow(_ lines: [RecordedLine]) {
        var operators: [CallRef: String] = [:]
        for line in lines where line.line.kind == .intent {
            if let ref = line.line.ref { operators[ref] = line.origin.operator }
        }
        take(.lines(lines.map(\.line), operators: operators))
    }

    /// Takes in the calls that the journal has, at start.
    public func restore(_ calls: [StoredCall]) {
        take(.restored(calls))
    }

    /// Takes on hang-ups that wait for their call's id, and whose process has ended.
    public func adopt(_ hangUps: [AdoptedHangUp]) {
        if !hangUps.isEmpty { take(.adopted(hangUps)) }
    }

    /// Takes in what the platform told when it was asked. It is written to the journal, for the others.
    public func learn(_ line: JournalLine) async {
        take(.lines([line]))
        await write(line)
    }

    /// The platform was asked, and answered that all is as the board has it.
    public func polled(at: Timestamp) {
        // It is said again and again; only a later time is news.
        guard state.snapshot.lastPoll.map({ at > $0 }) ?? true else { return }
        take(.polled(at))
    }

    /// The platform was asked about a call, and answered that it is as the board has it.
    public func confirm(_ key: CallKey) { take(.confirmed(key)) }

    /// Says what tells the board of calls.
    public func feed(by feed: BoardFeed) {
        // It is said again and again; only a change is one.
        guard feed != state.snapshot.feed else { return }
        take(.feed(feed))
    }

    /// Puts a line before the operator.
    public func note(_ level: BoardMessage.Level, _ text: String) {
        take(.note(level, text))
    }

    /// The board as it is now.
    public var snapshot: BoardSnapshot { state.snapshot }

    /// The board's snapshots, the present one first. A reader that is slow misses the ones between, never the newest,
    /// and nothing queues up behind it.
    public func snapshots() -> AsyncStream<BoardSnapshot> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: BoardSnapshot.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let id = nextSubscriber
        nextSubscriber += 1
        subscribers[id] = continuation
        continuation.onTermination = { [weak self] _ in
            Task { await self?.unsubscribe(id) }
        }
        continuation.yield(state.snapshot)
        return stream
    }

    private func unsubscribe(_ id: Int) { subscribers[id] = nil }

    /// Carries out what is asked until the task is cancelled. Cancelling it gives up the requests under way; when it
    /// returns, each has its outcome, on the board and in the journal. It runs once.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.followCommands() }
            group.addTask { await self.keepTime() }
            group.addTask { for await words in self.lost { await self.note(.error, words) } }
            for await effect in effects.stream {
                group.addTask { await self.carryOut(effect) }
            }
        }
    }

    /// What came in by ``send(_:)``, and the marks of who waits for what came before.
    private enum Request: Sendable {
        case command(BoardCommand)
        case marker(CheckedContinuation<Void, Never>)
    }

    private func followCommands() async {
        for await request in commands.stream {
            switch request {
            case .command(let command): take(.command(command))
            case .marker(let continuation): continuation.resume()
            }
        }
    }

    private func keepTime() async {
        while !Task.isCancelled {
            // A board on which nothing waits for time to pass does not wake the process every second.
            if !needsTicks { for await _ in snapshots() where needsTicks { break } }
            do { try await clock.sleep(for: .seconds(1)) } catch { return }
            if needsTicks { take(.tick) }
        }
    }

    /// Whether rows that ended leave the board some time, or hang-ups that wait are given up.
    private var needsTicks: Bool { state.snapshot.counts.ended > 0 || !state.waiting.isEmpty }

    private func take(_ input: BoardInput) {
        for effect in apply(input) { carryOutSoon(effect) }
    }

    private func carryOutSoon(_ effect: BoardEffect) {
        // Nobody carries out what comes after the end of run().
        if case .terminated = effects.continuation.yield(effect) { giveUp(effect) }
    }

    private func apply(_ input: BoardInput) -> [BoardEffect] {
        let wanted = state.apply(input, now: now(), steady: steady?())
        for subscriber in subscribers.values { subscriber.yield(state.snapshot) }
        return wanted
    }

    private func giveUp(_ effect: BoardEffect) {
        switch effect {
        case .record(let ref, _, _, _): take(.recorded(ref, failure: Self.ending))
        case .send: break
        case .hangUp(let key, _): take(.hangUpOutcome(key, .notSent(Self.gaveUp)))
        case .keepHangUp(let key, let line): take(.hangUpKept(key, at: line.at, failure: Self.ending))
        case .transfer(let key, let request): take(.transferOutcome(key, request, .notSent(Self.gaveUp)))
        case .write: break
        }
    }

    private static let gaveUp = NotSent(reason: .cancelled, attempts: 0)
    private static let ending = "the program is ending"

    private func carryOut(_ effect: BoardEffect) async {
        switch effect {
        case .record(let ref, let call, let beside, let allowsBusy):
            guard !Task.isCancelled else {
                take(.recorded(ref, failure: Self.ending))
                return
            }
            let result = await dialer.place(
                TaggedPlacement(call, ref: ref, isTagged: tagsCalls),
                PlacementTerms(allowsBusy: allowsBusy),
                beside: beside,
                onAdmitted: { await self.isAdmitted(ref) }
            )
            if let error = result.whyNotRecorded {
                logger.error("the journal could not be written", metadata: ["error": "\(error)"])
                take(.note(.error, "the journal could not be written: \(error)"))
            }
            switch result.outcome {
            case _ where result.admission?.isAdmitted == true: take(.outcome(ref, result.outcome))
            case .notSent(let reason): take(.notAdmitted(ref, reason))
            default: take(.outcome(ref, result.outcome))
            }
        case .send: break
        case .hangUp(let key, let hangUp):
            take(.hangUpOutcome(key, await dialer.hangUp(hangUp, isKnown: true)))
        case .transfer(let key, let transfer):
            take(.transferOutcome(key, transfer, await dialer.transfer(transfer, isKnown: true)))
        case .keepHangUp(let key, let line):
            var failure: String?
            if case .failure(let error) = await uncancelled({ try await $0.record([line]) }) { failure = "\(error)" }
            take(.hangUpKept(key, at: line.at, failure: failure))
        case .write(let line):
            await write(line)
        }
    }

    /// Takes in that a placement is admitted.
    /// - Returns: whether it may leave: its row may have become known or gone meanwhile.
    private func isAdmitted(_ ref: CallRef) -> Bool {
        var mayLeave = false
        for effect in apply(.recorded(ref, failure: nil)) {
            if case .send(ref, _) = effect { mayLeave = true } else { carryOutSoon(effect) }
        }
        return mayLeave
    }

    /// Writes what has happened already: a failure cannot undo it, so it is told and the call goes on.
    private func write(_ line: JournalLine) async {
        guard case .failure(let error) = await uncancelled({ try await $0.record([line]) }) else { return }
        if let early = error as? TooEarlyToSettle {
            take(.notSettled(line, early))
            return
        }
        logger.error("the journal could not be written", metadata: ["error": "\(error)"])
        take(.note(.error, "the journal could not be written: \(error)"))
    }

    /// In a task of its own: whoever gives up a request must not give up the record of it.
    private func uncancelled(
        _ work: @escaping @Sendable (any CallJournal) async throws -> Void
    ) async -> Result<Void, any Error> {
        await Task { [journal] in try await work(journal) }.result
    }
}
