import HashTreeCollections
import Piopiy

/// What a poller asks. ``Piopiy/RestClient`` with an app id is one; tests have their own.
public protocol PolledPlatform: Sendable {
    func status(of id: CallID) async -> Outcome<CallStatus>
    func status(of id: RequestID) async -> Outcome<TransferStatus>
    /// Records of calls that were placed in a time; `nil` when there is no app id to ask with.
    func records(since: Timestamp, until: Timestamp) async -> PolledRecords?
    /// The records of one call; `nil` when there is no app's secret to ask with.
    func legs(of lookup: CallLookup) async -> Outcome<[LegRecord]>?
    /// How many calls are up, which also says whether the app's secret is right; `nil` when there is none.
    func callsUp() async -> Outcome<Int>?
}

extension PolledPlatform {
    public func legs(of lookup: CallLookup) async -> Outcome<[LegRecord]>? { nil }
    public func callsUp() async -> Outcome<Int>? { nil }
}

/// What came of asking for records.
public struct PolledRecords: Sendable {
    public let outcome: Outcome<[CallRecord]>
    /// How many requests it took.
    public let requests: Int

    public init(_ outcome: Outcome<[CallRecord]>, requests: Int = 1) {
        self.outcome = outcome
        self.requests = requests
    }
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

    public func legs(of lookup: CallLookup) async -> Outcome<[LegRecord]>? {
        client.lookups.isAvailable ? await client.lookups.records(lookup) : nil
    }

    public func callsUp() async -> Outcome<Int>? {
        client.lookups.isAvailable ? await client.lookups.callsUp() : nil
    }

    /// So many requests for one question at most; the oldest records come first, and with them those that are waited
    /// for.
    private static let mostRequests = 20

    public func records(since: Timestamp, until: Timestamp) async -> PolledRecords? {
        guard let appID else { return nil }
        let query: CDRQuery
        do throws(ValidationError) {
            query = try CDRQuery(appID: appID, from: since, to: until)
        } catch {
            return PolledRecords(.invalid(error), requests: 0)
        }
        var records: [CallRecord] = []
        var pages = client.cdr.pages(query).makeAsyncIterator()
        while pages.requests < Self.mostRequests, let page = await pages.next() {
            guard case .accepted(let page) = page else {
                return PolledRecords(page.map { _ in [] }, requests: pages.requests)
            }
            records.append(contentsOf: page.records)
        }
        return PolledRecords(.accepted(records), requests: pages.requests)
    }
}

/// Asks the platform about calls that nobody tells of, as ``PollPlan`` has it, and tells the board.
public actor CallPoller {
    private let board: CallBoard
    private let platform: any PolledPlatform
    private let now: @Sendable () -> Timestamp
    private let clock: any Clock<Duration>
    private var plan: PollPlan
    /// How often in a row a call was not found, and what was known of it then.
    private var misses: [CallID: (count: Int, facts: CallFacts)] = [:]
    private var problems: [Subject: String] = [:]
    private var silenceSoughtAt: Timestamp?
    /// The last webhook when it was told that none comes any more; told once for each silence.
    private var silenceTold: Timestamp??

    /// What is asked about: that one of them is not answered says nothing of the others.
    private enum Subject {
        case calls, transfers, records, lookups
    }

    /// Whether it is known that the app's secret is right. A wrong one is answered like a call that nobody knows.
    private var isSecretChecked = false
    /// Records that were told, so that one that is asked for again is not written again.
    private var told: Set<ToldRecord> = []

    private struct ToldRecord: Hashable {
        let lookup: CallLookup
        let record: LegRecord
    }

    /// How often in a row a call is not found before it counts as ended. From then on nobody asks about it, and an
    /// operator neither sees it nor can hang it up unless an event tells of it. One answer may be a slip; a call that
    /// was only just placed may not be found yet. Where the platform took a hang-up it is what we wait for.
    private static func missesThatEnd(_ call: Call) -> Int {
        if call.hangUp == .accepted { return 1 }
        return call.facts.placement.contains(.seen) ? 2 : 3
    }
    /// Longer than any call can last: the platform ends it after two hours.
    private static let longestSilence = Duration.seconds(3 * 3600)

    public init(
        board: CallBoard,
        platform: any PolledPlatform,
        hasRecords: Bool,
        hasLookups: Bool = false,
        now: @escaping @Sendable () -> Timestamp = { .now },
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.board = board
        self.platform = platform
        self.now = now
        self.clock = clock
        plan = PollPlan(hasRecords: hasRecords, hasLookups: hasLookups)
    }

    /// Asks until the task is cancelled.
    ///
    /// A round is not begun more often than every half second, nor while the board stays as it is and nothing is due.
    public func run() async {
        let (wakes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watching = Task { [board] in for await _ in await board.snapshots() { waker.yield() } }
        defer { watching.cancel() }
        var wake = wakes.makeAsyncIterator()
        while !Task.isCancelled {
            await round()
            do { try await clock.sleep(for: Self.shortestRound) } catch { return }
            let left = plan.quiet - Self.shortestRound
            guard left > .zero else { continue }
            let timer = Task { [clock] in
                try await clock.sleep(for: left)
                waker.yield()
            }
            defer { timer.cancel() }
            guard await wake.next(isolation: #isolation) != nil else { return }
        }
    }

    private static let shortestRound = Duration.milliseconds(500)

    /// Asks what is due now, and waits for the answers.
    public func round() async {
        let snapshot = await board.snapshot
        await tellSilence(snapshot)
        await endSilentCalls(snapshot)
        let questions = plan.next(snapshot, now: now())
        await withTaskGroup(of: Void.self) { group in
            for question in questions { group.addTask { await self.ask(question) } }
        }
    }

    /// Says once that webhooks should have told of a call and none has come: whoever listens in vain is not to look as
    /// if all were well.
    private func tellSilence(_ snapshot: BoardSnapshot) async {
        guard snapshot.feed == .webhooks || snapshot.feed == .journal else { return }
        let now = now()
        guard silenceTold != .some(snapshot.lastWebhook), let call = snapshot.unheardCall(at: now) else { return }
        silenceTold = .some(snapshot.lastWebhook)
        let asked =
            call.callID == nil && !plan.hasRecords
            ? "Its call id is not known, so the platform cannot be asked"
            : "The platform is being polled meanwhile"
        await board.note(
            .warning,
            "no webhook has come since the call to \(call.to ?? "?") was placed. \(asked). "
                + "Is the URL registered with the platform? See piopiy webhooks register"
        )
    }

    /// Calls that nobody can ask about, as nobody knows their id, and that nobody tells of: they would be up for ever.
    /// Those in doubt wait for the operator's word.
    private func endSilentCalls(_ snapshot: BoardSnapshot) async {
        let now = now()
        // A clock that was set back must not put it off.
        guard silenceSoughtAt.map({ now - $0 >= .seconds(60) || now < $0 }) ?? true else { return }
        silenceSoughtAt = now
        for call in snapshot.order.compactMap({ snapshot.call($0) }) {
            guard !call.isEnded, !call.isInDoubt, call.stage != .placing else { continue }
            if let id = call.callID, UUIDText.problem(with: id.text) == nil { continue }
            let last = max(call.timeline.last?.at ?? call.seenAt, call.seenAt)
            guard now - last >= Self.longestSilence else { continue }
            await board.learn(.gone(call, why: "no news for hours: it counts as ended", at: now))
        }
    }

    private func ask(_ question: PollPlan.Question) async {
        switch question {
        case .call(let key, let id): await ask(about: id, key)
        case .transfer(let key, let call, let id):
            let outcome = await platform.status(of: id)
            guard case .accepted(let status) = outcome else {
                if case .refused = outcome { return }
                return await tell(.transfers, outcome.name, outcome.whyNotAccepted)
            }
            await answered(.transfers)
            let known = await board.snapshot.call(key)?.transfers.first { $0.requestID == status.requestID }
            guard known?.progress.rawValue != status.state.word else { return }
            await board.learn(.transferStatus(status, of: call, at: now()))
        case .records(let since, let until): await askForRecords(since: since, until: until)
        case .legs(let key, let lookup): await lookUp(key, lookup)
        }
    }

    private func ask(about id: CallID, _ key: CallKey) async {
        let outcome = await platform.status(of: id)
        guard case .accepted(let status) = outcome else {
            return await tell(.calls, outcome.name, outcome.whyNotAccepted)
        }
        await answered(.calls)
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
            if isNews {
                await board.learn(.callStatus(status, of: id, at: now()))
            } else {
                await board.confirm(key)
            }
        case .ended:
            // What came between two answers speaks against the first.
            if misses.count > 1000 { misses = [:] }
            let before = misses[id].flatMap { $0.facts == call.facts ? $0.count : nil } ?? 0
            misses[id] = (before + 1, call.facts)
            guard before + 1 >= Self.missesThatEnd(call) else { return plan.askAgain(call.key) }
            misses[id] = nil
            await board.learn(.callStatus(status, of: id, at: now()))
        }
    }

    private func askForRecords(since: Timestamp, until: Timestamp) async {
        guard let answer = await platform.records(since: since, until: until) else { return }
        plan.charge(answer.requests - 1)
        guard case .accepted(let records) = answer.outcome else {
            return await tell(.records, answer.outcome.name, answer.outcome.whyNotAccepted)
        }
        await answered(.records)
        let snapshot = await board.snapshot
        let open = snapshot.order.compactMap { snapshot.call($0) }.filter { !$0.isEnded }
        let ids = Set(open.compactMap(\.callID))
        let plan = snapshot.numberPlan
        let wanted = open.filter { $0.callID == nil }.compactMap(\.to)
        let numbers = Dictionary(
            grouping: wanted.compactMap { NormalizedNumber($0, plan: plan) },
            by: { NumberTail($0) }
        )
        let known = Set(snapshot.calls.values.filter(\.isEnded).compactMap(\.callID))
        for record in records where !known.contains(record.callID) {
            let near = record.toNumber.flatMap { NumberTail($0) }.flatMap { numbers[$0] } ?? []
            let isOfNumber = near.contains { $0.matches(record.toNumber) }
            guard ids.contains(record.callID) || isOfNumber else { continue }
            await board.learn(.record(record, at: now()))
        }
    }

    private func lookUp(_ key: CallKey, _ lookup: CallLookup) async {
        guard let outcome = await platform.legs(of: lookup) else { return }
        guard case .accepted(let records) = outcome else {
            return await tell(.lookups, outcome.name, outcome.whyNotAccepted)
        }
        // That there is no record says nothing of the call: it may be up.
        if records.isEmpty { return await checkSecret() }
        isSecretChecked = true
        await answered(.lookups)
        if told.count > 1000 { told = [] }
        for record in records where told.insert(ToldRecord(lookup: lookup, record: record)).inserted {
            await board.learn(.record(record, by: lookup, at: now()))
        }
    }

    /// Asks once what says so where the app's secret is wrong. It is told, and nothing is looked up any more.
    private func checkSecret() async {
        guard !isSecretChecked, let outcome = await platform.callsUp(), !isSecretChecked else { return }
        switch outcome {
        case .accepted: isSecretChecked = true
        case .refused(let refusal) where refusal.isBadToken:
            isSecretChecked = true
            plan.hasLookups = false
            await board.note(
                .warning,
                "calls cannot be looked up: \(refusal) Check app_id and app_secret_file; a secret belongs to one app."
            )
        default: await tell(.lookups, outcome.name, outcome.whyNotAccepted)
        }
    }

    private func answered(_ subject: Subject) async {
        await board.polled(at: now())
        guard problems.removeValue(forKey: subject) != nil else { return }
        await board.note(.info, "the platform answers requests for \(subject) again")
    }

    /// A failure is told once, until an answer comes again.
    private func tell(_ subject: Subject, _ name: String, _ why: String?) async {
        guard problems[subject] != name else { return }
        problems[subject] = name
        await board.note(.warning, "asking the platform for \(subject) failed: \(why ?? name)")
    }
}
