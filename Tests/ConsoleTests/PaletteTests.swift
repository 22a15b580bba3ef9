import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("The line for commands")
struct PaletteTests {
    private static let agents = [
        AgentName(id: Desk.agent, name: "Support EN"), AgentName(id: Desk.id(90), name: "Sales"),
    ]

    private func desk(
        width: Int = 100,
        height: Int = 30,
        _ change: (inout ConsoleModel.Settings) -> Void = { _ in }
    ) -> Desk {
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.agents = Self.agents
        change(&settings)
        var desk = Desk(width: width, height: height, settings: settings)
        let themes = ["night", "day"].map { ThemeChoice(name: $0, theme: .success(Theme(name: $0, styles: [:]))) }
        desk.model.receive(.themes(themes))
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        desk.event("ringing", call: Desk.id(2), to: "918888888802")
        return desk
    }

    private func run(_ line: String, _ desk: inout Desk) {
        desk.press(.character(":"))
        desk.type(line)
        desk.press(.enter)
    }

    @Test("It opens on the status line and lists commands with their keys; Esc closes it")
    func opens() {
        var desk = desk()
        desk.press(.character(":"))
        desk.type("hang")
        #expect(desk.status == ":hang")
        #expect(
            desk.lines.contains {
                $0.contains("hang-up") && $0.contains(" x ") && $0.contains("hang up the named calls")
            }
        )
        #expect(!desk.lines.contains { $0.contains("messages") && $0.contains("said") })
        desk.press(.escape)
        #expect(desk.model.palette == nil)
        #expect(desk.sent.isEmpty && desk.asked.isEmpty)
    }

    @Test("A command does what its key does, and on the selected call")
    func sameAsKey() {
        var desk = desk()
        desk.press(.down, .down)
        run("hang-up", &desk)
        #expect(desk.status.hasPrefix("Hang up 918888888801 (talking 00:00)? y/Enter/n"))
        desk.press(.character("y"))
        #expect(desk.hungUp.count == 1)
        run("help", &desk)
        #expect(desk.model.layers == [.help])
        desk.press(.escape)
        run("new", &desk)
        #expect(desk.model.layers == [.form])
        desk.press(.escape)
        run("quit", &desk)
        #expect(desk.status.contains("Quit? y/n"))
    }

    @Test("What a command acts on is fixed when Enter is pressed")
    func fixed() throws {
        var desk = desk()
        desk.press(.down, .down)
        let selected = try #require(desk.model.selection)
        desk.press(.character(":"))
        desk.type("hang-up")
        desk.event("ringing", call: Desk.id(3), to: "918888888803")
        desk.press(.enter)
        desk.event("ringing", call: Desk.id(4), to: "918888888804")
        desk.press(.character("y"))
        #expect(desk.hungUp == [selected])

        // The selected call is gone before Enter: nothing is hung up in its place.
        desk = self.desk()
        desk.press(.down, .down, .character(":"))
        desk.type("hang-up")
        desk.event("hangup", call: Desk.id(1), to: "918888888801")
        desk.pass(.seconds(31))
        desk.press(.enter, .character("y"))
        #expect(desk.hungUp.isEmpty)
    }

    @Test("Calls that are named are asked for by number, and hung up with cause and reason")
    func named() throws {
        var desk = desk()
        run("hang-up 918888888802 cause USER_BUSY reason \"twice\"", &desk)
        #expect(desk.status.hasPrefix("Hang up 918888888802 (ringing"))
        desk.press(.character("y"))
        let request = try #require(desk.effects.last?.hangUp)
        #expect(request.callID.text == Desk.id(2) && request.cause == "USER_BUSY" && request.reason == "twice")

        desk = self.desk()
        run("hang-up \(Desk.id(1)) \(Desk.id(2)) 918888888802", &desk)
        #expect(desk.status.hasPrefix("Hang up 2 calls: 918888888801, 918888888802? y/n"))
        desk.event("hangup", call: Desk.id(1), to: "918888888801")
        #expect(desk.status.hasPrefix("Hang up 918888888802 (ringing"))
        desk.press(.character("y"))
        #expect(desk.hungUp.count == 1)
    }

    @Test("With confirmation for marked calls only, one named call is hung up at once, several are not")
    func confirmation() {
        var desk = desk { $0.confirmation = .marked }
        run("hang-up 918888888802", &desk)
        #expect(desk.hungUp.count == 1)
        desk = self.desk { $0.confirmation = .marked }
        run("hang-up 918888888801 918888888802", &desk)
        #expect(desk.hungUp.isEmpty)
    }

    @Test("An ambiguous or unknown call is said, the line stays, and nothing is done")
    func ambiguous() {
        var desk = desk()
        desk.press(.down)
        run("hang-up 00000000", &desk)
        #expect(desk.screen.contains("Not done"))
        #expect(desk.screen.contains("matches 2 calls"))
        #expect(desk.status == ":hang-up 00000000")
        desk.press(.enter, .character("y"))
        #expect(desk.hungUp.isEmpty && desk.model.question == nil)
    }

    @Test("A whole call is placed as it stands; the form's draft is left alone")
    func wholeCall() throws {
        var desk = desk()
        desk.press(.character("n"))
        desk.type("447700900123")
        desk.press(.tab)
        desk.type("4477009")
        desk.press(.escape)
        run("call 918888888803 from 919999999999 agent \"Support EN\" record order=17", &desk)
        let call = try #require(desk.placed.first)
        #expect(call.toNumber.digits == "918888888803" && call.agentID.text == Desk.agent)
        #expect(call.options?.record == true)
        #expect(call.variables?["order"] == .integer(17))
        #expect(desk.model.form.caller.text == "447700900123" && desk.model.form.destination.text == "4477009")
        let selected = try #require(desk.model.selection.flatMap { desk.model.snapshot.call($0) })
        #expect(selected.to == "918888888803")
    }

    @Test("With something missing the form opens with what was given, and nothing is placed")
    func partOfACall() {
        var desk = desk()
        run("call 918888888803 agent Sales max 600", &desk)
        #expect(desk.placed.isEmpty)
        #expect(desk.model.layers == [.form])
        #expect(desk.model.form.destination.text == "918888888803")
        #expect(desk.model.form.agent.text == Desk.id(90))
        #expect(desk.model.form.maxDuration.text == "600")
        #expect(desk.model.form.focus == .caller)
    }

    @Test("A number that is up is not rung again without a y; Enter is none")
    func repeats() {
        var desk = desk()
        let line = "call 918888888801 from 919999999999 agent Sales"
        run(line, &desk)
        #expect(desk.status.hasPrefix("918888888801 is already on the board. Dial it again? y/n"))
        desk.press(.enter)
        #expect(desk.placed.isEmpty && desk.model.question == nil)
        run(line, &desk)
        desk.press(.character("n"))
        #expect(desk.placed.isEmpty)
        run(line, &desk)
        desk.press(.character("y"))
        #expect(desk.placed.count == 1)
    }

    @Test(
        "A read-only console refuses in words, by command and by key",
        arguments: [
            "new", "call 918888888803 from 919999999999 agent Sales", "call", "hang-up", "hang-up 918888888801",
            "transfer",
            "transfer 918888888801 warm 918888888803", "settle 918888888801 was-placed",
        ]
    )
    func readOnly(line: String) {
        var desk = desk { $0.isReadOnly = true }
        desk.press(.down)
        run(line, &desk)
        #expect(desk.screen.contains("read-only"))
        desk.press(.character("y"), .escape)
        for key in "nxt!" { desk.press(.character(key), .character("y"), .escape) }
        #expect(desk.sent.isEmpty)
        #expect(desk.model.layers.isEmpty && desk.model.question == nil)
    }

    @Test("A transfer is sent as it stands, or its dialog opens; a call that cannot be handed over says why")
    func transfer() {
        var desk = desk()
        run("transfer 918888888801 warm 918888888803 summary \"A refund\"", &desk)
        guard case .transfer(_, .warm(let transfer))? = desk.sent.first else {
            Issue.record("nothing was handed over")
            return
        }
        #expect(transfer.callID.text == Desk.id(1) && transfer.summary == "A refund")
        desk = self.desk()
        run("transfer 918888888801 blind", &desk)
        #expect(desk.screen.contains("Transfer 918888888801"))
        #expect(desk.model.transfer?.isWarm == false)
        desk.press(.escape)
        run("transfer 918888888802 warm 918888888803", &desk)
        #expect(desk.screen.contains("can be transferred once it is answered"))
        desk.press(.escape)
        run("transfer 918888888801 warm 12", &desk)
        #expect(desk.screen.contains("to has only 2 digits"))
        #expect(desk.sent.isEmpty)
    }

    @Test("Rows, order, columns, marks and theme by command")
    func list() {
        var desk = desk()
        run("filter state:ringing", &desk)
        #expect(desk.model.rows.count == 1)
        run("filter sate:ringing", &desk)
        #expect(desk.screen.contains("sate: is not a column"))
        #expect(desk.model.rows.count == 1)
        desk.press(.escape, .escape)
        #expect(desk.model.rows.count == 2)
        run("sort to reversed", &desk)
        #expect(desk.model.order == CallOrder(column: .to, isReversed: true))
        run("columns to var:order", &desk)
        #expect(desk.model.settings.columns == [.to, .variable("order")])
        run("mark 918888888801 918888888802", &desk)
        #expect(desk.model.marked.count == 2)
        run("unmark 918888888802", &desk)
        #expect(desk.model.marked.count == 1)
        run("theme dusk", &desk)
        #expect(desk.asked.contains { if case .run(.theme("dusk")) = $0 { true } else { false } })
    }

    @Test("Over details a command means the call that is looked at, even when others are marked")
    func details() throws {
        var desk = desk()
        run("mark all", &desk)
        desk.press(.down, .enter)
        let shown = try #require(desk.model.selection)
        run("hang-up", &desk)
        desk.press(.character("y"))
        #expect(desk.hungUp == [shown])
        run("show 918888888801", &desk)
        #expect(desk.screen.contains("Call to 918888888801"))
        run("copy-id", &desk)
        #expect(desk.asked.contains { if case .copy(Desk.id(1)) = $0 { true } else { false } })
    }

    @Test("Tab completes commands, calls, agents, themes, columns and states")
    func completion() {
        for (typed, completed) in [
            ("mess", "messages"), ("hang-u", "hang-up"), ("hang-up", "hang-up "),
            ("hang-up 918888888802", "hang-up \(Desk.id(2)) "),
            ("call 9188 agent Su", "call 9188 agent \"Support EN\" "), ("theme ni", "theme night "),
            ("columns dir", "columns direction "), ("filter state:ri", "filter state:ringing "),
            ("filter ag", "filter agent:"),
            ("sort ne", "sort newest "), ("settle was-n", "settle was-not-placed "), ("help tra", "help transfer "),
            ("call 9188 fr", "call 9188 from "), ("transfer wa", "transfer warm "),
            ("hang-up cause US", "hang-up cause USER_BUSY "),
        ] {
            var desk = desk()
            desk.press(.character(":"))
            desk.type(typed)
            desk.press(.tab)
            #expect(desk.model.palette?.field.text == completed)
        }
        var desk = desk()
        desk.press(.character(":"))
        desk.type("m")
        desk.press(.tab)
        // Nothing in common beyond the m: the list is gone through.
        #expect(desk.model.palette?.chosen != nil)
    }

    @Test("A call that is chosen in the list stays chosen when the list changes, and Enter means it")
    func chosenCall() throws {
        var desk = desk()
        desk.press(.character(":"))
        desk.type("hang-up ")
        desk.press(.down, .down)
        #expect(desk.model.palette?.chosen == Desk.id(1))
        desk.event("ringing", call: Desk.id(3), to: "918888888803")
        desk.press(.enter)
        #expect(desk.status.hasPrefix("Hang up 918888888801"))
        desk.press(.character("n"), .character(":"))
        desk.type("hang-up ")
        desk.press(.down)
        #expect(desk.model.palette?.chosen == Desk.id(3))
        desk.event("hangup", call: Desk.id(3), to: "918888888803")
        desk.press(.enter, .character("y"))
        #expect(desk.hungUp.isEmpty)
    }

    @Test("Up in an empty line brings former commands back, to be looked at and run again")
    func recall() {
        var desk = desk()
        run("sort to", &desk)
        run("filter state:ringing", &desk)
        desk.press(.character(":"), .up)
        #expect(desk.status == ":filter state:ringing")
        desk.press(.up, .up)
        #expect(desk.status == ":sort to")
        desk.press(.down, .down)
        #expect(desk.status == ":")
    }

    @Test("A paste is typed, not run, and an empty line does nothing")
    func paste() {
        var desk = desk()
        desk.press(.down, .character(":"), .paste("hang-up\ny\n"))
        #expect(desk.status == ":hang-up y")
        desk.press(.escape)
        desk.press(.character(":"), .enter)
        #expect(desk.model.palette == nil && desk.sent.isEmpty)
    }

    @Test("It draws at each size, with a list and with a mistake, and the cursor is on the screen")
    func sizes() {
        for typed in ["", "call ", "nonsense and more of it", String(repeating: "filter wide ", count: 40)] {
            var desk = desk()
            desk.press(.character(":"))
            desk.type(typed)
            if typed.hasPrefix("non") { desk.press(.enter) }
            desk.press(.up)
            for size in SizesTests.sizes {
                let (width, height) = (size.width, size.height)
                desk.model.resize(to: size)
                let frame = desk.model.frame()
                #expect(frame.canvas.lines.allSatisfy { SafeText.width($0) == width })
                let isRoom = width >= 40 && height >= 10
                #expect(frame.cursor.map(Rect(size).contains) ?? !isRoom, "\(width)x\(height)")
            }
        }
    }

    @Test("Over a screen that hides the list, a command that names no call means none")
    func hiddenSelection() {
        for screen in [Key.character("m"), .character("?"), .character("h"), .character("a")] {
            var desk = desk()
            desk.press(.down, screen)
            run("hang-up", &desk)
            desk.press(.character("y"))
            run("transfer warm 918888888803", &desk)
            #expect(desk.sent.isEmpty, "\(screen)")
        }
    }

    @Test("history with words opens what they leave; a call in the form that was not placed is not thrown away unasked")
    func otherScreens() {
        var desk = desk()
        run("history to:9188*", &desk)
        #expect(desk.model.layers == [.history] && desk.model.history.filterText == "to:9188*")
        desk.press(.escape, .escape, .character("n"))
        desk.type("919999999999")
        desk.press(.tab)
        desk.type("918888888805")
        desk.press(.escape)
        run("call 918888888806", &desk)
        #expect(desk.status.hasPrefix("The form holds a call to 918888888805 that was not placed. Replace it? y/n"))
        desk.press(.character("n"))
        #expect(desk.model.form.destination.text == "918888888805")
        run("call 918888888806", &desk)
        desk.press(.character("y"))
        #expect(desk.model.form.destination.text == "918888888806" && desk.placed.isEmpty)
    }

    @Test(
        "A word that Tab has filled in ends where the next letter does not go on with it",
        arguments: [
            ("camp", "run list.csv", ":campaign run list.csv"), ("camp", "s", ":campaigns"),
            ("camp", " run", ":campaign run"), ("cal", "918888888801", ":call 918888888801"), ("cal", "s", ":calls"),
            ("cal", "-again", ":call-again"),
        ]
    )
    func tabThenWord(begun: String, rest: String, line: String) {
        var desk = desk()
        desk.press(.character(":"))
        desk.type(begun)
        desk.press(.tab)
        desk.type(rest)
        #expect(desk.status == line)
        // After another key it is typed as it is.
        desk.press(.escape, .character(":"))
        desk.type(begun)
        desk.press(.tab, .left, .right)
        desk.type("r")
        #expect(!desk.status.contains(" "))
    }

    @Test(
        "What a command takes once is not given twice, and nothing is done",
        arguments: [
            "call 918888888801 from 919999999999 from 447700900123 agent Sales",
            "call 918888888801 from 919999999999 agent Sales agent Sales",
            "call 918888888801 from 919999999999 agent Sales max 60 max 90",
            "call 918888888801 from 919999999999 agent Sales order=1 order=2",
            "transfer 918888888801 blind 918888888803 caller 919999999999 caller 447700900123",
            "hang-up 918888888801 cause A cause B", "campaign run a.csv from 919999999999 from 447700900123",
            "campaign run a.csv from 919999999999 agent Sales x=1 x=2",
        ]
    )
    func twice(line: String) {
        var desk = desk()
        run(line, &desk)
        #expect(desk.sent.isEmpty && desk.asked.isEmpty)
        #expect(desk.screen.contains("Not done"))
        #expect(desk.screen.contains("appears twice"))
        var plain = PlainDesk {
            $0.agents = Self.agents
            $0.contacts = []
        }
        plain.event("answered", call: 1, to: "918888888801")
        let said = plain.type(line)
        #expect(said.contains { $0.hasPrefix("error: ") && $0.contains("appears twice") }, "\(said)")
        #expect(plain.sent.isEmpty)
    }
}
