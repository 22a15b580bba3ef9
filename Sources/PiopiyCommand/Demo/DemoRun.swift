import CallBoard
import Campaigns
import Piopiy

/// Plays the demo's script on the sandbox inside this process, as an operator of its own: by the board's commands and the
/// campaign service, so that each call has its intent in the journal, and everything that an operator does works on it.
///
/// It takes an ``EmbeddedSandbox``, which only the sandbox's console makes: a demo cannot reach a real platform.
struct DemoRun: Sendable {
    private let sandbox: EmbeddedSandbox
    /// How much faster than the world the sandbox runs.
    private let speed: Double
    private let now: @Sendable () -> Timestamp
    private let clock: any Clock<Duration>

    /// Interval between looks at the script.
    private static let tick = Duration.milliseconds(100)

    /// - Parameter now: a clock that nobody sets.
    init(
        on sandbox: EmbeddedSandbox,
        speed: Double,
        now: @escaping @Sendable () -> Timestamp = { .steady },
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.sandbox = sandbox
        self.speed = speed
        self.now = now
        self.clock = clock
    }

    /// Plays until the script is over or the task is cancelled.
    func run() async {
        var script: DemoScript
        do {
            script = try DemoScript(speed: speed)
        } catch {
            await sandbox.board.note(.error, "the demo cannot be shown: \(error)")
            return
        }
        let began = now()
        var refs: [DemoScript.Part: CallRef] = [:]
        var campaign: Campaign.ID?
        while !script.isOver, !Task.isCancelled {
            let snapshot = await sandbox.board.snapshot
            let orders = script.due(at: (now() - began) * speed) { Self.standing(refs[$0], in: snapshot) }
            for order in orders {
                switch order {
                case .place(let part, let call):
                    let ref = Self.makeRef()
                    refs[part] = ref
                    sandbox.board.send(.place(ref, call, allowRepeat: false))
                case .transfer(let part, let transfer):
                    if let ref = refs[part] { sandbox.board.send(.transfer(CallKey(ref), .warm(transfer))) }
                case .hangUp(let part):
                    if let ref = refs[part] { sandbox.board.send(.hangUp(CallKey(ref), cause: nil, reason: nil)) }
                case .startCampaign(let list): campaign = await start(list)
                case .changePace(let pace):
                    // An operator may have stopped it by now: then it stays so.
                    if let campaign { _ = try? await sandbox.campaigns.change(pace, of: campaign) }
                }
            }
            do { try await clock.sleep(for: Self.tick) } catch { return }
        }
    }

    private func start(_ list: CampaignList) async -> Campaign.ID? {
        do {
            return try await sandbox.campaigns.start(list).id
        } catch {
            if !Task.isCancelled { await sandbox.board.note(.error, "the demo's campaign was not started: \(error)") }
            return nil
        }
    }

    private static func standing(_ ref: CallRef?, in snapshot: BoardSnapshot) -> DemoScript.Standing {
        guard let ref, let call = snapshot.call(CallKey(ref)) else { return .awaited }
        if call.isEnded { return .ended }
        guard call.stage == .talking, let id = call.callID else { return .awaited }
        return .talking(id)
    }

    private static func makeRef() -> CallRef {
        var random = SystemRandomNumberGenerator()
        return CallRef(at: .now, using: &random)
    }
}
