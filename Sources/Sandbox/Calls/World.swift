import Logging
import Piopiy

/// The platform behind the sandbox's HTTP: it owns the calls, moves them on and says what is to be told of them.
///
/// What will happen to a call is decided by its ``CallScript`` when it is placed; the world only sleeps from step to step.
/// Each call is lived by a task of its own, and its webhooks are posted by another, so that a slow receiver delays
/// neither the call nor other calls' webhooks.
actor World {
    var store: CallStore
    var transfers: TransferStore
    var messages: MessageLog
    var logins = LoginStore()
    /// Recordings that broke off once, by their file names.
    var brokenOff: TurnedAway
    private var log: RequestLog
    private var placed = 0
    private var turnedAway: TurnedAway
    /// Calls whose webhooks are not all out.
    private var untold = 0
    /// What is under way for calls that have not been told to the end.
    private var lines: [String: Line] = [:]

    let seed: UInt64
    let speed: Double
    private let clock: any Clock<Duration>
    let now: @Sendable () -> Timestamp
    let limits: Limits
    private let receivers: Delivery.Receivers?
    /// Whether anybody wants webhooks.
    private var hasReceivers: Bool
    private let logger: Logger
    private let newcomers = AsyncStream.makeStream(of: Newcomer.self)
    private let newTransfers = AsyncStream.makeStream(of: Transfer.self)

    private struct Line {
        var order: ReportOrder
        /// `nil` when nothing is told of it.
        let reports: AsyncStream<CallReport>.Continuation?
        /// Finished when the call ends, which wakes its sleeping task.
        let over: AsyncStream<Never>.Continuation
    }

    private struct Newcomer: Sendable {
        let id: String
        let script: CallScript
        /// `nil` when nothing is told of it.
        let reports: AsyncStream<CallReport>?
        let over: AsyncStream<Never>
    }

    /// - Parameters:
    ///   - speed: what every delay is divided by.
    ///   - hasReceivers: whether somebody wants webhooks from the start.
    ///   - receivers: who wants a webhook; `nil` when nobody ever will.
    init(
        seed: UInt64,
        speed: Double,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Timestamp = { .now },
        limits: Limits = Limits(),
        logger: Logger,
        hasReceivers: Bool = true,
        receivers: Delivery.Receivers? = nil
    ) {
        self.seed = seed
        self.speed = speed
        self.clock = clock
        self.now = now
        self.limits = limits
        self.logger = logger
        self.receivers = receivers
        self.hasReceivers = hasReceivers && receivers != nil
        transfers = TransferStore(limit: limits.transfers)
        messages = MessageLog(limit: limits.messages)
        brokenOff = TurnedAway(limit: limits.numbers)
        store = CallStore(limits: limits)
        log = RequestLog(limits: limits)
        turnedAway = TurnedAway(limit: limits.numbers)
    }

    // MARK: What is asked of it

    func place(_ request: AICall) -> Reply { place(CallOrder(request)) }

    /// A placement, after the request was found valid.
    func place(_ request: CallOrder) -> Reply {
        let ending = MagicEnding(request.toNumber)
        switch ending {
        case .refusedWith200:
            return .json(
                status: 200,
                ["error": "insufficient_balance", "message": "The account's balance is too low."]
            )
        case .forbidden:
            return .json(status: 403, ["error": "app_not_active"])
        case .rateLimitedOnce:
            if turnedAway.isFirst(request.toNumber.digits) { return Self.comeAgain(429, "too_many_requests") }
        default: break
        }

        let call = SandboxCall(number: placed + 1, order: request, seed: seed, at: now())
        guard store.add(call) else { return Self.comeAgain(429, "too_many_calls") }
        placed += 1
        begin(call)
        let queued = Reply.json(status: 200, ["message": "call_queued", "request": .string(call.requestID)])
        switch ending {
        case .closesConnection, .neverHeardOf: return .closed
        case .answersLate: return .late(MagicEnding.lateAnswer, queued)
        case .badGateway: return .html(status: 502, "<html><body><h1>502 Bad Gateway</h1></body></html>\n")
        case .unavailable: return .unavailable
        case .unreadableAnswer: return .html(status: 200, "<html><body>Your call is being placed.</body></html>\n")
        default: return queued
        }
    }

    /// `POST /v3/voice/call/hangup`, after the request was found valid.
    func hangUp(_ hangUp: HangUp) -> Reply {
        let at = now()
        guard let call = store.change(hangUp.callID.text, { $0.hangUp(hangUp, at: at) }) else {
            return Self.noSuchCall(hangUp.callID.text)
        }
        conclude(call, at: at)
        return .json(status: 200, ["message": "call_hangup", "call_id": .string(call.callID)])
    }

    /// `POST /v3/calls/{id}/actions/hangup`, after the request was found valid.
    func hangUp(_ hangUp: CallHangUp) -> Reply {
        guard let older = try? HangUp(callID: hangUp.callID, cause: hangUp.cause, reason: hangUp.reason) else {
            // Its rules are the same.
            return Self.noSuchCall(hangUp.callID.text)
        }
        guard case .json(200, _, _) = self.hangUp(older), let call = store[hangUp.callID.text] else {
            return Self.noSuchCall(hangUp.callID.text)
        }
        var generator = SeededGenerator(seed: seed &+ 1, number: call.number)
        return .json(
            status: 200,
            [
                "message": "call_hangup", "call_id": .string(call.callID),
                "request_id": .string(generator.token()),
            ]
        )
    }

    /// `GET /v3/calls/{id}`.
    func status(_ id: String) -> Reply {
        guard let call = store[id], call.isUp else { return Self.noSuchCall(id) }
        return .json(status: 200, call.json)
    }

    /// `GET /_sandbox/calls`. Written outside the actor, as it takes a while when there are thousands.
    nonisolated var calls: JSONValue {
        get async { .array(await store.all.map(\.json)) }
    }

    /// `GET /_sandbox/requests`, outside the actor likewise.
    nonisolated var requests: JSONValue {
        get async { await log.json }
    }

    func logRequest(method: String, path: String) -> Int { log.add(method: method, path: path, at: now()) }
    func logBody(_ body: [UInt8], of request: Int) { log.setBody(body, of: request) }
    func logStatus(_ status: Int, of request: Int) { log.setStatus(status, of: request) }

    /// Waits so long in the sandbox's own time.
    nonisolated func pause(_ duration: Duration) async throws {
        let seconds = duration / .seconds(1) / speed
        // A speed near 0 must not make a number that no clock can hold.
        try await clock.sleep(for: .seconds(min(seconds, 1e9)))
    }

    static func comeAgain(_ status: Int, _ code: String) -> Reply {
        .json(status: status, ["error": .string(code), "message": "Try again in a second."], retryAfter: 1)
    }

    static func noSuchCall(_ id: String) -> Reply {
        .error(404, "call_not_found", "No call with this id is up: it has ended, or never existed.")
    }

    // MARK: The calls' lives

    /// Lives the calls until the task is cancelled.
    func run() async {
        let delivery = receivers.map { Delivery(receivers: $0, pause: { try await self.pause($0) }) }
        await withDiscardingTaskGroup { group in
            group.addTask {
                await withDiscardingTaskGroup { group in
                    for await transfer in self.newTransfers.stream { group.addTask { await self.live(transfer) } }
                }
            }
            for await newcomer in newcomers.stream {
                group.addTask { await self.live(newcomer) }
                guard let delivery, let reports = newcomer.reports else { continue }
                group.addTask { await self.tell(reports, by: delivery) }
            }
        }
    }

    private func begin(_ call: SandboxCall) {
        let reports = openReports(of: call)
        let over = AsyncStream.makeStream(of: Never.self)
        lines[call.callID] = Line(
            order: ReportOrder(call.script.telling, generator: SeededGenerator(seed: seed, number: call.number)),
            reports: reports?.continuation,
            over: over.continuation
        )
        newcomers.continuation.yield(
            Newcomer(id: call.callID, script: call.script, reports: reports?.stream, over: over.stream)
        )
    }

    func begin(_ transfer: Transfer) { newTransfers.continuation.yield(transfer) }

    /// From now on somebody wants webhooks: of calls that are placed from here on.
    func noteReceiver() { hasReceivers = receivers != nil }

    private func openReports(of call: SandboxCall)
        -> (stream: AsyncStream<CallReport>, continuation: AsyncStream<CallReport>.Continuation)?
    {
        guard hasReceivers else { return nil }
        guard untold < limits.untold else {
            logger.warning(
                "too many webhooks are waiting; none are sent for this call",
                metadata: ["call": "\(call.callID)"]
            )
            return nil
        }
        untold += 1
        // A call has five reports, told twice at most; the rest is for its transfers.
        return AsyncStream.makeStream(of: CallReport.self, bufferingPolicy: .bufferingOldest(limits.reports))
    }

    private nonisolated func live(_ newcomer: Newcomer) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var elapsed = Duration.zero
                for timed in newcomer.script.steps {
                    do { try await self.pause(timed.after - elapsed) } catch { return }
                    elapsed = timed.after
                    await self.take(timed.step, of: newcomer.id)
                }
            }
            // A hang-up ends the waiting, so that no task outlives its call.
            group.addTask { for await _ in newcomer.over {} }
            await group.next()
            group.cancelAll()
        }
    }

    private func take(_ step: CallScript.Step, of id: String) {
        let at = now()
        guard let call = store.change(id, { $0.take(step, at: at) }) else { return }
        if call.isUp {
            report(call.event(of: step, at: at), of: call, waits: step == .started)
        } else {
            conclude(call, at: at)
        }
    }

    func conclude(_ call: SandboxCall, at: Timestamp) {
        // What the clocks of the outside saw, in the sandbox's own time. Neither a speed without measure nor a clock that
        // was set back may make a number that an Int cannot hold.
        let talked = call.answeredAt.map { (at - $0) / .seconds(1) * speed } ?? 0
        var call = call
        call.noteTalk(Int(max(0, min(talked.rounded(), 1e9))))
        store.update(call)
        abandonTransfer(of: call, at: at)
        if let end = call.end { report(call.event(of: .ended(end), at: at), of: call, waits: true) }
        if let record = call.record() { report(record, of: call, waits: false) }
        if let line = lines.removeValue(forKey: call.callID) {
            line.reports?.finish()
            line.over.finish()
        }
    }

    // MARK: Webhooks

    func report(_ report: CallReport, of call: SandboxCall, waits: Bool) {
        guard let reports = lines[call.callID]?.reports else { return }
        for report in lines[call.callID]?.order.add(report, waits: waits) ?? [] { reports.yield(report) }
    }

    /// Posts a call's webhooks in their order, one at a time.
    private nonisolated func tell(_ reports: AsyncStream<CallReport>, by delivery: Delivery) async {
        for await report in reports {
            do { try await delivery.send(report) } catch { break }
        }
        await told()
    }

    private func told() { untold -= 1 }
}
