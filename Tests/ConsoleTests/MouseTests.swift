import Piopiy
import Terminal
import TestSupport
import Testing

@testable import CallBoard
@testable import Console

@Suite("The mouse")
struct MouseTests {
    private func desk(_ calls: Int = 40) -> Desk {
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.takesMouse = true
        var desk = Desk(settings: settings)
        for number in 1...calls {
            desk.event("answered", call: Desk.id(number), to: "\(918_888_880_000 + number)")
        }
        desk.model.noteShown()
        return desk
    }

    /// Where a number stands on the screen.
    private func row(_ number: String, _ desk: Desk) throws -> Int {
        try #require(desk.lines.firstIndex { $0.contains(number) })
    }

    private func click(_ row: Int) -> Key { .mouse(Mouse(.left, at: Point(x: 20, y: row))) }

    private func wheel(_ button: Mouse.Button) -> Key { .mouse(Mouse(button, at: Point(x: 1, y: 1))) }

    @Test("A click selects the row, a second one opens its details")
    func clicks() throws {
        var desk = desk()
        desk.press(click(try row("918888880035", desk)))
        #expect(desk.line(holding: "›")?.contains("918888880035") == true)
        desk.model.noteShown()
        desk.press(click(try row("918888880035", desk)))
        #expect(desk.screen.contains("Call to 918888880035"))
    }

    @Test("A click means what was drawn when it was made, not what came since")
    func shown() throws {
        var desk = desk()
        let place = try row("918888880035", desk)
        for number in 41...45 { desk.event("ringing", call: Desk.id(number), to: "\(918_888_880_000 + number)") }
        // The link is slow: the terminal has not been given the newest frame.
        desk.press(click(place))
        #expect(desk.line(holding: "›")?.contains("918888880035") == true)
        desk.model.noteShown()
        desk.press(click(place))
        #expect(desk.line(holding: "›")?.contains("918888880040") == true)
    }

    @Test("A click on a call that has left selects nobody")
    func gone() throws {
        var desk = desk()
        let place = try row("918888880035", desk)
        desk.event("hangup", call: Desk.id(35), to: "918888880035")
        desk.pass(.seconds(31))
        desk.press(click(place))
        #expect(desk.model.selection == nil)
        #expect(desk.status == "that call has just left the list")
    }

    @Test("Outside of the rows a click does nothing", arguments: [-1, 0, 1, 2, 21, 22, 23, 500])
    func outside(row: Int) {
        var desk = desk()
        desk.press(click(row))
        #expect(desk.model.selection == nil && desk.model.layers.isEmpty)
    }

    @Test("The wheel moves the selection, and scrolls what is open")
    func wheel() {
        var desk = desk()
        desk.press(wheel(.wheelDown), wheel(.wheelDown))
        #expect(desk.line(holding: "›")?.contains("918888880037") == true)
        desk.press(wheel(.wheelUp))
        #expect(desk.line(holding: "›")?.contains("918888880040") == true)
        desk.press(.character("?"))
        let top = desk.lines[2]
        desk.press(wheel(.wheelUp))
        #expect(desk.lines[2] == top)
        desk.press(wheel(.wheelDown))
        #expect(desk.lines[2] != top)
        for _ in 0..<200 { desk.press(wheel(.wheelDown)) }
        let bottom = desk.screen
        desk.press(wheel(.wheelDown))
        #expect(desk.screen == bottom && bottom.contains(" of "))
    }

    @Test("Whatever the mouse does, wherever: nobody is rung and nobody hung up", arguments: 0..<50)
    func harmless(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var desk = desk(10)
        let keys: [Key] = [
            .character("n"), .character("x"), .character("t"), .enter, .character("m"), .character("?"), .escape,
            .character("/"), .character("*"), .control("j"), .down, .character("q"), .character("!"), .tab,
        ]
        for _ in 0..<300 {
            if Int.random(in: 0..<5, using: &random) == 0, let key = keys.randomElement(using: &random) {
                desk.press(key)
            }
            let before = (desk.sent.count, desk.asked.count)
            let button: Mouse.Button = [.left, .wheelUp, .wheelDown].randomElement(using: &random) ?? .left
            let place = Point(x: .random(in: 0..<80, using: &random), y: .random(in: 0..<24, using: &random))
            desk.press(.mouse(Mouse(button, at: place)))
            desk.model.noteShown()
            #expect(before == (desk.sent.count, desk.asked.count))
        }
    }

    @Test("A question is answered by keys alone, and stays for the call it was asked for")
    func question() throws {
        var desk = desk()
        desk.press(.down, .character("x"))
        let asked = desk.status
        desk.press(click(try row("918888880035", desk)), wheel(.wheelDown))
        #expect(desk.status == asked)
        desk.press(.character("y"))
        #expect(desk.effects.count == 1)
        let request = try #require(desk.effects.last?.hangUp)
        #expect(request.callID.text == Desk.id(40))
    }
}
