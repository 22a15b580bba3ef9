import GRDB
import Piopiy
import TestSupport
import Testing

@testable import CallBoard
@testable import Journal

@Suite("A hang-up that waits, between processes")
struct WaitingHangUpStoreTests {
    private static func line(
        _ step: WaitingHangUp.Step,
        _ ref: CallRef,
        at: Timestamp,
        cause: String? = "USER_BUSY"
    ) -> JournalLine {
        var facts = CallFacts()
        facts.refs = [ref]
        return .waitingHangUp(WaitingHangUp(step: step, cause: cause), of: facts, at: at)
    }

    /// A process that ends right after it has written these.
    private static func write(_ lines: [JournalLine], as id: Int64, _ files: TemporaryJournal, boot: BootTime? = nil)
        async throws
    {
        let journal = try boot.map { boot in try files.open(id, boot: { boot }) } ?? files.open(id)
        try await journal.record(lines)
    }

    @Test("Of a process that lives nobody takes it; of one that ended, one does, within a minute")
    func takeover() async throws {
        try await TemporaryJournal.with { files in
            let (first, second) = (try files.open(1), try files.open(2))
            var asking: SQLiteJournal? = try files.open(3)
            try await asking?.record([Self.line(.asked, files.ref(1), at: files.at(0))])
            #expect(try await first.adoptHangUps(at: files.at(1000)).isEmpty)
            asking = nil
            async let one = first.adoptHangUps(at: files.at(2000))
            async let two = second.adoptHangUps(at: files.at(2000))
            let adopted = try await one + two
            try #require(adopted.count == 1)
            #expect(adopted[0].ref == files.ref(1) && adopted[0].fate == .sent && adopted[0].cause == "USER_BUSY")
            #expect(adopted[0].age == .seconds(2))
            let lines = try await first.lines(after: 0, limit: 10).filter { $0.line.kind == .hangUpWaiting }
            #expect(lines.count == 2)
            #expect(lines.last.map { [1, 2].contains($0.origin.id) && $0.line.hangUpWish?.isOpen == true } == true)
        }
    }

    @Test("Asked for more than a minute ago an operator has to ask again; after ten minutes it is over")
    func bounds() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            for (age, expected) in [
                (60, .sent), (61, .interrupted), (600, .interrupted), (601, .expired),
            ] as [(Int64, AdoptedHangUp.Fate)] {
                let ref = files.ref(UInt64(age))
                try await Self.write([Self.line(.asked, ref, at: files.at(0))], as: 100 + age, files)
                let adopted = try await journal.adoptHangUps(at: files.at(age * 1000))
                #expect(adopted.first?.fate == expected, "after \(age) s")
                #expect(adopted.first?.ref == ref)
                let last = try await journal.lines(after: 0, limit: 100).last { $0.line.ref == ref }
                #expect(last?.line.hangUpWish?.isOpen == (expected == .sent))
            }
        }
    }

    @Test("Taken over once more it is as old as it is, and one that needs an operator is nobody's to take")
    func again() async throws {
        try await TemporaryJournal.with { files in
            try await Self.write([Self.line(.asked, files.ref(1), at: files.at(0))], as: 2, files)
            do {
                let dying = try files.open(3)
                #expect(try await dying.adoptHangUps(at: files.at(30_000)).first?.age == .seconds(30))
            }
            do {
                let dying = try files.open(4)
                #expect(try await dying.adoptHangUps(at: files.at(70_000)).first?.fate == .interrupted)
            }
            let journal = try files.open(5)
            #expect(try await journal.adoptHangUps(at: files.at(80_000)).isEmpty)
        }
    }

    @Test(
        "What became of it counts, in whatever order it is written",
        arguments: [WaitingHangUp.Step.done, .withdrawn]
    )
    func closed(step: WaitingHangUp.Step) async throws {
        try await TemporaryJournal.with { files in
            let asked = Self.line(.asked, files.ref(1), at: files.at(0))
            for (index, later) in [1, 0].enumerated() {
                let end = Self.line(step, files.ref(UInt64(index + 1)), at: files.at(Int64(later)))
                let begin = index == 0 ? asked : Self.line(.asked, files.ref(2), at: files.at(0))
                let lines = index == 0 ? [begin, end] : [end, begin]
                try await Self.write(lines, as: Int64(index + 2), files)
            }
            let journal = try files.open(9)
            #expect(try await journal.adoptHangUps(at: files.at(1000)).isEmpty)
        }
    }

    @Test("A clock that was set changes nothing within one start of the machine", arguments: [-3600, 3600] as [Int64])
    func clockSet(step: Int64) async throws {
        try await TemporaryJournal.with { files in
            let boot = BootTime(boot: "this", milliseconds: 5000)
            try await Self.write([Self.line(.asked, files.ref(1), at: files.at(0))], as: 2, files, boot: boot)
            let journal = try files.open(1, boot: { BootTime(boot: "this", milliseconds: 25_000) })
            let adopted = try #require(try await journal.adoptHangUps(at: files.at(step * 1000)).first)
            #expect(adopted.fate == .sent && adopted.age == .seconds(20))
            #expect(adopted.at == files.at(1))
        }
    }

    @Test("After a start of the machine a clock that was set back says nothing: an operator is asked")
    func otherBoot() async throws {
        try await TemporaryJournal.with { files in
            try await Self.write([Self.line(.asked, files.ref(1), at: files.at(0))], as: 2, files)
            let journal = try files.open(1)
            #expect(try await journal.adoptHangUps(at: files.at(-1000)).first?.fate == .interrupted)
        }
    }

    @Test("Taken back while another process takes it over, it is taken back")
    func takenBackMeanwhile() async throws {
        try await TemporaryJournal.with { files in
            try await Self.write([Self.line(.asked, files.ref(1), at: files.at(0))], as: 2, files)
            let (adopting, other) = (try files.open(3), try files.open(4))
            // It was said first, and is written last.
            let back = Self.line(.withdrawn, files.ref(1), at: files.at(9000))
            let adopted = try #require(try await adopting.adoptHangUps(at: files.at(10_000)).first)
            try await other.record([back])
            var story = BoardState()
            let call = try AICall(callerID: "919999999999", toNumber: "918888888801", agentID: Sample.agent)
            let lines =
                [
                    .intent(call, ref: files.ref(1), at: files.at(0)),
                    Self.line(.asked, files.ref(1), at: files.at(0)), .adoptedHangUp(adopted), back,
                ] as [JournalLine]
            _ = story.apply(.lines(lines), now: files.at(10_000))
            #expect(story.snapshot.call(CallKey(files.ref(1)))?.isHangUpKept == false)
        }
    }

    @Test("What is said of a call counts by whichever id its hang-up was asked for")
    func otherKey() async throws {
        try await TemporaryJournal.with { files in
            do {
                let dying = try files.open(2)
                var facts = CallFacts()
                facts.requestIDs = [RequestID("R9")]
                let asked = WaitingHangUp(step: .asked)
                try await dying.record([.waitingHangUp(asked, of: facts, at: files.at(0))])
                facts.refs = [files.ref(1)]
                facts.requestIDs = [RequestID("R1"), RequestID("R9")]
                let back = WaitingHangUp(step: .withdrawn)
                try await dying.record([.waitingHangUp(back, of: facts, at: files.at(1000))])
            }
            let journal = try files.open(1)
            #expect(try await journal.adoptHangUps(at: files.at(2000)).isEmpty)
        }
    }

    @Test("Of a process that stands still nobody takes it; when its time is over it is closed for everybody")
    func standsStill() async throws {
        try await TemporaryJournal.with { files in
            let (stopped, journal) = (try files.open(2), try files.open(1))
            try await stopped.record([Self.line(.asked, files.ref(1), at: files.at(0))])
            #expect(try await journal.adoptHangUps(at: files.at(605_000)).isEmpty)
            #expect(try await journal.adoptHangUps(at: files.at(611_000)).first?.fate == .expired)
        }
    }

    @Test("Another account's hang-ups are none of ours")
    func otherAccount() async throws {
        try await TemporaryJournal.with { files in
            do {
                let other = try files.open(2, account: "other")
                try await other.record([Self.line(.asked, files.ref(1), at: files.at(0))])
            }
            let journal = try files.open(1)
            #expect(try await journal.adoptHangUps(at: files.at(1000)).isEmpty)
        }
    }
}

@Suite("It is too early to say that a call was not placed", .timeLimit(.minutes(5)))
struct NotPlacedTests {
    private static func admit(_ journal: SQLiteJournal, _ ref: CallRef, at: Timestamp) async throws {
        let call = try AICall(callerID: "919999999999", toNumber: "918888888801", agentID: Sample.agent)
        let terms = PlacementTerms(allowsBusy: true)
        let admission = try await journal.admit(TaggedPlacement(call, ref: ref), terms, beside: nil, at: at)
        #expect(admission.isAdmitted)
    }

    private static func say(_ settlement: Settlement, of ref: CallRef, in journal: SQLiteJournal, at: Timestamp)
        async throws
    {
        try await journal.record([.settlement(settlement, of: ref, at: at)])
    }

    @Test("While the request of a process that lives is under way, nobody can, however long it takes")
    func underWay() async throws {
        try await TemporaryJournal.with { files in
            let (placing, other) = (try files.open(1), try files.open(2))
            try await Self.admit(placing, files.ref(1), at: files.at(0))
            for second in [1, 14, 100_000] as [Int64] {
                await #expect(throws: TooEarlyToSettle(wait: nil)) {
                    try await Self.say(.wasNotPlaced, of: files.ref(1), in: other, at: files.at(second * 1000))
                }
            }
            // Nor can it be placed again as if it were in doubt.
            let call = try AICall(callerID: "919999999999", toNumber: "918888888801", agentID: Sample.agent)
            let line = JournalLine.settlement(.placedAgain(as: files.ref(2)), of: files.ref(1), at: files.at(0))
            await #expect(throws: TooEarlyToSettle(wait: nil)) {
                _ = try await other.admit(
                    TaggedPlacement(call, ref: files.ref(2)),
                    PlacementTerms(allowsBusy: true),
                    beside: line,
                    at: files.at(0)
                )
            }
            #expect(try await other.lines(after: 0, limit: 10).count == 1)
        }
    }

    @Test("In doubt it can be said a minute after the client gave up, whatever the wall clock says")
    func inDoubt() async throws {
        try await TemporaryJournal.with { files in
            let elapsed = Locked(Int64(0))
            let journal = try files.open(1, boot: { BootTime(boot: "this", milliseconds: elapsed.get()) })
            try await Self.admit(journal, files.ref(1), at: files.at(0))
            try await journal.conclude(files.ref(1), .unknown(Doubt(.timedOut(.seconds(10)))), at: files.at(10_000))
            let hour: Int64 = 3_600_000
            for wall in [-hour, 0, hour] {
                elapsed.set(59_000)
                await #expect(throws: TooEarlyToSettle(wait: .seconds(1))) {
                    try await Self.say(.wasNotPlaced, of: files.ref(1), in: journal, at: files.at(69_000 + wall))
                }
            }
            // Whatever else is said is no claim that it was not placed.
            try await Self.say(.wasPlaced, of: files.ref(1), in: journal, at: files.at(69_000))
            elapsed.set(60_000)
            try await Self.say(.wasNotPlaced, of: files.ref(1), in: journal, at: files.at(70_000 - hour))
        }
    }

    @Test("What a process that died had begun is in doubt, and the minute counts from when that was found")
    func orphan() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            do {
                let dying = try files.open(2)
                try await Self.admit(dying, files.ref(1), at: files.at(0))
            }
            #expect(try await journal.settleOrphans(at: files.at(5000)) == 1)
            await #expect(throws: TooEarlyToSettle(wait: .seconds(5))) {
                try await Self.say(.wasNotPlaced, of: files.ref(1), in: journal, at: files.at(60_000))
            }
            try await Self.say(.wasNotPlaced, of: files.ref(1), in: journal, at: files.at(65_000))
        }
    }

    @Test("Where this process could not write the outcome, its operator can settle the call all the same")
    func outcomeNotWritten() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            try await Self.admit(journal, files.ref(1), at: files.at(0))
            // No conclusion: the disk was full then.
            try await Self.say(.wasNotPlaced, of: files.ref(1), in: journal, at: files.at(100_000))
            let kinds = try await journal.lines(after: 0, limit: 10).map(\.line.kind)
            #expect(kinds == [.intent, .outcome, .settlement])
        }
    }

    @Test("A board says how long it takes, and what the journal does not take counts on no board")
    func board() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            let time = FakeTime(files.at(0))
            let platform = FakePlatform(onPlace: { _ in .unknown(Doubt(.timedOut(.seconds(10)))) })
            // This board would believe it at once: its journal does not.
            let board = CallBoard(
                platform: platform,
                journal: journal,
                notPlacedDelay: .zero,
                now: { time.now }
            )
            let running = Task { await board.run() }
            defer { running.cancel() }
            let ref = files.ref(1)
            let key = CallKey(ref)
            let call = try AICall(callerID: "919999999999", toNumber: "918888888801", agentID: Sample.agent)
            board.send(.place(ref, call, allowRepeat: false))
            for await snapshot in await board.snapshots() where snapshot.call(key)?.isInDoubt == true { break }
            time.advance(by: .seconds(59))
            board.send(.settle(key, .wasNotPlaced))
            for await snapshot in await board.snapshots()
            where snapshot.messages.last?.text.contains("not settled") == true {
                #expect(snapshot.call(key)?.isInDoubt == true)
                break
            }
            #expect(try await journal.lines(after: 0, limit: 10).allSatisfy { $0.line.kind != .settlement })
            time.advance(by: .seconds(2))
            board.send(.settle(key, .wasNotPlaced))
            for await snapshot in await board.snapshots() where snapshot.call(key)?.isEnded == true { break }
        }
    }

    @Test("A board that knows how long it takes asks nobody, and says how long")
    func told() throws {
        var state = BoardState(notPlacedDelay: .seconds(60))
        let (now, ref) = (Timestamp(milliseconds: 1_725_942_870_000), CallRef("0191dd8a-0000-7000-8000-000000000001"))
        let key = CallKey(try #require(ref))
        let call = try AICall(callerID: "919999999999", toNumber: "918888888801", agentID: Sample.agent)
        func at(_ seconds: Int, _ input: BoardInput) -> [BoardEffect] {
            // The wall clock was set: only the steady one counts.
            state.apply(input, now: now + .seconds(seconds - 3600), steady: now + .seconds(seconds))
        }
        _ = state.apply(.command(.place(try #require(ref), call, allowRepeat: false)), now: now, steady: now)
        _ = state.apply(.recorded(try #require(ref), failure: nil), now: now, steady: now)
        _ = state.apply(.outcome(try #require(ref), .unknown(Doubt(.interrupted))), now: now, steady: now)
        #expect(at(20, .command(.settle(key, .wasNotPlaced))).isEmpty)
        #expect(state.snapshot.messages.last?.text.contains("in 40 s") == true)
        #expect(state.snapshot.call(key)?.isInDoubt == true)
        #expect(at(60, .command(.settle(key, .wasNotPlaced))).count == 1)
        #expect(state.snapshot.call(key)?.isInDoubt == false)
    }
}
