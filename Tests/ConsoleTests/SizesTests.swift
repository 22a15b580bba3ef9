import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Any size of the screen")
struct SizesTests {
    static let sizes = [
        (0, 0), (1, 1), (2, 50), (39, 24), (80, 9), (40, 10), (41, 11), (79, 23), (80, 24), (100, 30), (120, 40),
        (160, 50),
        (200, 60), (500, 200), (500, 1), (1, 200),
    ]

    /// Every screen there is, by the keys that lead to it from the board.
    static let screens: [[Key]] = [
        [], [.character("x")], [.enter], [.character("m")], [.character("?")], [.character("n")],
        [.character("n"), .control("j")], [.character("q")],
        [.character("h")], [.character("h"), .character("/")], [.character("h"), .enter], [.character("a")],
        [.character("a"), .character("/")], [.character("p")], [.character("p"), .character("x")],
        [.character("r")], [.character("n"), .tab, .control("n")],
        [.character("n"), .control("n"), .enter, .function(2)],
    ]

    @Test("Each screen draws at each size, and a resize in any of them keeps it", arguments: screens)
    func draws(keys: [Key]) throws {
        let journal = FakeJournal(try (1...300).map { try StoredCall.past($0) })
        let presets = (1...40).map { Preset(name: "preset \($0)", text: "{\"caller\":\"919999999999\"}") }
        var desk = Desk()
        for number in 1...60 {
            desk.event(number % 2 == 0 ? "ringing" : "answered", call: Desk.id(number), to: "9188888888\(number + 10)")
        }
        desk.press(.down)
        desk.hear(.agents(Desk.agents))
        desk.hear(.usedValues(UsedValues(callers: [Desk.caller], destinations: ["918888888888"])))
        for key in keys {
            desk.press(key)
            desk.answer(from: journal)
            if key == .character("p") { desk.hear(.presets(presets)) }
        }
        let before = desk.screen
        for (width, height) in Self.sizes {
            desk.model.resize(to: Size(width: width, height: height))
            let frame = desk.model.frame()
            #expect(frame.canvas.size == Size(width: width, height: height))
            #expect(frame.canvas.lines.allSatisfy { SafeText.width($0) == width })
            if let cursor = frame.cursor {
                #expect((0..<width).contains(cursor.x) && (0..<height).contains(cursor.y), "\(width)x\(height)")
            }
        }
        desk.model.resize(to: Size(width: 80, height: 24))
        #expect(desk.screen == before)
    }

    @Test("Below 40x10 it says what it needs, and no key reaches a call")
    func tooSmall() {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1))
        desk.press(.down)
        desk.model.resize(to: Size(width: 30, height: 8))
        #expect(desk.screen.contains("piopiy needs 40x10"))
        desk.press(.character("x"), .character("y"), .enter)
        #expect(desk.hungUp.isEmpty)
    }

    @Test("From 30 rows on the selected call's details are under the list")
    func side() {
        var desk = Desk(width: 160, height: 50)
        desk.event("answered", call: Desk.id(1))
        #expect(!desk.screen.contains(Desk.id(1)))
        desk.press(.down)
        #expect(desk.line(holding: "Call id")?.contains(Desk.id(1)) == true)
        desk.model.resize(to: Size(width: 80, height: 24))
        #expect(!desk.screen.contains(Desk.id(1)))
    }
}
