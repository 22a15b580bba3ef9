import Piopiy
import Testing

@testable import CallBoard

@Suite("What to ask the platform")
struct PollPlanTests {
    /// Asks twice a second for a time, and counts.
    private func asked(
        _ plan: inout PollPlan,
        _ story: inout Story,
        for duration: Duration
    ) -> [PollPlan.Question] {
        var questions: [PollPlan.Question] = []
        let end = story.now + duration
        while story.now < end {
            story.now = story.now + .milliseconds(500)
            questions += plan.next(story.state.snapshot, now: story.now)
        }
        return questions
    }

    @Test(
        "Where no webhooks come a call that rings is asked about every few seconds, and less often as nothing changes"
    )
    func withoutWebhooks() throws {
        var story = Story()
        var plan = PollPlan(hasRecords: false)
        let ref = try story.place()
        story.send(.outcome(ref, .accepted(Acceptance(status: 200, callID: Story.callID))))
        let first = asked(&plan, &story, for: .seconds(10))
        #expect((2...5).contains(first.count))
        #expect(first.allSatisfy { $0 == .call(CallKey(ref), Story.callID) })
        let later = asked(&plan, &story, for: .seconds(60))
        #expect((2...12).contains(later.count))
    }

    @Test(
        "Whoever asks only when something may be due asks the same as who asks twice a second",
        arguments: [false, true]
    )
    func quiet(hooks: Bool) throws {
        var story = Story()
        if hooks { story.send(.feed(.webhooks)) }
        var often = PollPlan(hasRecords: true, hasLookups: true)
        var seldom = often
        let ref = try story.place()
        story.send(.outcome(ref, .accepted(Acceptance(status: 200, callID: Story.callID))))
        // One whose id nobody knows: records and look-ups are asked for.
        let other = try story.place(allowRepeat: true)
        story.send(.outcome(other, Story.accepted))
        var expected: [PollPlan.Question] = []
        var questions: [PollPlan.Question] = []
        var rounds = 0
        var next = story.now
        for _ in 0..<1200 {
            story.now = story.now + .milliseconds(500)
            expected += often.next(story.state.snapshot, now: story.now)
            guard story.now >= next else { continue }
            rounds += 1
            questions += seldom.next(story.state.snapshot, now: story.now)
            next = story.now + seldom.quiet
        }
        #expect(questions.count == expected.count && Set(questions) == Set(expected))
        #expect(!questions.isEmpty)
        #expect(rounds < 600)
    }

    @Test("Where webhooks tell of a call it is left alone until it has been silent for long")
    func withWebhooks() throws {
        var story = Story()
        story.send(.feed(.webhooks))
        var plan = PollPlan(hasRecords: false)
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        story.send(story.event(.answered, request: Story.requestID))
        #expect(asked(&plan, &story, for: .seconds(250)).isEmpty)
        #expect(!asked(&plan, &story, for: .seconds(100)).isEmpty)
    }

    @Test("A call whose hang-up was taken is asked about soon, though webhooks come: that of its end may be lost")
    func hungUp() throws {
        var story = Story()
        story.send(.feed(.webhooks))
        var plan = PollPlan(hasRecords: false)
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        story.send(story.event(.answered, request: Story.requestID))
        story.send(.command(.hangUp(CallKey(ref), cause: nil, reason: nil)))
        story.send(.hangUpOutcome(CallKey(ref), Story.hungUp))
        #expect(!asked(&plan, &story, for: .seconds(10)).isEmpty)
    }

    @Test("A call that was there before is asked about once, webhooks or not: it may have ended unheard")
    func stale() throws {
        var story = Story()
        story.send(.feed(.webhooks))
        let ref = try story.place()
        story.send(.outcome(ref, Story.accepted))
        story.send(story.event(.answered, request: Story.requestID))
        story.wait(.seconds(60))
        // Another call's webhook: they do come.
        story.send(story.event(.answered, call: CallID("ee6a7a9b-78ea-4693-9e77-000000000002")))
        var plan = PollPlan(hasRecords: false)
        let question = PollPlan.Question.call(CallKey(ref), Story.callID)
        #expect(asked(&plan, &story, for: .seconds(250)) == [question])
    }

    @Test("A call whose end is known is not asked about")
    func ended() throws {
        var story = Story()
        var plan = PollPlan(hasRecords: true)
        let ref = try story.place()
        story.send(.outcome(ref, .accepted(Acceptance(status: 200, callID: Story.callID))))
        story.send(story.event(.busy))
        #expect(story.call(ref)?.isEnded == true)
        #expect(asked(&plan, &story, for: .seconds(600)).isEmpty)
    }

    @Test("However many calls are up, no more is asked than the budget has")
    func budget() throws {
        var story = Story()
        var plan = PollPlan(hasRecords: false)
        for number in 0..<300 {
            let id = String(number, radix: 16)
            let text = "ee6a7a9b-78ea-4693-9e77-" + String(repeating: "0", count: 12 - id.count) + id
            story.send(story.event(.ringing, call: CallID(text)))
        }
        let questions = asked(&plan, &story, for: .seconds(100))
        #expect(Double(questions.count) <= PollPlan.burst + PollPlan.rate * 100)
        // And it is used: with so many calls there is always one that is due.
        #expect(Double(questions.count) >= PollPlan.rate * 90)
        // Everybody has a turn.
        #expect(Set(questions).count >= 150)
    }

    @Test("Records are asked for only while a call is there whose id nobody knows, and only with an app id")
    func records() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.doubt))
        let placed = try #require(story.call(ref)?.placedAt)
        var without = PollPlan(hasRecords: false)
        var other = story
        #expect(asked(&without, &other, for: .seconds(100)).isEmpty)
        var plan = PollPlan(hasRecords: true)
        let questions = asked(&plan, &story, for: .seconds(300))
        #expect((2...10).contains(questions.count))
        let isFromBefore = questions.allSatisfy { question in
            if case .records(let since, _) = question { since == placed + .seconds(-60) } else { false }
        }
        #expect(isFromBefore)
    }

    @Test("For an old call in doubt records are asked for once, and only those of its time")
    func oldRecords() throws {
        var story = Story()
        let ref = try story.place()
        story.send(.outcome(ref, Story.doubt))
        let placed = try #require(story.call(ref)?.placedAt)
        story.wait(.seconds(5 * 86_400))
        var plan = PollPlan(hasRecords: true)
        #expect(
            asked(&plan, &story, for: .seconds(600)) == [
                .records(since: placed + .seconds(-60), until: placed + .seconds(3 * 3600))
            ]
        )
    }

    @Test("Calls that were placed at about the same time share a question, others have their own")
    func sharedRecords() throws {
        var story = Story()
        for number in ["918888888881", "918888888882"] {
            story.send(.outcome(try story.place(to: number), Story.doubt))
        }
        story.wait(.seconds(4 * 86_400))
        story.send(.outcome(try story.place(to: "918888888883"), Story.doubt))
        story.wait(.seconds(11))
        var plan = PollPlan(hasRecords: true)
        let questions = asked(&plan, &story, for: .seconds(3))
        #expect(questions.count == 2)
        #expect(Set(questions).count == 2)
    }

    @Test("What an answer cost beyond its request is saved elsewhere")
    func charge() throws {
        var story = Story()
        var plan = PollPlan(hasRecords: false)
        for number in 0..<100 {
            let text = "ee6a7a9b-78ea-4693-9e77-0000000000" + (number < 10 ? "0" : "") + "\(number)"
            story.send(story.event(.ringing, call: CallID(text)))
        }
        #expect(plan.next(story.state.snapshot, now: story.now).count == Int(PollPlan.burst))
        plan.charge(20)
        #expect(asked(&plan, &story, for: .seconds(10)).isEmpty)
        #expect(!asked(&plan, &story, for: .seconds(2)).isEmpty)
    }

    @Test("A transfer that runs is asked about until it has settled")
    func transfers() throws {
        var story = Story()
        var plan = PollPlan(hasRecords: false)
        let ref = try story.place()
        story.send(.outcome(ref, .accepted(Acceptance(status: 200, callID: Story.callID))))
        story.send(story.event(.answered))
        let warm = try WarmTransfer(callID: Story.callID, target: .number(PhoneNumber(validating: "918888888802")))
        #expect(story.send(.command(.transfer(CallKey(ref), .warm(warm)))) == [.transfer(CallKey(ref), .warm(warm))])
        let receipt = TransferReceipt(status: 200, requestID: RequestID("T1"))
        story.send(.transferOutcome(CallKey(ref), .warm(warm), .accepted(receipt)))
        let question = PollPlan.Question.transfer(CallKey(ref), Story.callID, RequestID("T1"))
        #expect(asked(&plan, &story, for: .seconds(10)).contains(question))
        let status = TransferStatus(requestID: RequestID("T1"), state: .failed, reason: "busy")
        story.send(.lines([.transferStatus(status, of: Story.callID, at: story.now)]))
        #expect(!asked(&plan, &story, for: .seconds(60)).contains(question))
    }
}
