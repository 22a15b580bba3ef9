import Piopiy
import TestSupport
import Testing

@testable import CallBoard

@Suite("The dialer")
struct DialerTests {
    private static let ref: CallRef = {
        var random = SplitMix64(seed: 5)
        return CallRef(at: Timestamp(milliseconds: 1_725_942_871_000), using: &random)
    }()

    @Test("What is not admitted is not sent, and the reason has a code")
    func busy() async throws {
        let log = Log()
        var journal = FakeJournal { log.add($0.word) }
        journal.onAdmit = { _, _ in .begunBefore }
        let platform = FakePlatform(onPlace: { _ in
            log.add("sent")
            return FakePlatform.accepted
        })
        let result = await Dialer(platform: platform, journal: journal).place(
            TaggedPlacement(try Story.call(), ref: Self.ref)
        )
        #expect(result.admission == .begunBefore)
        let reason = NotSent.Reason.notAdmitted(code: "begun_before", "This row of the campaign was already started")
        #expect(result.outcome == .notSent(NotSent(reason: reason, attempts: 0)))
        #expect(log.all.isEmpty)
    }

    @Test("Without a durable intent nothing is sent")
    func notRecorded() async throws {
        struct Full: Error {}
        let log = Log()
        let journal = FakeJournal { _ in throw Full() }
        let platform = FakePlatform(onPlace: { _ in
            log.add("sent")
            return FakePlatform.accepted
        })
        let result = await Dialer(platform: platform, journal: journal).place(
            TaggedPlacement(try Story.call(), ref: Self.ref)
        )
        #expect(result.admission == nil)
        #expect(result.outcome == .notSent(NotSent(reason: .notRecorded("Full()"), attempts: 0)))
        #expect(log.all.isEmpty)
    }

    @Test(
        "The intent is on disk, then the request leaves, then its outcome is written; what is sent is what is recorded"
    )
    func order() async throws {
        let log = Log()
        let recorded = Locked<[UInt8]>([])
        let journal = FakeJournal { line in
            log.add(line.word)
            if line.kind == .intent { recorded.set(line.body) }
        }
        let platform = FakePlatform(onPlace: { call in
            log.add("sent")
            let body = (try? call.json.text()) ?? "?"
            #expect(String(decoding: recorded.get(), as: UTF8.self).contains(body))
            return FakePlatform.accepted
        })
        let result = await Dialer(platform: platform, journal: journal).place(
            TaggedPlacement(try Story.call(), ref: Self.ref)
        )
        #expect(result.outcome == FakePlatform.accepted && result.whyNotRecorded == nil)
        #expect(log.all == ["intent", "sent", "outcome accepted"])
    }

    @Test("Held back when it is admitted it does not leave, and that is written")
    func heldBack() async throws {
        let log = Log()
        let journal = FakeJournal { log.add($0.word) }
        let platform = FakePlatform(onPlace: { _ in
            log.add("sent")
            return FakePlatform.accepted
        })
        let dialer = Dialer(platform: platform, journal: journal)
        let result = await dialer.place(TaggedPlacement(try Story.call(), ref: Self.ref)) { false }
        #expect(result.outcome == .notSent(NotSent(reason: .cancelled, attempts: 0)))
        #expect(log.all == ["intent", "outcome notSent"])
    }

    @Test("No more are admitted than can leave at once, and one that is given up while it waits is not admitted")
    func slots() async throws {
        let log = Log()
        let gate = Gate()
        let journal = FakeJournal { log.add($0.word) }
        let platform = FakePlatform(onPlace: { _ in
            await gate.wait()
            return FakePlatform.accepted
        })
        let dialer = Dialer(platform: platform, journal: journal, atOnce: 1)
        let call = try Story.call()
        let first = Task { await dialer.place(TaggedPlacement(call, ref: Self.ref)) }
        while log.all != ["intent"] { await Task.yield() }
        var random = SplitMix64(seed: 6)
        let ref = CallRef(at: Timestamp(milliseconds: 1_725_942_871_000), using: &random)
        let second = Task { await dialer.place(TaggedPlacement(call, ref: ref)) }
        // However often it has its turn, it waits.
        for _ in 0..<1000 { await Task.yield() }
        #expect(log.all == ["intent"])
        second.cancel()
        let givenUp = await second.value
        #expect(givenUp.outcome == .notSent(NotSent(reason: .cancelled, attempts: 0)))
        #expect(givenUp.admission == nil)
        gate.open()
        #expect(await first.value.outcome == FakePlatform.accepted)
        #expect(log.all == ["intent", "outcome accepted"])
    }
}
