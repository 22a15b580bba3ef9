import CallBoard
import Foundation
import GRDB
import Piopiy
import TestSupport
import Testing

@testable import Campaigns
@testable import Journal

// A runner that never comes to its end fails, and does not hang the suite.
@Suite("Ringing a campaign", .timeLimit(.minutes(5)))
struct CampaignRunnerTests {
    /// The platform tells of the end of every call that was rung and not ended, until the campaign has its end.
    private func endCalls(_ stage: CampaignStage) -> Task<Void, any Error> {
        Task {
            var ended: Set<String> = []
            while !Task.isCancelled {
                for number in stage.rung.accepted where ended.insert(number).inserted {
                    try await stage.tell(number, "answered")
                    try await stage.tell(number, "hangup")
                }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    @Test("Everybody on the list is rung once, in order, and then it is done")
    func all() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(60))
            let ends = endCalls(stage)
            defer { ends.cancel() }
            #expect(await stage.runner().run(campaign.id) == .done)
            #expect(stage.rung.numbers == (1...60).map { CampaignStage.number($0) })
            let now = try #require(try await stage.store.campaign(campaign.id))
            #expect(now.state == .done && now.runner == nil)
            #expect(try await stage.counts(campaign.id).ends == ["completed": 60])
        }
    }

    @Test("Its calls are on the board of its process at once, which reads none of its own lines")
    func noCircle() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(3, atOnce: 1))
            let (board, runners) = stage.boardAndRunners(1)
            let running = Task { await runners[0].run(campaign.id) }
            for number in 1...3 {
                let number = CampaignStage.number(number)
                // The request has left, and the board, which nobody tells anything, knows whom it is for.
                try await eventually("\(number) is rung") { stage.rung.accepted.contains(number) }
                let ref = try #require(stage.rung.ref(of: number))
                let call = try #require(await board.snapshot.call(CallKey(ref)))
                #expect(call.to == number && call.request?.toNumber.digits == number)
                await board.receive(.events([stage.event(number, .answered)]))
                await board.receive(.events([stage.event(number, .ended)]))
            }
            #expect(await running.value == .done)
            #expect(stage.rung.numbers.count == 3)
            #expect(await board.snapshot.underWay == 0)
        }
    }

    @Test("All campaigns together leave room for an operator's call; given up, they ring nobody more")
    func room() async throws {
        try await CampaignStage.with { stage in
            let answers = Locked(false)
            let theirs = CampaignStage.number(900)
            let (board, runners) = stage.boardAndRunners(2) { call, _ in
                while call.toNumber.digits != theirs, !answers.get() { try? await Task.sleep(for: .milliseconds(1)) }
                return CampaignStage.accepted
            }
            let boardRuns = Task { await board.run() }
            defer { boardRuns.cancel() }
            var runs: [Task<CampaignRunner.Ending, Never>] = []
            for (name, first) in [("spring", 1), ("summer", 100)] {
                let campaign = try await stage.campaign(try CampaignStage.list(60, from: first, name: name))
                let runner = runners[runs.count]
                runs.append(Task { await runner.run(campaign.id) })
            }
            let most = CallBoard.campaignPlacementsAtOnce
            try await eventually("all of their room is taken") { stage.rung.numbers.count == most }
            let call = try #require(try CampaignStage.list(1, from: 900).rows.first?.call)
            board.send(.place(stage.files.ref(900), call, allowRepeat: false))
            try await eventually("the operator's call") { stage.rung.accepted == [theirs] }
            let at = stage.time.now
            try await eventually("a minute") { stage.time.now - at > .seconds(60) }
            #expect(stage.rung.numbers.count == most + 1)
            for run in runs { run.cancel() }
            answers.set(true)
            for run in runs { #expect(await run.value == .interrupted) }
            #expect(stage.rung.numbers.count == most + 1)
            #expect(await board.snapshot.underWay == 0)
        }
    }

    @Test("So many a minute are begun, and not more")
    func rate() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(20, perMinute: 60))
            let ends = endCalls(stage)
            defer { ends.cancel() }
            #expect(await stage.runner().run(campaign.id) == .done)
            let times = stage.rung.times
            #expect(times.count == 20)
            // At 60 a minute the twentieth leaves 19 seconds after the first, but for what a tick is late.
            #expect(times[19] - times[0] >= .seconds(18))
            for (one, next) in zip(times, times.dropFirst()) { #expect(next - one >= .milliseconds(200)) }
        }
    }

    @Test("No more than so many are up at once; when one ends the next is rung")
    func atOnce() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(5, atOnce: 2))
            let runner = stage.runner()
            let running = Task { await runner.run(campaign.id) }
            try await eventually("two calls") { stage.rung.numbers.count == 2 }
            try await stage.tell(CampaignStage.number(1), "answered")
            let before = stage.time.now
            try await eventually("five minutes") { stage.time.now - before > .seconds(300) }
            #expect(stage.rung.numbers.count == 2)
            try await stage.tell(CampaignStage.number(1), "hangup")
            try await eventually("the third") { stage.rung.numbers.count == 3 }
            try await stage.tell(CampaignStage.number(2), "busy")
            try await eventually("the fourth") { stage.rung.numbers.count == 4 }
            running.cancel()
            #expect(await running.value == .interrupted)
            #expect(try await stage.store.campaign(campaign.id)?.state == .paused)
        }
    }

    @Test("A call of which nobody tells takes its line until the platform has ended it, one in doubt for a minute")
    func lines() async throws {
        try await CampaignStage.with { stage in
            let options = CallOptions(maxDuration: 30, ringTimeout: 5)
            let campaign = try await stage.campaign(try CampaignStage.list(3, atOnce: 1, options: options))
            let doubt = Outcome<Acceptance>.unknown(Doubt(.interrupted))
            let runner = stage.runner { _, count in count == 1 ? doubt : CampaignStage.accepted }
            let running = Task { await runner.run(campaign.id) }
            try await eventually("three calls") { stage.rung.numbers.count == 3 }
            let times = stage.rung.times
            #expect(times[1] - times[0] >= .seconds(60) && times[1] - times[0] < .seconds(90))
            #expect(times[2] - times[1] >= .seconds(35) && times[2] - times[1] < .seconds(240))
            running.cancel()
            _ = await running.value
        }
    }

    @Test(
        "That all lines are taken by calls of which nothing is heard, or in doubt, is told once; by people who talk it is not"
    )
    func full() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(5, atOnce: 2))
            let doubt = Outcome<Acceptance>.unknown(Doubt(.interrupted))
            let runner = stage.runner { _, count in count == 2 ? doubt : CampaignStage.accepted }
            let running = Task { await runner.run(campaign.id) }
            try await eventually("the word of it") { !stage.rung.told.isEmpty }
            let at = stage.time.now
            try await eventually("some more seconds") { stage.time.now - at > .seconds(20) }
            #expect(
                stage.rung.told == [
                    "campaign spring is waiting: all 2 lines are taken, 1 by calls without any news, 1 by calls in doubt"
                ]
            )
            running.cancel()
            _ = await running.value
        }
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(5, atOnce: 1))
            let runner = stage.runner()
            let running = Task { await runner.run(campaign.id) }
            try await eventually("a call") { stage.rung.accepted.count == 1 }
            try await stage.tell(CampaignStage.number(1), "answered")
            let at = stage.time.now
            try await eventually("a minute") { stage.time.now - at > .seconds(60) }
            #expect(stage.rung.told.isEmpty)
            running.cancel()
            _ = await running.value
        }
    }

    @Test("Who has hung up a moment ago is not rung again at once, however long the call was")
    func justEnded() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(1))
            let number = CampaignStage.number(1)
            let then = stage.time.now + .seconds(-600)
            func hear(_ status: String, _ at: Timestamp) async throws {
                let text = #"{"call_id":"X","to":"\#(number)","status":"\#(status)","time":\#(at.milliseconds)}"#
                let body = Array(text.utf8)
                _ = try await stage.store.take([
                    .webhook(WebhookDecoder.decode(body, receivedAt: at), body: body, at: at)
                ])
            }
            try await hear("answered", then)
            try await hear("hangup", stage.time.now)
            let start = stage.time.now
            let ends = endCalls(stage)
            defer { ends.cancel() }
            #expect(await stage.runner().run(campaign.id) == .done)
            #expect(stage.rung.times.count == 1 && (stage.rung.times.first.map { $0 - start } ?? .zero) >= .seconds(60))
        }
    }

    @Test("Held up by somebody else nothing more is begun; it goes on when it is told to")
    func pausedByOthers() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(50, perMinute: 60))
            let ends = endCalls(stage)
            defer { ends.cancel() }
            let runner = stage.runner()
            let running = Task { await runner.run(campaign.id) }
            let other = try stage.files.open(2)
            try await eventually("some calls") { stage.rung.numbers.count >= 5 }
            try await other.order(.pause, campaign.id, why: nil, at: stage.time.now)
            // From here on: whatever was begun was begun before.
            let intents = try await other.lines(after: 0, limit: 1000).count { $0.line.kind == .intent }
            let at = stage.time.now
            try await eventually("two minutes") { stage.time.now - at > .seconds(120) }
            #expect(stage.rung.numbers.count == intents)
            #expect(try await other.campaign(campaign.id)?.runner == "tester")
            try await other.order(.resume, campaign.id, why: nil, at: stage.time.now)
            #expect(await running.value == .done)
            #expect(stage.rung.numbers == (1...50).map { CampaignStage.number($0) })
            // What was not rung meanwhile is not made up for.
            let times = stage.rung.times.dropFirst(intents)
            for (one, next) in zip(times, times.dropFirst()) { #expect(next - one >= .milliseconds(200)) }
        }
    }

    @Test("Stopped by somebody else it ends, and nothing more is begun")
    func stoppedByOthers() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(50, perMinute: 60))
            let runner = stage.runner()
            let running = Task { await runner.run(campaign.id) }
            try await eventually("a call") { !stage.rung.numbers.isEmpty }
            try await stage.store.order(.stop, campaign.id, why: nil, at: stage.time.now)
            #expect(await running.value == .stopped)
            #expect(stage.rung.numbers.count < 50)
            #expect(try await stage.store.campaign(campaign.id)?.state == .stopped)
        }
    }

    @Test("A call that could not be sent pauses it, and is rung once it goes on")
    func notSent() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(3, atOnce: 1))
            let ends = endCalls(stage)
            defer { ends.cancel() }
            let failed = Outcome<Acceptance>.notSent(NotSent(reason: .cannotConnect("refused"), attempts: 5))
            let ending = await stage.runner { _, count in count == 2 ? failed : CampaignStage.accepted }
                .run(campaign.id)
            let halt = try #require(ending.halt, "it ended as \(ending)")
            #expect(halt.kind == .notSent)
            let paused = try #require(try await stage.store.campaign(campaign.id))
            #expect(paused.state == .paused && paused.why?.contains("could not be sent") == true)
            #expect(paused.counts.left == 2)
            try await stage.store.order(.resume, campaign.id, why: nil, at: stage.time.now)
            #expect(await stage.runner().run(campaign.id) == .done)
            #expect(stage.rung.numbers == [1, 2, 2, 3].map { CampaignStage.number($0) })
        }
    }

    @Test("Refusals in a row pause it, and who was refused is not asked for again; a bad token gives the row back")
    func refused() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(8, atOnce: 1))
            let no = Outcome<Acceptance>.refused(Refusal(status: 403, code: "app_not_active", message: "no"))
            let ending = await stage.runner { _, _ in no }.run(campaign.id)
            let halt = try #require(ending.halt, "it ended as \(ending)")
            #expect(halt.kind == .refused && stage.rung.numbers.count == 5)
            #expect(try await stage.counts(campaign.id).ends == ["rejected": 5])
            #expect(try await stage.counts(campaign.id).left == 3)

            try await stage.store.order(.resume, campaign.id, why: nil, at: stage.time.now)
            let bad = Outcome<Acceptance>.refused(Refusal(status: 401, code: nil, message: "no"))
            let other = try #require(await stage.runner(on: nil, { _, _ in bad }).run(campaign.id).halt)
            #expect(other.kind == .badToken)
            #expect(try await stage.counts(campaign.id).left == 3)
        }
    }

    @Test(
        "An agent without a worker, and a caller id that is not ours, pause it at the first call; its row is rung later",
        arguments: ["ai_agent_not_running", "app_map_not_valid"]
    )
    func ownTroubles(code: String) async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(4, atOnce: 1))
            let ends = endCalls(stage)
            defer { ends.cancel() }
            let no = Outcome<Acceptance>.refused(Refusal(status: 403, code: code, message: code))
            let ending = await stage.runner { _, count in count == 2 ? no : CampaignStage.accepted }.run(campaign.id)
            let halt = try #require(ending.halt, "it ended as \(ending)")
            #expect(halt.kind == .refused && halt.description.contains("row 2 (from "))
            let paused = try #require(try await stage.store.campaign(campaign.id))
            #expect(paused.state == .paused && paused.why == halt.description)
            #expect(paused.counts.left == 3 && paused.counts.ends["rejected"] == nil)
            try await stage.store.order(.resume, campaign.id, why: nil, at: stage.time.now)
            #expect(await stage.runner().run(campaign.id) == .done)
            #expect(stage.rung.numbers == [1, 2, 2, 3, 4].map { CampaignStage.number($0) })
        }
    }

    @Test("After a 503 a row is never given back: the number may have rung", arguments: [503, 408, 499, 502])
    func unavailable(status: Int) async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(3, atOnce: 1))
            let ends = endCalls(stage)
            defer { ends.cancel() }
            let doubt = Outcome<Acceptance>.unknown(Doubt(.serverError(status: status)))
            let ending = await stage.runner { _, count in count == 1 ? doubt : CampaignStage.accepted }.run(campaign.id)
            #expect(ending == .done)
            #expect(stage.rung.numbers == (1...3).map { CampaignStage.number($0) })
            #expect(try await stage.counts(campaign.id).unknown == 1)
        }
    }

    @Test("Stopped at the moment in which it would pause by itself, it ends")
    func stoppedWhileHalting() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(3))
            let (store, time) = (stage.store, stage.time)
            let runner = stage.runner { _, _ in
                _ = try? await store.order(.stop, campaign.id, why: nil, at: time.now)
                return .notSent(NotSent(reason: .rateLimited, attempts: 5))
            }
            #expect(await runner.run(campaign.id) == .stopped)
            #expect(try await stage.store.campaign(campaign.id)?.runner == nil)
        }
    }

    @Test("A row that is no call pauses it with the row's number, for good")
    func badRow() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(3))
            try await stage.store.database.write { db in
                try db.execute(sql: "UPDATE campaign_row SET call = x'7B7D' WHERE number = 2")
            }
            let halt = try #require(await stage.runner().run(campaign.id).halt)
            #expect(halt.kind == .invalid && halt.description.contains("row 2"))
            #expect(stage.rung.numbers.isEmpty)
        }
    }

    @Test("Calls in doubt in a row pause it, and none of them is rung again")
    func doubtful() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(8))
            let doubt = Outcome<Acceptance>.unknown(Doubt(.interrupted))
            let halt = try #require(await stage.runner { _, _ in doubt }.run(campaign.id).halt)
            #expect(halt.kind == .inDoubt)
            let first = stage.rung.numbers
            #expect(first.count >= 3)
            try await stage.store.order(.resume, campaign.id, why: nil, at: stage.time.now)
            let ends = endCalls(stage)
            defer { ends.cancel() }
            #expect(await stage.runner().run(campaign.id) == .done)
            #expect(stage.rung.numbers == (1...8).map { CampaignStage.number($0) })
        }
    }

    @Test("Given up while a request is under way, its answer is awaited and written")
    func interrupted() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(3, atOnce: 1))
            let gate = AsyncStream.makeStream(of: Never.self)
            let runner = stage.runner { _, _ in
                for await _ in gate.stream {}
                // It is not the request that was given up.
                return Task.isCancelled ? .unknown(Doubt(.interrupted)) : CampaignStage.accepted
            }
            let running = Task { await runner.run(campaign.id) }
            try await eventually("a call") { stage.rung.numbers.count == 1 }
            running.cancel()
            try await eventually("the winding down") { await runner.isWindingDown }
            #expect(await runner.underWay == 1)
            gate.continuation.finish()
            #expect(await running.value == .interrupted)
            #expect(stage.rung.numbers.count == 1)
            #expect(try await stage.counts(campaign.id).queued == 1)
            let now = try #require(try await stage.store.campaign(campaign.id))
            #expect(now.state == .paused && now.runner == nil && now.counts.left == 2)
        }
    }

    @Test("A number that is up, or was just rung by somebody, waits its turn; the others go on")
    func conflict() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(3))
            // An operator's own call to the first of the list.
            let row = try await stage.store.waiting(campaign.id, limit: 1)[0]
            let ref = stage.files.ref(99)
            let now = stage.time.now
            try await stage.store.put([.intent(row.call, ref: ref, at: now)])
            try await stage.store.record([.outcome(CampaignStage.accepted, ref: ref, at: now)])
            let runner = stage.runner()
            let running = Task { await runner.run(campaign.id) }
            try await eventually("the two others") { stage.rung.numbers.count == 2 }
            let at = stage.time.now
            try await eventually("a minute") { stage.time.now - at > .seconds(120) }
            #expect(stage.rung.numbers == [2, 3].map { CampaignStage.number($0) })
            let text =
                #"{"call_id":"X","to":"\#(row.call.toNumber.digits)","status":"hangup","time":\#(stage.time.now.milliseconds),"#
                + #""extra_params":{"console_ref":"\#(ref.text)"}}"#
            let body = Array(text.utf8)
            let ended = stage.time.now
            _ = try await stage.store.take([
                .webhook(WebhookDecoder.decode(body, receivedAt: ended), body: body, at: ended)
            ])
            try await eventually("the first") { stage.rung.numbers.count == 3 }
            #expect(stage.rung.numbers.last == CampaignStage.number(1))
            running.cancel()
            _ = await running.value
        }
    }

    @Test("Who was called in doubt is not rung while that call may be up, though it was said not to have been placed")
    func mayBeUp() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(2))
            let row = try await stage.store.waiting(campaign.id, limit: 1)[0]
            let ref = stage.files.ref(99)
            let then = stage.time.now + .seconds(-600)
            let doubt = Outcome<Acceptance>.unknown(Doubt(.interrupted))
            try await stage.store.put([.intent(row.call, ref: ref, at: then)])
            try await stage.store.record([.outcome(doubt, ref: ref, at: then)])
            try await stage.store.record([.settlement(.wasNotPlaced, of: ref, at: then + .seconds(1))])
            let runner = stage.runner()
            let running = Task { await runner.run(campaign.id) }
            try await eventually("the other one") { stage.rung.numbers.count == 1 }
            let at = stage.time.now
            try await eventually("five minutes") { stage.time.now - at > .seconds(300) }
            #expect(stage.rung.numbers == [CampaignStage.number(2)])
            running.cancel()
            _ = await running.value
        }
    }

    @Test("Of a campaign that another process rings nothing is rung here")
    func another() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(2))
            let runner = stage.runner()
            let other = try stage.files.open(2)
            try await other.takeOn(campaign.id, resuming: false, at: stage.time.now)
            let why = try #require(await runner.run(campaign.id).failure)
            #expect(why.contains("is run by"))
            #expect(stage.rung.numbers.isEmpty)
        }
    }
}

extension CampaignRunner.Ending {
    /// Why it paused by itself, if it did.
    fileprivate var halt: CampaignHalt? { if case .paused(let halt) = self { halt } else { nil } }

    /// Why it could not be rung at all.
    fileprivate var failure: String? { if case .failed(let why) = self { why } else { nil } }
}
