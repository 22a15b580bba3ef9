import Campaigns
import Foundation
import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

/// A screen of the tour, and how an operator gets there.
struct Scene: Sendable, CustomTestStringConvertible {
    let name: String
    let reach: @Sendable (inout Desk) -> Void

    init(_ name: String, _ reach: @escaping @Sendable (inout Desk) -> Void) {
        self.name = name
        self.reach = reach
    }

    var testDescription: String { name }

    /// A day's board: a call in each stage, with names, marks and a transfer.
    static func desk(width: Int, height: Int, settings: ConsoleModel.Settings) -> Desk {
        var desk = Desk(width: width, height: height, settings: settings, seed: 1)
        let variables = #"{"order":"A-17","campaign":"spring"}"#
        desk.event("out_answered", call: Desk.id(1), to: "918888888888", extra: ["extra_params": .string(variables)])
        desk.pass(.seconds(600))
        desk.event("out_answered", call: Desk.id(2), to: "447700900123")
        desk.event(
            "started",
            call: Desk.id(2),
            to: "447700900123",
            extra: ["type": "transfer_status", "request_id": "t-1"]
        )
        desk.pass(.seconds(97))
        desk.event("out_answered", call: Desk.id(3), to: "918888888801")
        desk.event("out_hangup", call: Desk.id(3), to: "918888888801")
        desk.event("busy", call: Desk.id(4), to: "918888888802")
        desk.place("918888888806")
        if case .place(let ref, _, _)? = desk.sent.last {
            desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        }
        desk.pass(.seconds(5))
        desk.place("918888888803")
        if case .place(let ref, _, _)? = desk.sent.last {
            desk.happen(.outcome(ref, .accepted(Acceptance(status: 200, requestID: RequestID("r2")))))
        }
        desk.event("out_ringing", call: Desk.id(6), to: "918888888803", extra: ["request_id": "r2"])
        desk.pass(.seconds(7))
        return desk
    }

    static let all: [Scene] = [
        Scene("board") { $0.press(.down) },
        Scene("marks") { $0.press(.character("*"), .character("x")) },
        Scene("filter") {
            $0.press(.character("/"))
            $0.type("state:talking to:9188*")
        },
        Scene("details") { $0.press(.end, .enter) },
        Scene("form") { $0.press(.character("n")) },
        Scene("form-mistakes") {
            $0.press(.character("n"))
            $0.type("0918")
            $0.press(.control("s"))
        },
        Scene("form-json") {
            $0.press(.character("n"))
            $0.type("918888888801")
            $0.press(.control("j"))
        },
        Scene("transfer") {
            $0.press(.end, .character("t"))
            $0.type("447700900124")
        },
        Scene("settle") { $0.press(.down, .character("!")) },
        Scene("hang-up-with") { $0.press(.end, .character("X")) },
        Scene("report") { $0.press(.character("*"), .character("x"), .character("y")) },
        Scene("themes") {
            $0.press(.character("T"))
            let theme = $0.model.settings.theme
            $0.model.receive(
                .themes(["dark", "light"].map { ThemeChoice(name: $0, theme: .success(theme)) })
            )
        },
        Scene("messages") { $0.press(.character("m")) },
        Scene("help") { $0.press(.character("?")) },
        Scene("commands") {
            $0.press(.end, .character(":"))
            $0.type("hang-up 9188888888")
            $0.press(.down)
        },
        Scene("locked") { $0.model.lockScreen() },
        Scene("history") {
            $0.hear(.agents(Desk.agents))
            $0.press(.character("h"))
            $0.answer(from: past)
            $0.press(.down)
        },
        Scene("history-search") {
            $0.press(.character("h"))
            $0.answer(from: past)
            $0.press(.character("/"))
            $0.type("no answer")
            $0.answer(from: past)
        },
        Scene("history-details") {
            $0.hear(.agents(Desk.agents))
            $0.press(.character("h"))
            $0.answer(from: past)
            $0.press(.down, .enter)
        },
        Scene("agents") {
            $0.press(.character("a"))
            $0.hear(.agents(Desk.agents))
        },
        Scene("presets") {
            $0.hear(.agents(Desk.agents))
            $0.press(.character("p"))
            $0.hear(.presets(saved))
        },
        Scene("form-suggestions") {
            $0.hear(.agents(Desk.agents))
            $0.hear(.usedValues(UsedValues(destinations: ["918888888801", "447700900123", "918888888888"])))
            $0.press(.character("n"))
            $0.type("9188")
            $0.press(.control("n"))
        },
        Scene("form-agent") {
            $0.hear(.agents(Desk.agents))
            $0.press(.character("n"), .tab, .control("u"))
            $0.type("night-desk")
        },
        Scene("campaigns") {
            $0.hear(.campaign(.all(Campaign.examples)))
            $0.press(.character("c"), .down)
        },
        Scene("campaign-details") {
            $0.hear(.campaign(.all(Campaign.examples)))
            $0.press(.character("c"), .enter)
            $0.hear(.campaign(.events(1, CampaignEvent.examples)))
        },
        Scene("campaign-question") {
            $0.hear(.agents(Desk.agents))
            $0.press(.character("c"))
            $0.readList("to\n918888888801\n918888888802\n0918\n", " skip-invalid")
        },
        Scene("campaign-problems") {
            $0.readList("to,order\n918888888801,A-1\n0918,A-2\n918888888801,A-3\n918888888803\n")
        },
        Scene("preset-name") {
            $0.press(.character("n"))
            $0.type("918888888801")
            $0.press(.function(2))
            $0.type("morning round")
        },
    ]

    /// A journal with calls of several days.
    private static var past: FakeJournal {
        let ends: [CallFacts.EndClaim] = [.answered, .busy, .noAnswer, .failed, .gone]
        return FakeJournal(
            (1...90).compactMap { number in
                try? .past(
                    number * 1000,
                    to: "9188888888\(10 + number % 80)",
                    agent: Desk.agents[number % 3].id,
                    variables: ["order": "A-17"],
                    end: ends[number % 5],
                    talked: number % 5 == 0 ? Double(number * 7) : 0
                )
            }
        )
    }

    private static let saved = [
        Preset(name: "autumn sale", text: #"{"caller":"919999999999","agent":"support-en"}"#),
        Preset(name: "billing", text: #"{"agent":"sales-uk","destination":"447700900123"}"#),
    ]
}

@Suite("Golden screens")
struct GoldenTests {
    static let sizes = [(80, 24), (120, 40), (200, 60)]

    @Test(
        "Each screen at each size is as it was committed",
        arguments: Scene.all,
        sizes.map { Size(width: $0.0, height: $0.1) }
    )
    func screens(scene: Scene, size: Size) throws {
        var desk = Scene.desk(
            width: size.width,
            height: size.height,
            settings: ConsoleModel.Settings(place: "acme · sandbox")
        )
        scene.reach(&desk)
        try Golden.check(
            Golden.text(desk.model.frame().canvas),
            "screens/\(scene.name)-\(size.width)x\(size.height).txt"
        )
    }

    @Test(
        "Each theme's board is as it was committed, at each size",
        arguments: themeNames,
        sizes.map { Size(width: $0.0, height: $0.1) }
    )
    func themes(name: String, size: Size) throws {
        let theme = try ThemeStore(directories: [ThemeTests.folder]).theme(named: name)
        var desk = Scene.desk(
            width: size.width,
            height: size.height,
            settings: ConsoleModel.Settings(place: "acme · sandbox", theme: theme)
        )
        desk.press(.end, .character(" "), .up, .up)
        try Golden.check(Golden.ansi(desk.model.frame().canvas), "themes/\(name)-\(size.width)x\(size.height).ans")
    }

    @Test("The picture in the README is the board as it is drawn now")
    func picture() throws {
        let theme = try ThemeStore(directories: [ThemeTests.folder]).theme(named: "dark")
        let settings = ConsoleModel.Settings(place: "acme", theme: theme)
        var desk = Scene.desk(width: 96, height: 18, settings: settings)
        desk.hear(.agents(Desk.agents))
        desk.press(.down, .down)
        let title = "The board: calls that ring, talk, have ended and are in doubt"
        try Golden.check(
            CellPicture.svg(desk.model.frame().canvas, title: title),
            "../../../Sources/PiopiyCommand/Manual.docc/Resources/board.svg"
        )
    }

    static let themeNames = ["dark", "light", "high-contrast", "colour-blind", "gruvbox", "monochrome"]

    @Test("Every theme in the folder has its golden screens")
    func complete() {
        #expect(Set(ThemeStore(directories: [ThemeTests.folder]).names) == Set(Self.themeNames))
    }
}
