import Piopiy
import Terminal
import TestSupport
import Testing

@testable import CallBoard
@testable import Console

/// A screen or a dialog, by the keys that lead to it from a board on which the call that is selected talks.
struct ReachedScreen: Sendable, CustomTestStringConvertible {
    let name: String
    let keys: [Key]
    /// Whether the selected call is one of which nobody knows whether it was placed.
    var isInDoubt = false

    var testDescription: String { name }

    /// All there are. A new one is a line here, and is then drawn at every size.
    static let all: [ReachedScreen] = [
        ReachedScreen(name: "board", keys: []),
        ReachedScreen(name: "hang-up, asked", keys: [.character("x")]),
        ReachedScreen(name: "hang-up of marked calls, asked", keys: [.character("*"), .character("x")]),
        ReachedScreen(name: "quit, asked", keys: [.character("q")]),
        ReachedScreen(name: "filter", keys: [.character("/"), .paste("state:talking 9188 日本語")]),
        ReachedScreen(name: "filter with a mistake", keys: [.character("/"), .paste("sate:x")]),
        ReachedScreen(name: "filter that shows nothing", keys: [.character("/"), .paste("nobody"), .enter]),
        ReachedScreen(name: "sorted", keys: [.character("s"), .character("S")]),
        ReachedScreen(name: "details", keys: [.enter]),
        ReachedScreen(name: "messages", keys: [.character("m")]),
        ReachedScreen(name: "help", keys: [.character("?")]),
        ReachedScreen(name: "form", keys: [.character("n")]),
        ReachedScreen(name: "form with mistakes", keys: [.character("n"), .paste("12x日本"), .control("s")]),
        ReachedScreen(name: "form, JSON", keys: [.character("n"), .control("j")]),
        ReachedScreen(name: "help over the form", keys: [.character("n"), .function(1)]),
        ReachedScreen(name: "transfer", keys: [.character("t")]),
        ReachedScreen(name: "hang up with", keys: [.character("X")]),
        ReachedScreen(name: "hang-up report", keys: [.character("*"), .character("x"), .character("y")]),
        ReachedScreen(name: "themes", keys: [.character("T"), .down]),
        ReachedScreen(name: "palette", keys: [.character(":"), .paste("h")]),
        ReachedScreen(name: "history", keys: [.character("h")]),
        ReachedScreen(name: "history, searched", keys: [.character("h"), .character("/"), .paste("9188")]),
        ReachedScreen(name: "history, details", keys: [.character("h"), .enter]),
        ReachedScreen(name: "agents", keys: [.character("a")]),
        ReachedScreen(name: "presets", keys: [.character("p")]),
        ReachedScreen(name: "preset, deleted", keys: [.character("p"), .character("x")]),
        ReachedScreen(name: "call again", keys: [.character("r")]),
        ReachedScreen(name: "form, suggestions", keys: [.character("n"), .tab, .control("n")]),
        ReachedScreen(name: "form, saved", keys: [.character("n"), .control("n"), .enter, .function(2)]),
        ReachedScreen(name: "settle", keys: [.character("!")], isInDoubt: true),
        ReachedScreen(name: "place again, asked", keys: [.character("!"), .character("a")], isInDoubt: true),
    ]
}

@Suite("Any size of the screen")
struct SizesTests {
    /// Every small one. Below 40x10 all screens are one and the same, so that one of them is drawn at all of these.
    static let small: [Size] = (0...12).flatMap { height in (0...44).map { Size(width: $0, height: height) } }

    /// Around the least that the console needs, and some of each kind up to the largest.
    static let sizes: [Size] = {
        var sizes = small.filter { $0.width % 11 == 7 || $0.width >= 39 && $0.height >= 9 || $0.width < 2 }
        var random = SplitMix64(seed: 7)
        for _ in 0..<12 {
            sizes.append(
                Size(width: .random(in: 40...220, using: &random), height: .random(in: 10...70, using: &random))
            )
        }
        sizes += [
            (80, 24), (79, 23), (71, 24), (55, 20), (120, 40), (500, 200), (500, 1), (1, 200), (500, 10), (40, 200),
        ]
        .map { Size(width: $0.0, height: $0.1) }
        return sizes
    }()

    /// Sixty calls in all their stages, one of them selected.
    private func desk(_ screen: ReachedScreen, ascii: Bool) throws -> Desk {
        var settings = ConsoleModel.Settings(place: "a platform with a name that is long, 日本語")
        settings.ascii = ascii
        var desk = Desk(settings: settings)
        let statuses = ["ringing", "answered", "started", "busy", "answered"]
        for number in 1...60 {
            desk.event(statuses[number % 5], call: Desk.id(number), to: "9188888888\(number + 10)")
        }
        desk.event(
            "answered",
            call: Desk.id(99),
            extra: ["from": "漢字漢字漢字漢字漢字", "agent_id": "e\u{301}\u{1B}[31m", "extra_params": ["key": "👩‍👩‍👧"]]
        )
        if screen.isInDoubt {
            desk.place("447700900123")
            let ref = try #require(desk.sent.placedRefs.last)
            desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        } else {
            desk.press(.down)
        }
        desk.hear(.agents(Desk.agents))
        desk.hear(.usedValues(UsedValues(callers: [Desk.caller], destinations: ["918888888888"])))
        let journal = FakeJournal(try (1...300).map { try StoredCall.past($0) })
        let presets = (1...40).map { Preset(name: "preset \($0)", text: "{\"caller\":\"919999999999\"}") }
        for key in screen.keys {
            desk.press(key)
            desk.answer(from: journal)
            if key == .character("p") { desk.hear(.presets(presets)) }
            if key == .character("T") {
                let theme = desk.model.settings.theme
                desk.hear(.themes((1...30).map { ThemeChoice(name: "theme \($0)", theme: .success(theme)) }))
            }
        }
        return desk
    }

    @Test(
        "Each screen draws at each size and nowhere else, and a resize in any of them keeps it",
        arguments: ReachedScreen.all,
        [false, true]
    )
    func draws(screen: ReachedScreen, ascii: Bool) throws {
        var desk = try desk(screen, ascii: ascii)
        let before = desk.screen
        let board = try self.desk(.init(name: "", keys: []), ascii: ascii).screen
        #expect(screen.keys.isEmpty || before != board)
        // With ASCII the drawing is the same; every tenth size tells.
        let every = screen.keys.isEmpty ? Self.small + Self.sizes : Self.sizes
        for size in ascii ? stride(from: 0, to: every.count, by: 10).map({ every[$0] }) : every {
            desk.model.resize(to: size)
            let frame = desk.model.frame()
            #expect(frame.canvas.size == size)
            let lines = frame.canvas.lines
            #expect(lines.allSatisfy { SafeText.width($0) == size.width }, "\(size)")
            #expect(!ascii || lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x7F } }, "\(size)")
            // Only where something is typed there is one.
            #expect(frame.cursor.map(Rect(size).contains) != false, "\(size)")
        }
        desk.model.resize(to: Size(width: 80, height: 24))
        #expect(desk.screen == before)
    }

    @Test(
        "Keys on a screen of any size never stop it, and below 40x10 they reach no call",
        arguments: ReachedScreen.all
    )
    func keys(screen: ReachedScreen) throws {
        let keys: [Key] = [
            .down, .up, .pageDown, .pageUp, .end, .home, .enter, .character("y"), .tab, .escape, .character("x"),
        ]
        for (width, height) in [(0, 0), (1, 1), (39, 24), (80, 9)] {
            var desk = try desk(screen, ascii: false)
            desk.model.resize(to: Size(width: width, height: height))
            let before = desk.sent.count
            for key in keys { desk.press(key) }
            #expect(desk.sent.count == before)
        }
        for (width, height) in [(40, 10), (41, 11), (500, 200)] {
            var desk = try desk(screen, ascii: false)
            desk.model.resize(to: Size(width: width, height: height))
            for key in keys.dropLast(5) {
                desk.press(key)
                #expect(desk.model.frame().canvas.lines.allSatisfy { SafeText.width($0) == width })
            }
        }
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
