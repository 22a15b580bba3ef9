import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Safety for people")
struct SafetyTests {
    private func desk(_ change: (inout ConsoleModel.Settings) -> Void) -> Desk {
        var settings = ConsoleModel.Settings(place: "sandbox")
        change(&settings)
        var desk = Desk(settings: settings)
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        return desk
    }

    // MARK: Read only

    @Test("A read-only console places, hands over and hangs up nothing, and says so", arguments: ["n", "x", "X", "t"])
    func readOnly(key: Character) {
        var desk = desk { $0.isReadOnly = true }
        desk.press(.down, .character(key))
        #expect(desk.status.contains("read-only"))
        desk.press(.character("y"), .enter, .control("s"))
        #expect(desk.sent.isEmpty)
    }

    @Test("What a screen forgot to refuse never leaves a read-only console")
    func readOnlyFilter() {
        var desk = desk { $0.isReadOnly = true }
        desk.press(.down)
        guard let call = desk.model.selection else {
            Issue.record("no call is selected")
            return
        }
        desk.model.question = .hangUp(call)
        desk.press(.character("y"))
        #expect(desk.sent.isEmpty)
    }

    // MARK: Mask

    @Test("With the mask on no whole number is on any screen, and the ids can be read")
    func mask() {
        var desk = desk { $0.masksNumbers = true }
        desk.event(
            "ringing",
            call: Desk.id(2),
            to: "447700900123",
            extra: ["extra_params": #"{"phone":"14155550100"}"#]
        )
        desk.press(.down)
        let screens: [[Key]] = [
            [], [.enter], [.character("x")], [.escape, .character("X")], [.escape, .character("m")],
        ]
        for keys in screens {
            for key in keys { desk.press(key) }
            for number in ["918888888801", "447700900123", "14155550100", Desk.caller] {
                #expect(!desk.screen.contains(number))
            }
            if keys.isEmpty { #expect(desk.screen.contains("44********23")) }
            if keys == [.enter] { #expect(desk.screen.contains(Desk.id(2))) }
            if keys == [.enter] { desk.press(.escape) }
        }
    }

    @Test("Who types a number sees it while it is typed, and no longer")
    func maskInForm() {
        var desk = desk { $0.masksNumbers = true }
        desk.press(.character("n"))
        desk.type("919999999999")
        #expect(desk.screen.contains("919999999999"))
        desk.press(.tab)
        #expect(!desk.screen.contains("919999999999"))
        #expect(desk.screen.contains("91********99"))
    }

    // MARK: Lock

    @Test("An idle console hides itself, and no key but the unlocking one does anything")
    func lock() {
        var desk = desk { $0.lockAfter = .seconds(60) }
        desk.press(.down, .character("x"))
        desk.pass(.seconds(59))
        #expect(desk.screen.contains("918888888801"))
        desk.pass(.seconds(1))
        #expect(desk.screen.contains("piopiy is locked"))
        #expect(!desk.screen.contains("918888888801"))
        desk.press(.character("y"), .character("x"), .character("q"), .control("c"), .control("z"))
        #expect(desk.hungUp.isEmpty && !desk.wantsToQuit && desk.asked.isEmpty)
        desk.press(.enter)
        #expect(desk.screen.contains("918888888801"))
        // The question from before is gone with the one who asked it.
        desk.press(.character("y"))
        #expect(desk.hungUp.isEmpty)
    }

    @Test("A clock that is set back neither keeps the console from locking nor refuses the right PIN")
    func clockSetBack() {
        var desk = desk {
            $0.lockAfter = .seconds(60)
            $0.unlockPIN = "4711"
        }
        var steady = desk.now
        func pass(_ seconds: Int, of desk: inout Desk) {
            steady = steady + .seconds(seconds)
            desk.model.advance(to: desk.now + .seconds(-3600), steady: steady)
        }
        pass(59, of: &desk)
        #expect(!desk.screen.contains("piopiy is locked"))
        pass(1, of: &desk)
        #expect(desk.screen.contains("piopiy is locked"))
        for _ in 0..<3 {
            desk.type("1")
            desk.press(.enter)
        }
        #expect(desk.screen.contains("Wait ten seconds"))
        pass(11, of: &desk)
        desk.type("4711")
        desk.press(.enter)
        #expect(!desk.screen.contains("piopiy is locked"))
    }

    @Test("With a PIN only the PIN unlocks, and after three wrong ones it takes time")
    func pin() {
        var desk = desk {
            $0.lockAfter = .seconds(60)
            $0.unlockPIN = "2580"
        }
        desk.pass(.seconds(61))
        desk.press(.enter)
        #expect(desk.screen.contains("Wrong PIN"))
        for _ in 0..<2 {
            desk.type("1111")
            desk.press(.enter)
        }
        desk.type("2580")
        #expect(!desk.screen.contains("2580"))
        desk.press(.enter)
        #expect(desk.screen.contains("Wait ten seconds"))
        desk.pass(.seconds(11))
        desk.press(.enter)
        #expect(desk.screen.contains("918888888801"))
    }

    @Test("A key keeps the console open")
    func notIdle() {
        var desk = desk { $0.lockAfter = .seconds(60) }
        for _ in 0..<5 {
            desk.pass(.seconds(40))
            desk.press(.down)
        }
        #expect(!desk.screen.contains("locked"))
    }

    // MARK: Alerts

    private func alerts(_ desk: Desk) -> [String] {
        desk.asked.compactMap { if case .alert(let text) = $0 { text } else { nil } }
    }

    @Test("It rings for what the operator chose, once")
    func alert() {
        var desk = desk { $0.alerts = Alerts(events: [.answered, .failed]) }
        #expect(alerts(desk) == ["918888888801: answered"])
        desk.event("ringing", call: Desk.id(2), to: "447700900123")
        #expect(alerts(desk).count == 1)
        desk.event("answered", call: Desk.id(2), to: "447700900123")
        desk.event("answered", call: Desk.id(2), to: "447700900123")
        #expect(alerts(desk).dropFirst() == ["447700900123: answered"])
        desk.event("hangup", call: Desk.id(2), to: "447700900123")
        #expect(alerts(desk).count == 2)
        desk.event("busy", call: Desk.id(3), to: "447700900124")
        #expect(alerts(desk).last == "447700900124: not reached")
    }

    @Test("It does not ring for what nobody chose")
    func silent() {
        var desk = desk { _ in }
        desk.event("answered", call: Desk.id(2), to: "447700900123")
        #expect(alerts(desk).isEmpty)
    }

    @Test("A locked console rings without saying who")
    func lockedAlert() {
        var desk = desk { $0.alerts = Alerts(events: [.answered]) }
        desk.model.lockScreen()
        desk.event("answered", call: Desk.id(2), to: "447700900123")
        #expect(alerts(desk).last == "1 answered")
    }

    @Test("A number that goes over the end of a line is hidden all the same", arguments: 0..<30)
    func brokenNumber(shift: Int) {
        var desk = desk { $0.masksNumbers = true }
        let filler = String(repeating: "a", count: 30 + shift)
        desk.event(
            "ringing",
            call: Desk.id(2),
            to: "447700900123",
            extra: ["extra_params": .string(#"{"a":"\#(filler)","phone":"14155550100"}"#)]
        )
        desk.press(.home, .enter)
        #expect(desk.screen.contains("aaaa"))
        let digits = desk.screen.filter { $0.isNumber }
        #expect(!digits.contains("1415555") && !digits.contains("5550100"))
    }
}
