import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Other keys")
struct RebindingTests {
    private func desk(_ changes: KeyChange..., width: Int = 80, height: Int = 24) throws -> Desk {
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.keymap = try Keymap.standard.rebinding(changes)
        return Desk(width: width, height: height, settings: settings)
    }

    private func problem(_ changes: KeyChange...) -> KeyChangeProblem? {
        do throws(KeyChangeProblem) {
            _ = try Keymap.standard.rebinding(changes)
            return nil
        } catch {
            return error
        }
    }

    @Test("A new key does what it is for, the old one no longer does, and help and footer name the new one")
    func moved() throws {
        var desk = try desk(KeyChange(.board, .newCall, [.function(2)]), width: 100, height: 120)
        #expect(desk.screen.contains("Press F2 to place one, ? for help."))
        #expect(desk.lines.last?.trimmed.hasPrefix("F2 new  x hang up") == true)
        desk.press(.character("n"))
        #expect(desk.model.layers.isEmpty)
        #expect(desk.status == "n does nothing here; ? shows the keys")
        desk.press(.character("?"))
        #expect(desk.line(holding: Action.newCall.explanation)?.trimmed.hasPrefix("F2") == true)
        desk.press(.escape, .function(2))
        #expect(desk.model.layers == [.form])
    }

    @Test("Of two keys for one thing each does it, help names both and the footer the first")
    func several() throws {
        for key in [Key.character("x"), .function(8)] {
            var desk = try desk(KeyChange(.board, .hangUp, [.function(8), .character("x")]), width: 100, height: 120)
            desk.event("answered", call: Desk.id(1))
            #expect(desk.lines.last?.contains("F8 hang up") == true && desk.lines.last?.contains("x hang up") == false)
            desk.press(.down, key, .character("y"))
            #expect(desk.hungUp.count == 1)
            desk.press(.character("?"))
            let lines = desk.lines.filter { $0.contains(Action.hangUp.explanation) }.map(\.trimmed)
            #expect(lines.contains { $0.hasPrefix("F8") } && lines.contains { $0.hasPrefix("x") })
        }
    }

    @Test("An action can lose its keys; what leads out keeps Ctrl-C, and says so")
    func taken() throws {
        var desk = try desk(
            KeyChange(.board, .hangUp, []),
            KeyChange(.board, .quit, []),
            KeyChange(.form, .close, []),
            width: 120
        )
        desk.event("answered", call: Desk.id(1))
        desk.press(.down, .character("x"), .character("y"))
        #expect(desk.hungUp.isEmpty)
        #expect(desk.lines.last?.contains("hang up") == false && desk.lines.last?.contains("Ctrl-C quit") == true)
        desk.press(.character("n"), .escape)
        #expect(desk.model.layers == [.form])
        desk.press(.control("c"))
        #expect(desk.model.layers.isEmpty)
        desk.press(.control("c"), .character("y"))
        #expect(desk.wantsToQuit)
    }

    @Test("An action that has other keys on one screen keeps its own on the others")
    func elsewhere() throws {
        let keymap = try Keymap.standard.rebinding([KeyChange(.pager, .down, [.character("v")])])
        #expect(keymap.action(for: .down, in: .pager) == nil)
        #expect(keymap.action(for: .character("v"), in: .pager) == .down)
        #expect(keymap.action(for: .down, in: .board) == .down)
        #expect(keymap.action(for: .character("v"), in: .board) == nil)
    }

    @Test("Without changes the table is what it was, for every key of every screen")
    func unchanged() throws {
        let keymap = try Keymap.standard.rebinding([])
        for context in KeyContext.allCases {
            let keys = Keymap.standard.bindings.map(\.key)
            for key in keys {
                #expect(keymap.action(for: key, in: context) == Keymap.standard.action(for: key, in: context))
            }
            #expect(keymap.named(in: context).map(\.key) == Keymap.standard.named(in: context).map(\.key))
        }
    }

    @Test("A key that another action has is refused, and two that change places are not")
    func claims() throws {
        #expect(
            problem(KeyChange(.board, .hangUp, [.character("n")]))?.words.contains("that is the key of new") == true
        )
        let later = problem(
            KeyChange(.board, .hangUp, [.function(9)]),
            KeyChange(.board, .newCall, [.function(9)])
        )
        #expect(later?.change.action == .newCall && later?.words.contains("that is the key of hang-up") == true)
        // The one key of an action that comes later and moves away is free.
        let keymap = try Keymap.standard.rebinding([
            KeyChange(.board, .hangUp, [.character("n")]), KeyChange(.board, .newCall, [.character("x")]),
        ])
        #expect(keymap.action(for: .character("n"), in: .board) == .hangUp)
        #expect(keymap.action(for: .character("x"), in: .board) == .newCall)
        // A silent alias is a key too.
        #expect(
            problem(KeyChange(.board, .messages, [.character("j")]))?.words.contains("that is the key of down") == true
        )
    }

    @Test(
        "Keys that would do harm where they are wanted are refused",
        arguments: [
            (KeyChange(.board, .newCall, [.control("c")]), "it always closes or quits"),
            (KeyChange(.form, .place, [.character("p")]), "it types"),
            (KeyChange(.transfer, .send, [.enter]), "it types"),
            (KeyChange(.form, .nextField, [.down]), "it types"),
            (KeyChange(.settle, .wasPlaced, [.character("1")]), "digits choose"),
            (KeyChange(.board, .help, [.escape]), "hides messages"),
            (KeyChange(.board, .hangUp, [.enter]), "answers yes"),
            (KeyChange(.board, .hangUp, [.character("y")]), "answers yes"),
            (KeyChange(.settle, .placeAgain, [.character("Y")]), "answers yes"),
            (KeyChange(.settle, .wasNotPlaced, [.character("n")]), "answers questions"),
            (KeyChange(.settle, .close, [.character("e")]), "answers questions"),
            (KeyChange(.board, .quit, [.character("e")]), "answers yes"),
            (KeyChange(.board, .quit, [.character("y")]), "answers yes"),
            (KeyChange(.campaigns, .stopCampaign, [.character("y")]), "answers yes"),
            (KeyChange(.board, .help, [.function(1), .function(1)]), "twice"),
            (KeyChange(.pager, .place, [.function(5)]), "is not an action of pager; the actions are"),
            (KeyChange(.hangUp, .send, [.character("s")]), "it types"),
            (KeyChange(.history, .copy, [.escape]), "clears the filter"),
            (KeyChange(.presets, .deletePreset, [.character("d")]), "narrows the list"),
            (KeyChange(.presets, .deletePreset, [.enter]), "answers yes"),
        ]
    )
    func reserved(change: KeyChange, words: String) {
        #expect(problem(change)?.words.contains(words) == true, "\(problem(change)?.words ?? "no problem")")
    }

    @Test("Nothing on a screen names a key that was given away")
    func words() throws {
        var desk = try desk(
            KeyChange(.board, .newCall, [.function(2)]),
            KeyChange(.board, .hangUp, [.function(3)]),
            KeyChange(.board, .settle, [.function(4)]),
            KeyChange(.board, .details, [.function(5)]),
            KeyChange(.board, .help, [.function(6)]),
            KeyChange(.board, .unmark, [.function(7)]),
            KeyChange(.board, .down, [.function(9)]),
            KeyChange(.board, .transfer, [.function(10)]),
            KeyChange(.board, .quit, [.function(12)]),
            KeyChange(.pager, .hangUp, [.function(13)]),
            KeyChange(.pager, .settle, [.function(14)])
        )
        #expect(desk.screen.contains("Press F2 to place one, F6 for help."))
        desk.press(.character("x"))
        #expect(desk.status == "x does nothing here; F6 shows the keys")
        desk.press(.function(3))
        #expect(desk.status == "there is no call; F2 places one")
        desk.press(.paste("918888888888"))
        #expect(desk.status == "pasted text does nothing here; F2 opens the form for a new call")
        desk.press(.function(2))
        desk.type(Desk.caller)
        desk.press(.tab)
        desk.type("918888888888")
        desk.press(.tab)
        desk.type(Desk.agent)
        desk.press(.control("s"))
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        #expect(!desk.screen.contains("Enter"))
        desk.press(.function(5))
        let advice = desk.lines.map(\.trimmed).joined(separator: " ")
        #expect(advice.contains("F13 hangs it up") && advice.contains("press F14"), "\(advice)")
        desk.press(.escape, .character("*"))
        #expect(desk.status.contains("F7 unmarks all"))
        desk.event("answered", call: Desk.id(9), to: "918888888801")
        desk.model.selection = nil
        desk.press(.function(3))
        #expect(!desk.status.contains("arrows"))
    }

    @Test("Where commands are typed, what is said names commands, whatever the keys are")
    func commands() throws {
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.keymap = try Keymap.standard.rebinding([KeyChange(.board, .newCall, [.function(2)])])
        var model = PlainModel(settings: settings, now: Timestamp(milliseconds: 0))
        let commands = ["hang-up", "transfer", "settle", "call-again", "details", "mark"]
        let lines = commands.flatMap { model.take($0, at: Timestamp(milliseconds: 0)).lines }
        #expect(!lines.isEmpty && !lines.contains { $0.contains("F2") }, "\(lines)")
    }

    @Test("Where the screen is too small the keys of the board draw anew and quit")
    func tooSmall() throws {
        var desk = try desk(KeyChange(.board, .quit, [.character("Q")]), width: 20, height: 5)
        desk.press(.character("q"))
        #expect(!desk.wantsToQuit)
        desk.press(.character("Q"))
        #expect(desk.wantsToQuit)
    }
}
