import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Hanging up with a cause, and several at once")
struct HangUpWithTests {
    private func desk(_ count: Int = 1, width: Int = 80, height: Int = 24) -> Desk {
        var desk = Desk(width: width, height: height)
        for number in 1...count {
            desk.event("out_answered", call: Desk.id(number), to: "91888888880\(number)")
            desk.pass(.seconds(1))
        }
        return desk
    }

    private func sent(_ desk: Desk) -> [(cause: String?, reason: String?)] {
        desk.sent.compactMap { if case .hangUp(_, let cause, let reason) = $0 { (cause, reason) } else { nil } }
    }

    @Test("X offers the usual causes, takes a reason, and sends both for the call that was selected")
    func causeAndReason() throws {
        var desk = desk(2)
        desk.press(.down, .character("X"))
        #expect(desk.screen.contains("Hang up 918888888802 (talking"))
        #expect(desk.screen.contains("NORMAL_CLEARING") && desk.screen.contains("CALL_REJECTED"))
        // Another call comes in front of it meanwhile.
        desk.event("ringing", call: Desk.id(9), to: "447700900123")
        desk.press(.down, .tab)
        desk.type("asked for it")
        desk.press(.control("s"))
        #expect(desk.hungUp == [try #require(desk.board.snapshot.order.dropFirst().first)])
        #expect(sent(desk).map(\.cause) == ["USER_BUSY"] && sent(desk).map(\.reason) == ["asked for it"])
        #expect(!desk.screen.contains("Cause"))
    }

    @Test("A cause can be typed; one that breaks the rule is said, and nothing is sent")
    func typedCause() {
        var desk = desk()
        desk.press(.down, .character("X"), .control("u"), .control("s"))
        #expect(desk.screen.contains("cause is empty"))
        #expect(desk.hungUp.isEmpty)
        desk.type("MEDIA_TIMEOUT")
        desk.press(.tab, .tab, .enter)
        #expect(sent(desk).map(\.cause) == ["MEDIA_TIMEOUT"])
        #expect(sent(desk).first?.reason == nil)
    }

    @Test("Esc and an end from elsewhere close the dialog; Ctrl-S then hangs nobody up")
    func closing() {
        var desk = desk(2)
        desk.press(.down, .character("X"), .escape, .control("s"))
        #expect(desk.hungUp.isEmpty)
        desk.press(.character("X"))
        desk.event("hangup", call: Desk.id(2), to: "918888888802")
        #expect(!desk.screen.contains("Cause"))
        #expect(desk.status.contains("has ended meanwhile"))
        desk.press(.control("s"), .enter)
        #expect(desk.hungUp.isEmpty)
    }

    @Test("Several calls are reported one by one, with how far it has come and what failed")
    func report() throws {
        var desk = desk(4)
        desk.press(.character("*"), .character("x"), .character("y"))
        #expect(desk.hungUp.count == 4)
        #expect(desk.screen.contains("Hang-up of 4 calls"))
        #expect(desk.screen.contains(" 0/4 "))
        desk.event("hangup", call: Desk.id(1), to: "918888888801")
        #expect(desk.screen.contains(" 1/4 "))
        #expect(desk.line(holding: "918888888801")?.contains("has ended") == true)
        let third = try #require(desk.board.snapshot.call(desk.hungUp[1]))
        desk.happen(.hangUpOutcome(third.key, .notSent(NotSent(reason: .cancelled, attempts: 1))))
        #expect(desk.line(holding: third.to ?? "?")?.contains("not") == true)
        for number in [2, 4] { desk.event("hangup", call: Desk.id(number), to: "91888888880\(number)") }
        #expect(desk.status == "3 of 4 calls have ended, 1 could not be hung up")
        desk.press(.escape)
        #expect(desk.screen.contains("STATE"))
    }

    @Test("With the setting `confirm: marked` one call goes without a question, several still ask")
    func confirmMarked() {
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.confirmation = .marked
        var desk = Desk(settings: settings)
        for number in 1...3 { desk.event("answered", call: Desk.id(number), to: "91888888880\(number)") }
        desk.press(.down, .character("x"))
        #expect(desk.hungUp.count == 1)
        desk.press(.character("*"), .character("x"))
        #expect(desk.hungUp.count == 1)
        desk.press(.character("y"))
        #expect(desk.hungUp.count == 3)
    }

    @Test("A call that ended while the question stood is not hung up")
    func endedMeanwhile() {
        var desk = desk(3)
        desk.press(.character("*"), .character("x"))
        desk.event("hangup", call: Desk.id(2), to: "918888888802")
        #expect(desk.status.contains("Hang up 2 marked calls"))
        desk.press(.character("y"))
        #expect(desk.hungUp.count == 2)
    }
}
