import CallBoard
import Campaigns
import Foundation
import GRDB
import Piopiy
import Synchronization
import TestSupport
import Testing

@testable import Journal

@Suite("Campaigns in the journal")
struct CampaignStoreTests {
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

    @Test("A campaign, its events, its standing and its rows are read as they were written")
    func fields() async throws {
        try await CampaignStage.with { stage in
            let (made, stopped) = (stage.time.now, stage.time.now + .seconds(5))
            let list = try CampaignStage.list(2, perMinute: 60, atOnce: 7)
            let id = try await stage.store.create(list, at: made).id
            try await stage.store.order(.stop, id, why: "enough", at: stopped)
            let stored = try await stage.store.campaign(id)
            let campaign = try #require(stored)
            #expect(campaign.id == id && campaign.name == "spring" && campaign.source == "spring.csv")
            #expect(campaign.operator == "tester" && campaign.createdAt == made && campaign.pace == list.pace)
            #expect(campaign.state == .stopped && campaign.why == "enough")
            #expect(campaign.changedBy == "tester" && campaign.changedAt == stopped)
            let events = try await stage.store.events(of: id)
            #expect(events.map(\.at) == [made, stopped] && events.map(\.operator) == ["tester", "tester"])
            #expect(events.last?.text == "stopped: enough")
            let standing = CampaignStanding(
                name: "spring",
                state: .stopped,
                isOurs: false,
                pace: list.pace,
                hasRowsLeft: true
            )
            #expect(try await stage.store.standing(id) == standing)
            let result = CampaignResult(
                number: 2,
                line: 3,
                to: CampaignStage.number(2),
                ref: nil,
                begunAt: nil,
                state: nil,
                end: nil,
                callID: nil
            )
            #expect(try await stage.store.results(of: id, after: 1, limit: 5) == [result])
            let rows = try await stage.store.waiting(id, limit: 5)
            #expect(rows.map(\.number) == [1, 2] && rows.map(\.line) == [2, 3])
            #expect(rows.map(\.call.toNumber.digits) == [CampaignStage.number(1), CampaignStage.number(2)])
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
            try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
            let rows = try await stage.store.waiting(campaign.id, limit: 40)
            let (files, store, now) = (stage.files, stage.store, stage.time.now)
            let begun = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<160 {
                    group.addTask {
                        let row = rows[number % 40]
                        let ref = files.ref(UInt64(number + 1))
                        return try await store.begin(row, of: campaign.id, ref: ref, at: now).isAdmitted ? 1 : 0
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
            func begin(_ store: SQLiteJournal) async throws -> Admission.Word {
                try await store.begin(row, of: campaign.id, ref: ref, at: stage.time.now).word
            }
            // Nobody has taken it on.
            #expect(try await begin(stage.store) == .notRunning)
            let other = try stage.files.open(2)
            try await other.takeOn(campaign.id, resuming: false, at: stage.time.now)
            #expect(try await begin(stage.store) == .notRunning)
            await #expect(throws: CampaignError.rungBy("spring", "tester")) {
                try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
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
                try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
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
                try await dying.takeOn(campaign.id, resuming: false, at: stage.time.now)
                let row = try await dying.waiting(campaign.id, limit: 1)[0]
                _ = try await dying.begin(row, of: campaign.id, ref: ref, at: stage.time.now)
            }
            let left = try await stage.store.campaign(campaign.id)
            #expect(left?.isInterrupted == true && left?.counts.left == 2)
            try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
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
            try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
            let ways = ["started", "ringing", "answered", "busy", "answered", "missed"]
            for (index, row) in try await stage.store.waiting(campaign.id, limit: 6).enumerated() {
                let ref = stage.files.ref(UInt64(index + 1))
                let call = try row.call.with(CallRef.variableName, .text(ref.text))
                _ = stage.rung.add(call, at: stage.time.now)
                let tagged = CampaignRow(number: row.number, line: row.line, call: call)
                _ = try await stage.store.begin(tagged, of: campaign.id, ref: ref, at: stage.time.now)
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
            try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
            let row = try await stage.store.waiting(campaign.id, limit: 1)[0]
            let ref = stage.files.ref(1)
            _ = try await stage.store.begin(row, of: campaign.id, ref: ref, at: stage.time.now)
            let limited = Outcome<Acceptance>.notSent(NotSent(reason: .rateLimited, attempts: 3))
            try await stage.store.conclude(ref, limited, at: stage.time.now)
            #expect(try await stage.counts(campaign.id).left == 1)
            #expect(try await stage.store.waiting(campaign.id, limit: 1) == [row])
            #expect(try await stage.store.lines(after: 0, limit: 10).map(\.line.kind) == [.intent, .outcome])
            let again = stage.files.ref(2)
            #expect(
                try await stage.store.begin(row, of: campaign.id, ref: again, at: stage.time.now).word == .begun
            )
        }
    }

    @Test("Letting go pauses what was running, and says why; what is paused stays as it is")
    func letGo() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(1))
            try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
            try await stage.store.letGo(campaign.id, why: "the console was closed", at: stage.time.now)
            var now = try await stage.store.campaign(campaign.id)
            #expect(now?.state == .paused && now?.why == "the console was closed" && now?.runner == nil)
            try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
            try await stage.store.letGo(campaign.id, why: "again", at: stage.time.now)
            now = try await stage.store.campaign(campaign.id)
            #expect(now?.why == "the console was closed")
            // It is not another's to let go.
            try await stage.store.order(.resume, campaign.id, why: nil, at: stage.time.now)
            let other = try stage.files.open(2)
            try await other.takeOn(campaign.id, resuming: false, at: stage.time.now)
            try await stage.store.letGo(campaign.id, why: "not mine", at: stage.time.now)
            #expect(try await stage.store.campaign(campaign.id)?.state == .running)
        }
    }

    @Test("It is done when all was begun, and not before")
    func finish() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(1))
            try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
            #expect(try await stage.store.finish(campaign.id, at: stage.time.now) == false)
            let row = try await stage.store.waiting(campaign.id, limit: 1)[0]
            let ref = stage.files.ref(1)
            _ = try await stage.store.begin(row, of: campaign.id, ref: ref, at: stage.time.now)
            #expect(try await stage.store.finish(campaign.id, at: stage.time.now))
            #expect(try await stage.store.campaign(campaign.id)?.state == .done)
        }
    }

    @Test("A number that another campaign or an operator rings just now is not begun, and nothing is written")
    func numberTaken() async throws {
        try await CampaignStage.with { stage in
            let first = try await stage.campaign(try CampaignStage.list(3))
            let second = try await stage.campaign(try CampaignStage.list(3, name: "autumn"))
            let store = stage.store
            for campaign in [first, second] { try await store.takeOn(campaign.id, resuming: false, at: stage.time.now) }
            let rows = try await store.waiting(first.id, limit: 3)
            func begin(_ row: Int, _ id: Campaign.ID, ref: UInt64, at: Timestamp) async throws -> Admission.Word {
                try await store.begin(rows[row], of: id, ref: stage.files.ref(ref), at: at).word
            }
            let now = stage.time.now
            #expect(try await begin(0, first.id, ref: 1, at: now) == .begun)
            #expect(try await begin(0, second.id, ref: 2, at: now + .seconds(30)) == .numberTaken)
            // An operator's placement that is under way.
            try await store.put([.intent(rows[1].call, ref: stage.files.ref(3), at: now)])
            #expect(try await begin(1, second.id, ref: 4, at: now + .seconds(600)) == .numberTaken)
            // It is up.
            try await store.record([.outcome(CampaignStage.accepted, ref: stage.files.ref(3), at: now)])
            try await store.addUp()
            #expect(try await begin(1, second.id, ref: 5, at: now + .seconds(600)) == .numberTaken)
            #expect(try await store.waiting(second.id, limit: 3).map(\.number) == [1, 2, 3])
            #expect(try await store.lines(after: 0, limit: 100).count == 3)
            // The first has ended, and a minute has passed.
            let text =
                #"{"call_id":"X","to":"\#(rows[0].call.toNumber.digits)","status":"busy","time":"#
                + #"\#(now.milliseconds),"extra_params":{"console_ref":"\#(stage.files.ref(1).text)"}}"#
            let body = Array(text.utf8)
            _ = try await store.take([.webhook(WebhookDecoder.decode(body, receivedAt: now), body: body, at: now)])
            try await store.record([.outcome(CampaignStage.accepted, ref: stage.files.ref(1), at: now)])
            try await store.addUp()
            #expect(try await begin(0, second.id, ref: 6, at: now + .seconds(50)) == .numberTaken)
            #expect(try await begin(0, second.id, ref: 7, at: now + .seconds(61)) == .begun)
        }
    }

    @Test("One that has paused by itself is free for whoever resumes it, and says why, also when it was paused before")
    func halted() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(1))
            try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
            try await stage.store.order(.pause, campaign.id, why: nil, at: stage.time.now)
            try await stage.store.halt(campaign.id, why: "the token", at: stage.time.now)
            let halted = try await stage.store.campaign(campaign.id)
            #expect(halted?.state == .paused && halted?.why == "the token" && halted?.runner == nil)
            let other = try stage.files.open(2)
            let taken = try await other.takeOn(campaign.id, resuming: true, at: stage.time.now)
            #expect(taken.state == .running && taken.runnerID == 2)
            // Who let it go before takes nothing back.
            try await stage.store.letGo(campaign.id, why: "late", at: stage.time.now)
            try await stage.store.halt(campaign.id, why: "late", at: stage.time.now)
            #expect(try await stage.store.campaign(campaign.id)?.state == .running)
            // Where one rings it, it is that one that goes on.
            try await other.order(.pause, campaign.id, why: nil, at: stage.time.now)
            let resumed = try await stage.store.takeOn(campaign.id, resuming: true, at: stage.time.now)
            #expect(resumed.state == .running && resumed.runnerID == 2)
        }
    }

    @Test(
        "With another token a campaign is found by its list and taken over with all that was rung of it, once nobody rings it"
    )
    func takenOver() async throws {
        try await CampaignStage.with { stage in
            let list = try CampaignStage.list(2)
            let campaign = try await stage.campaign(list)
            let other = try stage.files.open(2, account: "new")
            do {
                let old = try stage.files.open(3)
                try await old.takeOn(campaign.id, resuming: false, at: stage.time.now)
                let row = try await old.waiting(campaign.id, limit: 1)[0]
                let ref = stage.files.ref(1)
                _ = try await old.begin(row, of: campaign.id, ref: ref, at: stage.time.now)
                await #expect(throws: CampaignError.rungBy("spring", "tester")) {
                    try await other.takeOver(campaign.id, at: stage.time.now)
                }
            }
            let found = try await other.campaigns(of: list)
            #expect(found.map(\.account) == ["test"] && found[0].campaign.counts.rung == 1)
            #expect(try await other.campaigns(named: "spring").count == 1)
            try await other.takeOver(campaign.id, at: stage.time.now)
            #expect(try await other.campaign(of: list)?.counts.left == 1)
            #expect(try await stage.store.campaigns().isEmpty)
            #expect(try await other.waiting(campaign.id, limit: 5).map(\.number) == [2])
        }
    }

    @Test(
        "Numbers that campaigns have rung are known, by whichever account, and those that others rung since one was made"
    )
    func rungBefore() async throws {
        try await CampaignStage.with { stage in
            let list = try CampaignStage.list(3)
            let first = try await stage.campaign(list)
            let other = try stage.files.open(2, account: "new")
            let second = try await other.create(try CampaignStage.list(3, name: "autumn"), at: stage.time.now)
            #expect(try await stage.store.rung(list).isEmpty)
            try await stage.store.takeOn(first.id, resuming: false, at: stage.time.now)
            let row = try await stage.store.waiting(first.id, limit: 1)[0]
            let ref = stage.files.ref(1)
            let now = stage.time.now + .seconds(1)
            _ = try await stage.store.begin(row, of: first.id, ref: ref, at: now)
            let rung = try await other.rung(list)
            #expect(rung.map(\.number) == [CampaignStage.number(1)])
            #expect(rung.map(\.account) == ["test"] && rung.map(\.name) == ["spring"])
            #expect(try await other.rungMeanwhile(second.id).map(\.number) == [CampaignStage.number(1)])
            // Its own rows are no repeats.
            #expect(try await stage.store.rungMeanwhile(first.id).isEmpty)
        }
    }

    @Test("A call of whose end nobody tells how counts as neither answered nor failed")
    func gone() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(1))
            try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
            let row = try await stage.store.waiting(campaign.id, limit: 1)[0]
            let ref = stage.files.ref(1)
            _ = try await stage.store.begin(row, of: campaign.id, ref: ref, at: stage.time.now)
            try await stage.store.record([.outcome(CampaignStage.accepted, ref: ref, at: stage.time.now)])
            try await stage.store.addUp()
            let call = try #require(try await stage.store.calls(CallQuery()).first?.call)
            try await stage.store.record([.gone(call, why: "no record", at: stage.time.now)])
            let counts = try await stage.counts(campaign.id)
            #expect(counts.gone == 1 && counts.answered == 0 && counts.failed == 0 && counts.ended == 1)
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
                try await other.takeOn(campaign.id, resuming: true, at: stage.time.now)
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
            #expect(texts.dropFirst() == ["running", "pace: 120 per minute, 9 at once", "paused", "stopped: enough"])
        }
    }

    @Test("A list that was given up while it was written is not there, and its name is free")
    func halfMade() async throws {
        try await CampaignStage.with { stage in
            let list = try CampaignStage.list(5000)
            let (store, now) = (stage.store, stage.time.now)
            let making = MakingTask()
            // It is given up at a row in the midst of its list.
            try await store.database.writeWithoutTransaction { db in
                db.trace { event in
                    if "\(event)".contains("INSERT INTO campaign_row") { making.countRow(cancelAt: 3000) }
                }
            }
            await #expect(throws: (any Error).self) { try await making.run { try await store.create(list, at: now) } }
            #expect(making.rows >= 3000)
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
            #expect(try await stage.store.waiting(old.id, limit: 10).isEmpty)
            #expect(try await stage.store.waiting(open.id, limit: 10).count == 2)
            // That it was there is kept, with what it came to: the same list is not rung again for having been
            // forgotten.
            #expect(try await stage.store.campaigns().map(\.id) == [open.id, old.id])
            #expect(try await stage.store.campaign(of: try CampaignStage.list(1200))?.counts.left == 1200)
            await #expect(throws: CampaignError.nameTaken("spring", isSameList: true)) {
                try await stage.store.create(try CampaignStage.list(1200), at: later)
            }
        }
    }
}

/// A task that is cancelled once so many rows were written.
private final class MakingTask: Sendable {
    private let state = Mutex((rows: 0, task: Task<Campaign, any Error>?.none))

    var rows: Int { state.withLock(\.rows) }

    func countRow(cancelAt last: Int) {
        state.withLock { state in
            state.rows += 1
            if state.rows == last { state.task?.cancel() }
        }
    }

    func run(_ make: @escaping @Sendable () async throws -> Campaign) async throws -> Campaign {
        // The task begins when it is kept: otherwise there would be nothing to cancel.
        let task = state.withLock { state in
            let task = Task {
                self.waitUntilKept()
                return try await make()
            }
            state.task = task
            return task
        }
        return try await task.value
    }

    /// The lock is held until the task is kept.
    private func waitUntilKept() { state.withLock { _ in } }
}
