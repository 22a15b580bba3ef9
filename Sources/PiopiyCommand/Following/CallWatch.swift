import ArgumentParser
import CallBoard
import Piopiy

/// What `piopiy call --wait` waits for.
enum WaitGoal: String, CaseIterable, ExpressibleByArgument {
    case answered
    case ended
}

/// Follows one call that was accepted until it is where it should be.
struct CallWatch: Sendable {
    enum Result: Sendable {
        /// The goal was reached, or the call ended before.
        case settled(Call)
        case timedOut
        case interrupted
    }

    let platform: RestClient
    let board: CallBoard
    let news: CallNews
    let goal: WaitGoal
    let timeout: Duration
    let hearsWebhooks: Bool
    /// Told once when webhooks should be heard, and none that can be read has come for a while.
    /// - Parameter unreadable: how many came that could not be read.
    let onSilence: @Sendable (_ unreadable: Int) -> Void
    /// Told each milestone once: ringing, answered, ended.
    let onMilestone: @Sendable (String, Call) -> Void

    /// After so long without a webhook there may be something wrong: a phone rings within seconds.
    var silence = Duration.seconds(15)

    /// How long the record of a call that has ended is awaited: it tells the talk time, and what was missed.
    private static let patience: Duration = .seconds(2)

    func run() async -> Result {
        let polling = CallPolling(platform: platform, news: news, isSecondary: hearsWebhooks)
        return await withTaskGroup(of: Result?.self) { group in
            group.addTask { await follow() }
            group.addTask {
                (try? await Task.sleep(for: timeout)) == nil ? .interrupted : .timedOut
            }
            group.addTask {
                await polling.run()
                return nil
            }
            if hearsWebhooks {
                group.addTask {
                    guard (try? await Task.sleep(for: silence)) != nil else { return nil }
                    if await !news.hearsAnything { onSilence(await news.unreadable) }
                    return nil
                }
            }
            defer { group.cancelAll() }
            for await result in group {
                if let result { return Task.isCancelled ? .interrupted : result }
            }
            return .interrupted
        }
    }

    private func follow() async -> Result {
        var told: Set<String> = []
        func tell(_ milestone: String, _ call: Call) {
            if told.insert(milestone).inserted { onMilestone(milestone, call) }
        }
        for await snapshot in await board.snapshots() {
            guard var call = CallNews.call(snapshot) else { continue }
            if call.isEnded { call = await complete(call) }
            if call.ringingAt != nil { tell("ringing", call) }
            if call.answeredAt != nil { tell("answered", call) }
            if call.isEnded {
                tell("ended", call)
                return .settled(call)
            }
            if goal == .answered, call.answeredAt != nil { return .settled(call) }
        }
        return .interrupted
    }

    /// Waits a little for what may still come of a call that has ended: its record, or an answer told late.
    private func complete(_ call: Call) async -> Call {
        guard hearsWebhooks else { return call }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await snapshot in await board.snapshots() {
                    guard let call = CallNews.call(snapshot) else { continue }
                    if call.timeline.contains(where: { $0.teller == .cdr }) { return }
                    if goal == .answered, call.answeredAt != nil { return }
                }
            }
            group.addTask { try? await Task.sleep(for: Self.patience) }
            await group.next()
            group.cancelAll()
        }
        return await news.call() ?? call
    }
}
