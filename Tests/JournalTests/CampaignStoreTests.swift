import CallBoard
import Foundation
import Piopiy
import Testing

@testable import Journal

@Suite("Campaigns in the journal")
struct CampaignStoreTests {
    private func intent(_ row: CampaignRow, _ ref: CallRef, _ at: Timestamp) -> JournalLine {
        .intent(row.call, ref: ref, at: at)
    }

    @Test("A campaign is there with its list, paused, until somebody rings it")
    func create() async throws {
        try await CampaignStage.with { stage in
            let made = try await stage.store.create(try CampaignStage.list(1200), at: stage.time.now)
            #expect(made.state == .paused && made.runner == nil)
            #expect(made.counts.left == 1200 && made.counts.total == 1200 && made.counts.progress == 0)
            #expect(made.operator == "tester" && made.source == "spring.csv")
            let rows = try await stage.store.waiting(made.id, limit: 5000)
            #expect(rows.map(\.number) == Array(1...1200))
            #expect(rows[1199].call.toNumber.digits == CampaignStage.number(1200))
            #expect(try await stage.store.campaigns() == [made])
            #expect(try await stage.store.events(of: made.id).map(\.text).first?.contains("1200 numbers") == true)
        }
    }

    @Test("A name is given once; the same list under it is known again")
    func names() async throws {
        try await CampaignStage.with { stage in
            let list = try CampaignStage.list(3)
            let made = try await stage.store.create(list, at: stage.time.now)
            await #expect(throws: CampaignError.nameTaken("spring", isSameList: true)) {
                try await stage.store.create(list, at: stage.time.now)
            }
            let other = try CampaignStage.list(4)
            await #expect(throws: CampaignError.nameTaken("spring", isSameList: false)) {
                try await stage.store.create(other, at: stage.time.now)
            }
            #expect(try await stage.store.campaign(of: list)?.id == made.id)
            await #expect(throws: CampaignError.nameTaken("spring", isSameList: false)) {
                _ = try await stage.store.campaign(of: other)
            }
            #expect(try await stage.store.campaign(of: try CampaignStage.list(3, name: "autumn")) == nil)
            #expect(try await stage.store.campaigns().count == 1)
        }
    }

    @Test("Of many who begin the same rows at the same time each row has one, and one intent")
    func oneBeginning() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(40))
            try await stage.store.takeOn(campaign.id, at: stage.time.now)
            let rows = try await stage.store.waiting(campaign.id, limit: 40)
            let (files, store, now) = (stage.files, stage.store, stage.time.now)
            let begun = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<160 {
                    group.addTask {
                        let row = rows[number % 40]
                        let ref = files.ref(UInt64(number + 1))
                        let intent = JournalLine.intent(row.call, ref: ref, at: now)
                        let beginning = try await store.begin(row, of: campaign.id, ref: ref, intent: intent)
                        return beginning == .begun ? 1 : 0
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(begun == 40)
            let lines = try await stage.store.lines(after: 0, limit: 1000).filter { $0.line.kind == .intent }
            #expect(lines.count == 40)
            #expect(Set(lines.compactMap(\.line.number)).count == 40)
            #expect(try await stage.store.standing(campaign.id)?.hasRowsLeft == false)
        }
    }

    @Test(
        "Nothing is begun of one that is paused, that is stopped, or that another process rings; nothing is written then"
    )
    func notRunning() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(2))
            let row = try await stage.store.waiting(campaign.id, limit: 1)[0]
            let ref = stage.files.ref(1)
            func begin(_ store: SQLiteJournal) async throws -> RowBeginning {
                try await store.begin(row, of: campaign.id, ref: ref, intent: intent(row, ref, stage.time.now))
            }
            // Nobody has taken it on.
            #expect(try await begin(stage.store) == .notRunning)
            let other = try stage.files.open(2)
            try await other.takeOn(campaign.id, at: stage.time.now)
            #expect(try await begin(stage.store) == .notRunning)
            await #expect(throws: CampaignError.rungBy("spring", "tester")) {
                try await stage.store.takeOn(campaign.id, at: stage.time.now)
            }
            try await stage.store.order(.pause, campaign.id, why: nil, at: stage.time.now)
            #expect(try await begin(other) == .notRunning)
            #expect(try await stage.store.lines(after: 0, limit: 10).isEmpty)
            try await stage.store.order(.resume, campaign.id, why: nil, at: stage.time.now)
            #expect(try await begin(other) == .begun)
            #expect(try await begin(other) == .begunBefore)
            try await stage.store.order(.stop, campaign.id, why: nil, at: stage.time.now)
            await #expect(throws: CampaignError.ended("spring", .stopped)) {
                try await stage.store.order(.resume, campaign.id, why: nil, at: stage.time.now)
            }
            await #expect(throws: CampaignError.ended("spring", .stopped)) {
                try await stage.store.takeOn(campaign.id, at: stage.time.now)
            }
        }
    }

    @Test("Whoever rings it and dies leaves it to the next, with what it had begun in doubt and never begun again")
    func died() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(3))
            let ref = stage.files.ref(7)
            // Its presence goes with it, as the system takes it from a process that dies.
            do {
                let dying = try stage.files.open(2)
                try await dying.takeOn(campaign.id, at: stage.time.now)
                let row = try await dying.waiting(campaign.id, limit: 1)[0]
                _ = try await dying.begin(row, of: campaign.id, ref: ref, intent: intent(row, ref, stage.time.now))
            }
            let left = try await stage.store.campaign(campaign.id)
            #expect(left?.isInterrupted == true && left?.counts.left == 2)
            try await stage.store.takeOn(campaign.id, at: stage.time.now)
            try await stage.store.settleOrphans(at: stage.time.now)
            let counts = try await stage.counts(campaign.id)
            #expect(counts.unknown == 1 && counts.left == 2)
            #expect(try await stage.store.waiting(campaign.id, limit: 10).map(\.number) == [2, 3])
            #expect(try await stage.store.openCalls(of: campaign.id).map(\.ref) == [ref])
        }
    }

    @Test("What became of the calls is added up, also where events come before the answer")
    func sums() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(6))
            try await stage.store.takeOn(campaign.id, at: stage.time.now)
            let ways = ["started", "ringing", "answered", "busy", "answered", "missed"]
            for (index, row) in try await stage.store.waiting(campaign.id, limit: 6).enumerated() {
                let ref = stage.files.ref(UInt64(index + 1))
                let call = try row.call.with(CallRef.variableName, .text(ref.text))
                _ = stage.rung.add(call, at: stage.time.now)
                _ = try await stage.store.begin(
                    row,
                    of: campaign.id,
                    ref: ref,
                    intent: .intent(call, ref: ref, at: stage.time.now)
                )
                try await stage.tell(row.call.toNumber.digits, ways[index])
                try await stage.store.record([.outcome(CampaignStage.accepted, ref: ref, at: stage.time.now)])
            }
            try await stage.tell(CampaignStage.number(5), "hangup")
            let counts = try await stage.counts(campaign.id)
            #expect(counts.queued == 1 && counts.ringing == 1 && counts.talking == 1 && counts.left == 0)
            #expect(counts.ends == ["busy": 1, "completed": 1, "noAnswer": 1])
            #expect(counts.answered == 2 && counts.failed == 2 && counts.up == 3 && counts.rung == 6)
            let results = try await stage.store.results(of: campaign.id, after: 3, limit: 10)
            #expect(results.map(\.end) == ["busy", "completed", "noAnswer"])
            #expect(results[1].callID == "id-\(CampaignStage.number(5))")
        }
    }

    @Test("A call that certainly was not placed gives its row back, with the word of it in the journal")
    func givenBack() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(1))
            try await stage.store.takeOn(campaign.id, at: stage.time.now)
            let row = try await stage.store.waiting(campaign.id, limit: 1)[0]
            let ref = stage.files.ref(1)
            _ = try await stage.store.begin(row, of: campaign.id, ref: ref, intent: intent(row, ref, stage.time.now))
            let outcome = JournalLine.outcome(
                .notSent(NotSent(reason: .rateLimited, attempts: 3)),
                ref: ref,
                at: stage.time.now
            )
            try await stage.store.giveBack(row, of: campaign.id, ref: ref, outcome: outcome)
            #expect(try await stage.counts(campaign.id).left == 1)
            #expect(try await stage.store.waiting(campaign.id, limit: 1) == [row])
            #expect(try await stage.store.lines(after: 0, limit: 10).map(\.line.kind) == [.intent, .outcome])
            let again = stage.files.ref(2)
            #expect(
                try await stage.store.begin(
                    row,
                    of: campaign.id,
                    ref: again,
                    intent: intent(row, again, stage.time.now)
                )
                    == .begun
            )
        }
    }

    @Test("Letting go pauses what was running, and says why; what is paused stays as it is")
    func letGo() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(1))
            try await stage.store.takeOn(campaign.id, at: stage.time.now)
            try await stage.store.letGo(campaign.id, why: "the console was closed", at: stage.time.now)
            var now = try await stage.store.campaign(campaign.id)
            #expect(now?.state == .paused && now?.why == "the console was closed" && now?.runner == nil)
            try await stage.store.takeOn(campaign.id, at: stage.time.now)
            try await stage.store.letGo(campaign.id, why: "again", at: stage.time.now)
            now = try await stage.store.campaign(campaign.id)
            #expect(now?.why == "the console was closed")
            // It is not another's to let go.
            try await stage.store.order(.resume, campaign.id, why: nil, at: stage.time.now)
            let other = try stage.files.open(2)
            try await other.takeOn(campaign.id, at: stage.time.now)
            try await stage.store.letGo(campaign.id, why: "not mine", at: stage.time.now)
            #expect(try await stage.store.campaign(campaign.id)?.state == .running)
        }
    }

    @Test("It is done when all was begun, and not before")
    func finish() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(1))
            try await stage.store.takeOn(campaign.id, at: stage.time.now)
            #expect(try await stage.store.finish(campaign.id, at: stage.time.now) == false)
            let row = try await stage.store.waiting(campaign.id, limit: 1)[0]
            let ref = stage.files.ref(1)
            _ = try await stage.store.begin(row, of: campaign.id, ref: ref, intent: intent(row, ref, stage.time.now))
            #expect(try await stage.store.finish(campaign.id, at: stage.time.now))
            #expect(try await stage.store.campaign(campaign.id)?.state == .done)
        }
    }

    @Test("Another account has none of it")
    func accounts() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(1))
            let other = try stage.files.open(9, account: "other")
            #expect(try await other.campaigns().isEmpty)
            #expect(try await other.campaign(campaign.id) == nil)
            await #expect(throws: CampaignError.unknown(campaign.id)) {
                try await other.order(.stop, campaign.id, why: nil, at: stage.time.now)
            }
            await #expect(throws: CampaignError.unknown(campaign.id)) {
                try await other.takeOn(campaign.id, at: stage.time.now)
            }
        }
    }

    @Test("The pace can be changed while it is open, and what happened is told")
    func pace() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(1))
            let fast = try Campaign.Pace(checking: 120, atOnce: 9)
            #expect(try await stage.store.change(fast, of: campaign.id, at: stage.time.now).pace == fast)
            try await stage.store.order(.pause, campaign.id, why: nil, at: stage.time.now)
            try await stage.store.order(.stop, campaign.id, why: "enough", at: stage.time.now)
            await #expect(throws: CampaignError.ended("spring", .stopped)) {
                try await stage.store.change(.standard, of: campaign.id, at: stage.time.now)
            }
            let texts = try await stage.store.events(of: campaign.id).map(\.text)
            #expect(texts.dropFirst() == ["running", "pace: 120 a minute, 9 at once", "paused", "stopped: enough"])
        }
    }

    @Test("A list that was given up while it was written is not there, and its name is free")
    func halfMade() async throws {
        try await CampaignStage.with { stage in
            let list = try CampaignStage.list(5000)
            let (store, now) = (stage.store, stage.time.now)
            let making = Task { try await store.create(list, at: now) }
            making.cancel()
            let result = await making.result
            if case .success = result { return }
            #expect(try await store.campaigns().isEmpty)
            #expect(try await store.create(list, at: now).counts.left == 5000)
        }
    }

    @Test("What ended long ago is forgotten with its list; what is open stays")
    func forgotten() async throws {
        try await CampaignStage.with { stage in
            let old = try await stage.campaign(try CampaignStage.list(1200))
            let open = try await stage.campaign(try CampaignStage.list(2, name: "autumn"))
            try await stage.store.order(.stop, old.id, why: nil, at: stage.time.now)
            let later = stage.time.now + .seconds(100 * 86_400)
            try await stage.store.forget(before: later + .seconds(-86_400), at: later)
            #expect(try await stage.store.campaigns().map(\.id) == [open.id])
            #expect(try await stage.store.waiting(old.id, limit: 10).isEmpty)
        }
    }
}
