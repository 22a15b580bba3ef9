import Campaigns
import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("One rule for all prompts")
struct PromptTests {
    /// A prompt of the console, how an operator gets to it, and what a yes leads to.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let yes: ConsolePrompt.Yes
        let reach: @Sendable (inout Desk) throws -> Void
        let isDone: @Sendable (Desk) -> Bool

        var testDescription: String { name }
    }

    /// A desk with a call that talks, one of which nobody knows whether it was placed, and a campaign.
    private static func desk(sandbox: Bool) throws -> Desk {
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.isSandbox = sandbox
        var desk = Desk(settings: settings)
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        desk.place("918888888806")
        let ref = try #require(desk.sent.placedRefs.last)
        desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        desk.hear(.campaign(.all(Campaign.examples)))
        return desk
    }

    private static let two = "to\n918888888881\n918888888882\n"

    static let all: [Case] = [
        Case(name: "hang up", yes: .yOrEnter) {
            $0.press(.end, .character("x"))
        } isDone: {
            $0.hungUp.count == 1
        },
        Case(name: "hang up, with a cause in a command", yes: .yOrEnter) { desk in
            desk.press(.character(":"))
            desk.type("hang-up 918888888801 cause USER_BUSY")
            desk.press(.enter)
        } isDone: {
            $0.hungUp.count == 1
        },
        Case(name: "hang up those that are marked", yes: .y) {
            $0.press(.character("*"), .character("x"))
        } isDone: {
            $0.hungUp.count == 2
        },
        Case(name: "hang up those that a command names", yes: .y) { desk in
            desk.press(.character(":"))
            desk.type("hang-up 918888888801 918888888806")
            desk.press(.enter)
        } isDone: {
            $0.hungUp.count == 2
        },
        Case(name: "place again", yes: .y) {
            $0.press(.home, .character("!"), .character("a"))
        } isDone: {
            $0.placed.count == 2
        },
        Case(name: "was placed", yes: .y) {
            $0.press(.home, .character("!"), .character("p"))
        } isDone: {
            $0.settled == [.wasPlaced]
        },
        Case(name: "was not placed", yes: .y) {
            $0.press(.home, .character("!"), .character("u"))
        } isDone: {
            $0.settled == [.wasNotPlaced]
        },
        Case(name: "is over", yes: .y) {
            $0.press(.home, .character("!"), .character("o"))
        } isDone: {
            $0.settled == [.isOver]
        },
        Case(name: "is another one", yes: .y) { desk in
            desk.event("ringing", call: Desk.id(7), to: "918888888806")
            desk.press(.home, .down, .character("!"), .character("1"))
        } isDone: {
            $0.settled == [.isCall(CallID(Desk.id(7)))]
        },
        Case(name: "take back", yes: .y) { desk in
            desk.press(.home, .character("!"), .character("u"), .character("y"), .character("!"))
        } isDone: {
            $0.settled == [.wasNotPlaced, .takenBack]
        },
        Case(name: "ring again, from the form", yes: .y) {
            $0.place("918888888801")
        } isDone: {
            $0.placed.count == 2
        },
        Case(name: "ring again, by a command", yes: .y) { desk in
            desk.press(.character(":"))
            desk.type("call 918888888801 from 919999999999 agent \(Desk.agent)")
            desk.press(.enter)
        } isDone: {
            $0.placed.count == 2
        },
        Case(name: "replace the form", yes: .y) { desk in
            desk.press(.character("n"))
            desk.type("447")
            desk.press(.escape, .home, .character("r"))
        } isDone: {
            $0.model.form.destination.text == "918888888806"
        },
        Case(name: "replace a preset", yes: .y) { desk in
            desk.press(.character("n"))
            desk.type("9188")
            desk.press(.function(2))
            desk.type("daily")
            desk.press(.enter)
            desk.hear(.presetFound("daily", exists: true))
        } isDone: {
            $0.errands.contains { if case .keepPreset = $0 { true } else { false } }
        },
        Case(name: "delete a preset", yes: .y) { desk in
            desk.press(.character("p"))
            desk.hear(.presets([Preset(name: "daily", text: "{}")]))
            desk.press(.delete)
        } isDone: {
            $0.errands.contains(.dropPreset("daily"))
        },
        Case(name: "ring a list", yes: .y) {
            $0.readList(two)
        } isDone: {
            $0.campaignActs.count == 1
        },
        Case(name: "go on with a campaign", yes: .y) {
            $0.press(.character("c"), .down, .character("r"))
        } isDone: {
            $0.campaignActs.count == 1
        },
        Case(name: "stop a campaign", yes: .y) {
            $0.press(.character("c"), .character("x"))
        } isDone: {
            $0.campaignActs.count == 1
        },
        Case(name: "quit", yes: .y) {
            $0.press(.character("q"))
        } isDone: {
            $0.wantsToQuit
        },
    ]

    private static let others: [Key] = [
        .character("n"), .character("N"), .escape, .control("c"), .character("q"), .character("x"), .character(" "),
        .character("1"), .character("a"), .character("p"), .down, .tab, .control("s"), .control("l"), .delete,
        .paste("y"), .paste("y\n"),
    ]

    @Test("Each names its answers; the yes that it names does it, once", arguments: all)
    func yes(prompt: Case) throws {
        for key in Self.keys(prompt.yes) {
            var desk = try Self.desk(sandbox: false)
            try prompt.reach(&desk)
            #expect(desk.status.hasSuffix(Self.answers(prompt.yes)), "\(desk.status)")
            #expect(!prompt.isDone(desk))
            desk.press(key)
            #expect(prompt.isDone(desk), "\(key)")
            #expect(desk.model.question == nil)
            // A second one, of a key that bounced, does nothing more.
            let before = (desk.sent.count, desk.campaignActs.count, desk.placed.count)
            desk.press(key)
            #expect(before == (desk.sent.count, desk.campaignActs.count, desk.placed.count))
        }
    }

    @Test("Any other key closes it, a paste too, and nothing is done", arguments: all)
    func no(prompt: Case) throws {
        var keys = Self.others + [.character("e")]
        if prompt.yes != .yOrEnter { keys.append(.enter) }
        for key in keys {
            var desk = try Self.desk(sandbox: false)
            try prompt.reach(&desk)
            let sent = desk.sent.count
            desk.press(key)
            #expect(!prompt.isDone(desk) && desk.sent.count == sent, "\(key)")
            #expect(desk.model.question == nil, "\(key)")
            #expect(desk.model.statusMessage?.text.hasPrefix("nothing was done") == true, "\(key): \(desk.status)")
        }
    }

    @Test("A yes that came together with other keys, or was typed on the screen before, is none", arguments: all)
    func unread(prompt: Case) throws {
        for yes in Self.keys(prompt.yes) {
            var desk = try Self.desk(sandbox: false)
            try prompt.reach(&desk)
            let before = desk.model.frameNumber
            _ = desk.model.nextFrame()
            let frame = desk.model.frameNumber
            #expect(frame == before + 1)
            for burst in [
                KeyBurst([yes], frame: before), KeyBurst([yes]), KeyBurst([yes, .enter], frame: frame),
                KeyBurst([yes, yes], frame: frame), KeyBurst([yes], frame: frame, follows: true),
            ] {
                var other = desk
                other.take(other.model.press(burst))
                #expect(!prompt.isDone(other), "\(burst)")
                #expect(other.model.question == nil)
                #expect(other.model.statusMessage?.text.contains("before the question was shown") == true)
            }
            desk.take(desk.model.press(KeyBurst([yes], frame: frame)))
            #expect(prompt.isDone(desk))
        }
    }

    @Test("A click of the mouse is no answer, and no other key", arguments: all)
    func mouse(prompt: Case) throws {
        var desk = try Self.desk(sandbox: false)
        try prompt.reach(&desk)
        let status = desk.status
        desk.press(.mouse(Mouse(.left, at: Point(x: 5, y: 4))), .mouse(Mouse(.wheelDown, at: Point(x: 5, y: 4))))
        #expect(desk.status == status && !prompt.isDone(desk))
    }

    @Test("What ends or rings several calls takes no bare Enter; only one call is hung up by it")
    func enter() {
        #expect(Set(Self.all.filter { $0.yes == .yOrEnter }.map(\.name)).count == 2)
        for prompt in Self.all where prompt.yes == .yOrEnter { #expect(prompt.name.hasPrefix("hang up")) }
    }

    @Test("Quitting a sandbox ends its calls, and takes an answer of its own")
    func sandbox() throws {
        for key in Self.others + [.character("y"), .character("Y"), .enter] {
            var desk = try Self.desk(sandbox: true)
            desk.press(.character("q"))
            #expect(desk.status == "2 calls end with the sandbox. Quit? e: end/n: no")
            desk.press(key)
            #expect(!desk.wantsToQuit && desk.model.question == nil, "\(key)")
        }
        var desk = try Self.desk(sandbox: true)
        desk.press(.character("q"), .character("e"))
        #expect(desk.wantsToQuit)
        // With nothing up there is nothing to ask.
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.isSandbox = true
        desk = Desk(settings: settings)
        desk.press(.character("q"))
        #expect(desk.wantsToQuit)
    }

    @Test("On a screen that is too small for the board, quitting asks as well where there is room")
    func small() throws {
        for (size, isShown) in [
            (Size(width: 30, height: 8), true), (Size(width: 20, height: 3), true),
            (Size(width: 19, height: 9), false), (Size(width: 39, height: 2), false),
        ] {
            for key in [Key.character("q"), .control("c")] {
                var desk = try Self.desk(sandbox: true)
                desk.model.resize(to: size)
                desk.press(key)
                #expect(!desk.wantsToQuit, "\(size)")
                #expect(desk.screen.contains("Quit? e: end/n") == isShown, "\(desk.screen)")
                desk.press(.character("y"))
                #expect(!desk.wantsToQuit)
                desk.press(key, .character("e"))
                #expect(desk.wantsToQuit == isShown)
            }
        }
    }

    @Test("A question that is out of sight after a resize is closed by any key, its yes too")
    func outOfSight() throws {
        for prompt in Self.all where prompt.name != "quit" {
            var desk = try Self.desk(sandbox: false)
            try prompt.reach(&desk)
            desk.model.resize(to: Size(width: 39, height: 24))
            desk.press(.character("y"), .enter)
            desk.model.resize(to: Size(width: 80, height: 24))
            #expect(desk.model.question == nil && !prompt.isDone(desk), "\(prompt.name)")
        }
    }

    @Test("After a no the status line does not go on telling of another call's hang-up")
    func noAfterHangUp() throws {
        var desk = try Self.desk(sandbox: false)
        desk.event("answered", call: Desk.id(2), to: "918888888802")
        desk.press(.end, .character("x"), .character("y"))
        let key = try #require(desk.hungUp.first)
        desk.happen(.hangUpOutcome(key, .accepted(ActionReceipt(status: 200, alreadyEnded: false))))
        #expect(desk.status == "hung up 918888888801")
        desk.press(.home, .character("x"), .character("n"))
        #expect(desk.status == "nothing was done")
        desk.press(.down)
        #expect(!desk.status.contains("hung up"))
    }

    @Test("No key of the dialog that settles a call answers any question, yes or no")
    func lettersApart() {
        for binding in Keymap.standard.named(in: .settle) where binding.action != .close {
            #expect(!ConsolePrompt.answers(binding.key), "\(binding.key)")
        }
    }

    @Test("The keys that asked for a hang-up which waits, pressed again, do not take it back; its own key does")
    func nervous() throws {
        var desk = try Self.desk(sandbox: false)
        desk.place("918888888809")
        let ref = try #require(desk.sent.placedRefs.last)
        desk.happen(.outcome(ref, .accepted(Acceptance(status: 200, requestID: RequestID("r9")))))
        for _ in 0..<3 { desk.press(.character("x"), .character("y")) }
        #expect(desk.board.snapshot.call(CallKey(ref))?.isHangUpKept == true)
        #expect(desk.status.hasPrefix("the hang-up of 918888888809 still waits"))
        #expect(desk.sent.allSatisfy { if case .takeBackHangUp = $0 { false } else { true } })
        desk.press(.character("x"), .character("t"))
        #expect(desk.board.snapshot.call(CallKey(ref))?.isHangUpKept == false)
    }

    private static func keys(_ yes: ConsolePrompt.Yes) -> [Key] {
        switch yes {
        case .yOrEnter: [.character("y"), .character("Y"), .enter]
        case .y: [.character("y"), .character("Y")]
        case .e: [.character("e"), .character("E")]
        case .t: [.character("t"), .character("T")]
        }
    }

    private static func answers(_ yes: ConsolePrompt.Yes) -> String {
        switch yes {
        case .yOrEnter: "? y/Enter/n"
        case .y: " y/n"
        case .e: "? e: end/n: no"
        case .t: "? t/n"
        }
    }
}

extension Desk {
    /// What the operator said of calls in doubt.
    var settled: [Settlement] {
        sent.compactMap { if case .settle(_, let settlement) = $0 { settlement } else { nil } }
    }
}
