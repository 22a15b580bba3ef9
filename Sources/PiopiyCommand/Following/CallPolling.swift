import CallBoard
import Piopiy

/// Asks the platform how a call stands, again and again, as often as there is need.
struct CallPolling: Sendable {
    let platform: RestClient
    let news: CallNews
    /// Webhooks are heard: polls are only for what got lost.
    let isSecondary: Bool

    /// A call that was only just placed may not be found yet.
    private static let missesThatEnd = 3

    /// Runs until the call has ended or the task is cancelled.
    func run() async {
        var pace = Pace(isSecondary: isSecondary)
        var last: PlatformEvent.Status?
        var misses = 0
        var lookup = LookupPace()
        while (try? await Task.sleep(for: pace.pause)) != nil {
            guard let id = await news.callID() else {
                if lookup.isDue(), await lookUp() { return }
                continue
            }
            switch await platform.calls.status(id) {
            case .accepted(.up(let call)):
                misses = 0
                let status = call.state.flatMap { Self.status($0) }
                if let status, status != last {
                    await news.saw(status, at: .now)
                    pace.quicken()
                } else {
                    pace.slacken()
                }
                last = status
            case .accepted(.ended):
                misses += 1
                guard last != nil || misses >= Self.missesThatEnd else { continue }
                await news.sawEnd(at: .now)
                return
            case .invalid: return
            case .notSent, .refused, .unknown: pace.slacken()
            }
        }
    }

    /// Asks for the record of a call whose id nobody has told, where an app's secret lets us. That there is none says
    /// nothing: the call may be up.
    /// - Returns: whether its record said that it has ended.
    private func lookUp() async -> Bool {
        guard platform.lookups.isAvailable, let id = await news.placementID() else { return false }
        let lookup = CallLookup.request(id)
        guard case .accepted(let records) = await platform.lookups.records(lookup), !records.isEmpty else {
            return false
        }
        for record in records { await news.read(.record(record, by: lookup, at: .now)) }
        return await news.call()?.isEnded ?? false
    }

    /// When a call is looked up: 10 s after it was placed, and then less and less often.
    private struct LookupPace {
        private var next = ContinuousClock.now + .seconds(10)
        private var pause = Duration.seconds(10)

        mutating func isDue() -> Bool {
            guard next <= .now else { return false }
            pause = min(.seconds(60), pause * 1.5)
            next = .now + pause
            return true
        }
    }

    /// What a state's word means; nothing public lists them.
    static func status(_ word: String) -> PlatformEvent.Status? {
        let word = word.lowercased()
        if word.contains("ring") { return .ringing }
        let talking = ["answer", "talk", "bridg", "connected", "progress", "active"]
        return talking.contains { word.contains($0) } ? .answered : nil
    }

    /// The pause between polls: short while things happen, longer while nothing does, never under a second.
    struct Pace {
        private(set) var pause: Duration
        private let shortest: Duration
        private let longest: Duration

        init(isSecondary: Bool) {
            shortest = .seconds(isSecondary ? 5 : 1)
            longest = .seconds(isSecondary ? 30 : 10)
            pause = shortest
        }

        mutating func quicken() { pause = shortest }
        mutating func slacken() { pause = min(longest, pause * 1.3) }
    }
}
