import Piopiy
import Terminal
import TestSupport
import Testing

@testable import CallBoard
@testable import Console

@Suite("Hanging up by key")
struct HangUpTests {
    private func deskWithTwoCalls() -> Desk {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        desk.event("ringing", call: Desk.id(2), to: "918888888802")
        return desk
    }

    @Test("x asks in one line with the number, y does it", arguments: [Key.character("y"), .character("Y"), .enter])
    func yes(answer: Key) throws {
        var desk = deskWithTwoCalls()
        desk.press(.down, .down, .character("x"))
        #expect(desk.status.hasPrefix("Hang up 918888888801 (talking 00:00)? y/Enter/n"))
        #expect(desk.hungUp.isEmpty)
        desk.press(answer)
        #expect(desk.hungUp.count == 1)
        #expect(desk.effects.count == 1)
        let request = try #require(desk.effects.first?.hangUp)
        #expect(request.callID.text == Desk.id(1))
        #expect(desk.line(holding: "918888888801")?.contains("hanging up") == true)
    }

    @Test(
        "No other key and no paste is a yes",
        arguments: [
            Key.character("n"), .escape, .character("x"), .paste("y\ny\n"), .character(" "), .down, .tab, .control("s"),
            .character("q"), .control("c"),
        ]
    )
    func no(answer: Key) {
        var desk = deskWithTwoCalls()
        desk.press(.down, .character("x"), answer)
        #expect(desk.hungUp.isEmpty)
        #expect(!desk.wantsToQuit)
        #expect(desk.model.question == nil && desk.status == "nothing was done")
        desk.press(.character("y"), .enter)
        #expect(desk.hungUp.isEmpty)
    }

    @Test("Without a selection x says so and does nothing")
    func nothingSelected() {
        var desk = deskWithTwoCalls()
        desk.press(.character("x"), .character("y"))
        #expect(desk.hungUp.isEmpty)
        desk.press(.character("x"))
        #expect(desk.status == "no call is selected; the arrows choose one")
    }

    @Test("The question goes when its call ends by itself; a y then does nothing")
    func endedMeanwhile() {
        var desk = deskWithTwoCalls()
        desk.press(.down, .character("x"))
        desk.event("hangup", call: Desk.id(2), to: "918888888802")
        #expect(desk.status == "the call to 918888888802 has ended meanwhile")
        desk.press(.character("y"))
        #expect(desk.hungUp.isEmpty)
    }

    @Test("Before the call id is known it waits, is shown so, and goes out when the id comes")
    func waits() throws {
        var desk = Desk()
        desk.place("918888888888")
        desk.press(.character("x"))
        #expect(desk.status.contains("once its id is known? y/Enter/n"))
        desk.press(.character("y"))
        #expect(desk.line(holding: "918888888888")?.contains("hang-up waits") == true)
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .accepted(Acceptance(status: 200, requestID: RequestID("r1")))))
        let before = desk.effects.count
        desk.event("ringing", call: Desk.id(7), extra: ["request_id": "r1"])
        #expect(desk.effects.count == before + 1)
        desk.event("answered", call: Desk.id(7), extra: ["request_id": "r1"])
        #expect(desk.effects.count == before + 1, "it went out a second time")
        let request = try #require(desk.effects.last?.hangUp)
        #expect(request.callID.text == Desk.id(7))
    }

    @Test("While the list changes under the operator, a hang-up hits the call that was selected", arguments: 0..<20)
    func selectionFollows(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var desk = Desk()
        var next = 0
        var hits = 0
        func add(_ desk: inout Desk) {
            next += 1
            desk.event("ringing", call: Desk.id(next), to: "\(918_888_880_000 + next)")
        }
        for _ in 0..<30 { add(&desk) }
        for _ in 0..<50 {
            let step: Key = [.up, .down, .pageUp, .pageDown, .home, .end].randomElement(using: &random) ?? .down
            desk.press(step)
            let selected = try #require(desk.model.selection)
            let call = try #require(desk.model.snapshot.call(selected))
            // What the operator looks at: the marked row shows this number.
            let row = try #require(desk.line(holding: "›"))
            let number = try #require(call.to)
            #expect(row.contains(number))

            for _ in 0..<Int.random(in: 0..<6, using: &random) {
                if Bool.random(using: &random) {
                    add(&desk)
                } else {
                    let other = Int.random(in: 1...next, using: &random)
                    desk.event(
                        ["answered", "hangup", "ringing"].randomElement(using: &random) ?? "hangup",
                        call: Desk.id(other),
                        to: "\(918_888_880_000 + other)"
                    )
                }
            }
            if Int.random(in: 0..<5, using: &random) == 0 { desk.pass(.seconds(31)) }
            let count = desk.hungUp.count
            desk.press(.character("x"), .character("y"))
            if desk.hungUp.count > count {
                hits += 1
                #expect(desk.hungUp.last == selected)
                #expect(desk.effects.last?.hangUp?.callID == call.callID)
            } else {
                desk.press(.escape)
                let now = desk.model.snapshot.call(selected)
                let isHangingUp = now.map { $0.hangUp != .none } ?? false
                #expect(now == nil || now?.isEnded == true || isHangingUp || desk.model.selection == nil)
            }
        }
        #expect(hits >= 10)
    }

    @Test("A call that is still up some time after its hang-up was taken can be hung up once more")
    func again() throws {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1))
        desk.press(.down, .character("x"), .character("y"))
        let key = try #require(desk.hungUp.first)
        desk.happen(.hangUpOutcome(key, .accepted(ActionReceipt(status: 200, alreadyEnded: false))))
        desk.press(.character("x"))
        #expect(desk.status.contains("accepted the hang-up of") && desk.hungUp.count == 1)
        desk.pass(.seconds(6))
        desk.press(.character("x"))
        #expect(desk.status.contains("hung up before"))
        desk.press(.character("y"))
        #expect(desk.hungUp.count == 2)
        #expect(desk.effects.count { if case .hangUp = $0 { true } else { false } } == 2)
    }
}
