import CallBoard
import Piopiy

/// Rings a campaign: takes row after row of its list, at its pace, while it is running.
///
/// Each call's intent is on disk, with the word that its row is begun, before its request leaves; a call that was begun
/// is never begun again, by this process or another. It places on the board of its process, as an operator does.
public actor CampaignRunner {
    public enum Ending: Hashable, Sendable {
        /// All of it was rung, and nobody is on the line any more.
        case done
        /// Somebody has stopped it.
        case stopped
        /// It has paused by itself.
        case paused(CampaignHalt)
        /// The task was cancelled. The campaign is paused.
        case interrupted
        /// It cannot be rung from here; the text says why.
        case failed(String)
    }

    private let store: any CampaignStore
    private let board: CallBoard
    private let look: @Sendable () async -> BoardSnapshot
    private let tagsCalls: Bool
    private let now: @Sendable () -> Timestamp
    private let steady: @Sendable () -> Timestamp
    private let clock: any Clock<Duration>
    private let makeRef: @Sendable (Timestamp) -> CallRef
    private let tell: @Sendable (BoardMessage.Level, String) async -> Void

    private var dials: [CallRef: Task<Void, Never>] = [:]
    private var lines: [CallRef: OpenLine] = [:]
    /// Rows whose number is up or was just rung, by their numbers, and when to look again.
    private var deferred: [Int: Timestamp] = [:]
    private var pace = DialPace()
    private var trip = DialTrip()
    private var name = ""
    private var toldDeferred = 0
    private var fullSince: (at: Timestamp, isTold: Bool)?
    /// Why it has to pause, once it has.
    private var reason: CampaignHalt?

    /// A call that was begun and takes one of the campaign's lines.
    private struct OpenLine {
        let begunAt: Timestamp
        /// When the platform has ended it, whether anybody tells of it or not.
        let bound: Duration
        /// Whether the board has had it.
        var wasSeen = false
    }

    /// How often it is looked whether something can be done.
    static let tick = Duration.milliseconds(200)
    /// How long a row waits whose number was taken.
    private static let deferral = Duration.seconds(10)
    /// How long all lines are taken before it is told.
    private static let silence = Duration.seconds(15)
    /// How long a call in doubt counts as up.
    private static let doubt = Duration.seconds(60)

    /// - Parameters:
    ///   - store: the board's journal.
    ///   - board: where its calls are placed, with those of operators and other campaigns.
    ///   - look: the board as it is now, on which the campaign's calls are seen; for tests that bring it up to date
    ///     first.
    ///   - tagsCalls: as of ``CallBoard``.
    ///   - steady: the clock that the board measures by.
    ///   - tell: gets what people have to know, such as why nothing can be begun just now.
    public init(
        store: any CampaignStore,
        board: CallBoard,
        look: (@Sendable () async -> BoardSnapshot)? = nil,
        tagsCalls: Bool = true,
        now: @escaping @Sendable () -> Timestamp = { .now },
        steady: @escaping @Sendable () -> Timestamp = { .steady },
        clock: any Clock<Duration> = ContinuousClock(),
        makeRef: @escaping @Sendable (Timestamp) -> CallRef = { at in
            var random = SystemRandomNumberGenerator()
            return CallRef(at: at, using: &random)
        },
        tell: @escaping @Sendable (BoardMessage.Level, String) async -> Void = { _, _ in }
    ) {
        self.store = store
        self.board = board
        self.look = look ?? { await board.snapshot }
        self.tagsCalls = tagsCalls
        self.now = now
        self.steady = steady
        self.clock = clock
        self.makeRef = makeRef
        self.tell = tell
    }

    /// Requests that have left and are not answered.
    public var underWay: Int { dials.count }

    /// Whether it has paused by itself and only waits for the last answers.
    public var isHalting: Bool { reason != nil }

    /// Whether nothing more is begun, and only the last answers are awaited.
    public private(set) var isWindingDown = false

    /// Rings it until it has an end, or the task is cancelled: then nothing more is begun, and requests that have left
    /// are awaited, as their answers say who is being rung. It runs once.
    public func run(_ id: Campaign.ID) async -> Ending {
        let ending: Ending
        do {
            try await store.takeOn(id, resuming: false, at: now())
            for call in try await store.openCalls(of: id) {
                // Whatever its row says, the platform ends it by then.
                lines[call.ref] = OpenLine(begunAt: call.begunAt, bound: .seconds(7200 + 180))
            }
            ending = await ring(id)
        } catch is CancellationError {
            ending = .interrupted
        } catch {
            ending = .failed("\(error)")
        }
        isWindingDown = true
        for dial in dials.values { await dial.value }
        do {
            try await store.letGo(id, why: Self.words(ending), at: now())
        } catch {
            await tell(.error, "the end of the campaign's run could not be recorded: \(error)")
        }
        return ending
    }

    private static func words(_ ending: Ending) -> String {
        switch ending {
        case .done, .stopped, .interrupted: "the program that ran it has ended"
        case .paused(let why): why.description
        case .failed(let why): why
        }
    }

    private func ring(_ id: Campaign.ID) async -> Ending {
        var failure: String?
        while !Task.isCancelled {
            do {
                if let ending = try await step(id) { return ending }
                failure = nil
            } catch is CancellationError {
                break
            } catch CampaignError.badRow(let name, let number) {
                reason = reason ?? CampaignHalt(.invalid, "\(CampaignError.badRow(name, number))")
            } catch let error as CampaignError {
                return .failed("\(error)")
            } catch {
                // What cannot be written is not rung. It is told once, and tried again: disks are made room on.
                if failure != "\(error)" { await tell(.error, "campaign \(name) is waiting: \(error)") }
                failure = "\(error)"
            }
            do { try await clock.sleep(for: Self.tick) } catch { break }
        }
        return reason.map { .paused($0) } ?? .interrupted
    }

    /// Does what can be done now.
    private func step(_ id: Campaign.ID) async throws -> Ending? {
        guard let standing = try await store.standing(id) else { throw CampaignError.unknown(id) }
        name = standing.name
        countLines(await look())
        switch standing.state {
        case .stopped: return .stopped
        case .done: return .done
        case .paused, .running: break
        }
        if let reason {
            try await store.halt(id, why: reason.description, at: now())
            return .paused(reason)
        }
        guard standing.isOurs else { return .failed("campaign \(name) is now run by another process") }
        if standing.state == .paused {
            pace.rest(at: now())
            return nil
        }
        guard standing.hasRowsLeft else {
            guard lines.isEmpty, dials.isEmpty else { return nil }
            return try await store.finish(id, at: now()) ? .done : nil
        }
        try await begin(id, standing.pace)
        return nil
    }

    // MARK: Beginning

    private func begin(_ id: Campaign.ID, _ speed: Campaign.Pace) async throws {
        let at = now()
        // Never longer than it takes: the clock may have been set back.
        deferred = deferred.filter { $0.value > at && $0.value <= at + Self.deferral }
        guard lines.count < speed.atOnce else {
            pace.rest(at: at)
            await tellFull(speed, at: at)
            return
        }
        fullSince = nil
        guard pace.isDue(speed, at: at) else { return }
        let free = min(speed.atOnce - lines.count, CallBoard.campaignPlacementsAtOnce)
        // Some are looked at in vain, where their numbers are taken.
        let limit = deferred.count + free + 4
        let rows = try await store.waiting(id, limit: limit)
        for row in rows where deferred[row.number] == nil {
            guard lines.count < speed.atOnce, await board.hasRoomForCampaigns else { break }
            if Task.isCancelled || reason != nil { return }
            // As it is now: whoever else rings may have begun since the row before.
            let number = row.call.toNumber
            let availability = await look().availability(of: number, at: steady())
            guard availability.isFree else {
                deferred[row.number] = at + Self.deferral
                continue
            }
            guard pace.take(speed, at: now()) else { return }
            guard try await begin(row, of: id) else { return }
        }
        if rows.count < limit { await tellDeferred(rows) }
    }

    /// Says once that nothing is begun as all lines are taken, when that lasts and is not for want of patience: by
    /// calls in doubt, or of which nobody tells.
    private func tellFull(_ speed: Campaign.Pace, at: Timestamp) async {
        let snapshot = await look()
        let stages = lines.keys.map { snapshot.call(CallKey($0))?.stage }
        let silent = stages.count { $0 == .queued || $0 == nil }
        let doubtful = stages.count { $0 == .unknown }
        guard silent + doubtful > 0 else {
            fullSince = nil
            return
        }
        let since = fullSince ?? (at, false)
        fullSince = since
        guard !since.isTold, at - since.at >= Self.silence else { return }
        fullSince = (since.at, true)
        var parts: [String] = []
        if silent > 0 { parts.append("\(silent) by calls without any news") }
        if doubtful > 0 { parts.append("\(doubtful) by calls in doubt") }
        await tell(
            .warning,
            "campaign \(name) is waiting: all \(speed.atOnce) lines are taken, \(parts.joined(separator: ", "))"
        )
    }

    /// Says once that all that is left waits for others.
    private func tellDeferred(_ rows: [CampaignRow]) async {
        let waiting = rows.count { deferred[$0.number] != nil }
        guard waiting == rows.count, waiting > 0, dials.isEmpty else {
            toldDeferred = 0
            return
        }
        guard waiting != toldDeferred else { return }
        toldDeferred = waiting
        let them = waiting == 1 ? "the last number is" : "the last \(waiting) numbers are"
        await tell(.warning, "campaign \(name): \(them) busy; they are tried again later")
    }

    /// - Returns: whether others may be begun too.
    private func begin(_ row: CampaignRow, of id: Campaign.ID) async throws -> Bool {
        let at = now()
        let ref = makeRef(at)
        let placement = TaggedPlacement(row.call, ref: ref, isTagged: tagsCalls)
        let terms = PlacementTerms(claim: RowClaim(campaign: id, row: row.number))
        let (decided, decision) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        // A task of its own: whoever gives the campaign up must not give up the answer, which says who is being rung.
        let dial = Task { [board] in
            let result = await board.place(placement, terms) {
                // Nobody waits for it any more where the run was cancelled: then it does not leave.
                if case .terminated = decision.yield(true) { false } else { true }
            }
            decision.finish()
            return result
        }
        for await _ in decided {
            let options = row.call.options
            let bound = (options?.maxDuration ?? 7200) + (options?.ringTimeout ?? 120) + 60
            lines[ref] = OpenLine(begunAt: now(), bound: .seconds(bound))
            dials[ref] = Task { if let result = await dial.value { await self.finish(row, ref, result) } }
            return true
        }
        // Other campaigns have taken the room.
        guard let result = await dial.value, !Task.isCancelled else { return false }
        switch result.admission {
        case .begunBefore: return true
        case .busy, .outsideWindow:
            deferred[row.number] = at + Self.deferral
            return true
        case .notRunning: return false
        case .admitted, nil: break
        }
        // What cannot be written is not rung.
        if case .notSent(let why) = result.outcome { throw why }
        return true
    }

    private func finish(_ row: CampaignRow, _ ref: CallRef, _ result: Dialer.Result) async {
        let why = trip.take(result.outcome, of: "row \(row.number) (from \(row.call.callerID.digits))")
        if let error = result.whyNotRecorded {
            // It was sent, and cannot be sent again; but nothing more is to be begun of which that much is not known.
            reason = reason ?? CampaignHalt(.notWritten, "the outcome of a call could not be recorded: \(error)")
        }
        switch result.outcome {
        case .accepted, .unknown: break
        case .refused, .notSent, .invalid:
            lines[ref] = nil
            if case .notSent(let why) = result.outcome, case .notAdmitted = why.reason {
                deferred[row.number] = now() + Self.deferral
            }
        }
        dials[ref] = nil
        if let why, reason == nil { reason = why }
    }

    // MARK: Lines

    /// Frees the lines of calls that have ended.
    private func countLines(_ snapshot: BoardSnapshot) {
        let at = now()
        for (ref, line) in lines where dials[ref] == nil {
            let age = at - line.begunAt
            guard let call = snapshot.call(CallKey(ref)) else {
                // Either the board has not heard of it yet, or it has forgotten it after its end.
                if line.wasSeen || age > line.bound { lines[ref] = nil }
                continue
            }
            lines[ref]?.wasSeen = true
            if call.isEnded || age > line.bound || call.stage == .unknown && age > Self.doubt { lines[ref] = nil }
        }
    }
}
