import HashTreeCollections
import Piopiy

/// What a poller asks. ``Piopiy/RestClient`` with an app id is one; tests have their own.
public protocol PolledPlatform: Sendable {
    func status(of id: CallID) async -> Outcome<CallStatus>
    func status(of id: RequestID) async -> Outcome<TransferStatus>
    /// Records from a moment on; `nil` when there is no app id to ask with.
    func records(since: Timestamp, until: Timestamp) async -> Outcome<[CallRecord]>?
}

/// The platform as a poller asks it.
public struct PolledClient: PolledPlatform {
    let client: RestClient
    /// The account's app, which records are asked for by.
    let appID: String?

    public init(client: RestClient, appID: String?) {
        self.client = client
        self.appID = appID
    }

    public func status(of id: CallID) async -> Outcome<CallStatus> { await client.calls.status(id) }
    public func status(of id: RequestID) async -> Outcome<TransferStatus> { await client.transfers.status(id) }

    public func records(since: Timestamp, until: Timestamp) async -> Outcome<[CallRecord]>? {
        guard let appID else { return nil }
        let query: CDRQuery
        do throws(ValidationError) {
            query = try CDRQuery(appID: appID, from: since, to: until)
        } catch {
            return .invalid(error)
        }
        var records: [CallRecord] = []
        for await page in client.cdr.pages(query) {
            guard case .accepted(let page) = page else { return page.map { _ in [] } }
            records.append(contentsOf: page.records)
        }
        return .accepted(records)
    }
}

/// Asks the platform about calls that nobody tells of, as ``PollPlan`` has it, and tells the board.
public actor CallPoller {
    private let board: CallBoard
    private let platform: any PolledPlatform
    private let now: @Sendable () -> Timestamp
    private let clock: any Clock<Duration>
    private var plan: PollPlan
    /// How often a call was not found that nothing but the answer to its placement has told of.
    private var misses: [CallID: Int] = [:]
    private var problem: String?

    /// A call that was only just placed may not be found yet.
    private static let missesThatEnd = 3

    public init(
        board: CallBoard,
        platform: any PolledPlatform,
        hasRecords: Bool,
        now: @escaping @Sendable () -> Timestamp = { .now },
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.board = board
        self.platform = platform
        self.now = now
        self.clock = clock
        plan = PollPlan(hasRecords: hasRecords)
    }

    /// Asks until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await round()
            do { try await clock.sleep(for: .milliseconds(500)) } catch { return }
        }
    }

    /// Asks what is due now, and waits for the answers.
    public func round() async {
        let questions = plan.next(await board.snapshot, now: now())
        await withTaskGroup(of: Void.self) { group in
            for question in questions { group.addTask { await self.ask(question) } }
        }
    }

    private func ask(_ question: PollPlan.Question) async {
        switch question {
        case .call(let key, let id): await ask(about: id, key)
        case .transfer(let key, let call, let id):
            let outcome = await platform.status(of: id)
            guard case .accepted(let status) = outcome else {
                if case .refused = outcome { return }
                return await tell(outcome.name, outcome.failure)
            }
            await answered()
            let known = await board.snapshot.call(key)?.transfers.first { $0.requestID == status.requestID }
            guard known?.progress.rawValue != status.state.word else { return }
            await board.learn(.transferStatus(status, of: call, at: now()))
        case .records(let since): await askForRecords(since: since)
        }
    }

    private func ask(about id: CallID, _ key: CallKey) async {
        let outcome = await platform.status(of: id)
        guard case .accepted(let status) = outcome else { return await tell(outcome.name, outcome.failure) }
        await answered()
        guard let call = await board.snapshot.call(key), !call.isEnded else { return }
        switch status {
        case .up(let live):
            misses[id] = nil
            let stage = live.state.flatMap { CallFacts.stage($0) }
            let isNews =
                switch stage {
                case .answered: call.stage != .talking
                case .ringing: call.stage != .ringing && call.stage != .talking
                default: call.stage == .unknown
                }
            if isNews { await board.learn(.callStatus(status, of: id, at: now())) }
        case .ended:
            misses[id, default: 0] += 1
            guard call.facts.placement.contains(.seen) || misses[id, default: 0] >= Self.missesThatEnd else { return }
            misses[id] = nil
            await board.learn(.callStatus(status, of: id, at: now()))
        }
    }

    private func askForRecords(since: Timestamp) async {
        guard let outcome = await platform.records(since: since, until: now()) else { return }
        guard case .accepted(let records) = outcome else { return await tell(outcome.name, outcome.failure) }
        await answered()
        let snapshot = await board.snapshot
        let open = snapshot.order.compactMap { snapshot.call($0) }.filter { !$0.isEnded }
        let ids = Set(open.compactMap(\.callID))
        let numbers = Set(open.filter { $0.callID == nil }.compactMap(\.to))
        let known = Set(snapshot.calls.values.filter(\.isEnded).compactMap(\.callID))
        for record in records where !known.contains(record.callID) {
            guard ids.contains(record.callID) || record.toNumber.map({ numbers.contains($0) }) ?? false else {
                continue
            }
            await board.learn(.record(record, at: now()))
        }
    }

    private func answered() async {
        await board.polled(at: now())
        guard problem != nil else { return }
        problem = nil
        await board.note(.info, "the platform answers questions again")
    }

    /// A failure is told once, until an answer comes again.
    private func tell(_ name: String, _ why: String?) async {
        guard problem != name else { return }
        problem = name
        await board.note(.warning, "the platform was asked about a call: \(why ?? name)")
    }
}

extension Outcome {
    /// Why it is not accepted, in words.
    fileprivate var failure: String? {
        switch self {
        case .accepted: nil
        case .invalid(let error): "\(error)"
        case .notSent(let reason): "\(reason)"
        case .refused(let refusal): "\(refusal)"
        case .unknown(let doubt): "\(doubt)"
        }
    }
}
