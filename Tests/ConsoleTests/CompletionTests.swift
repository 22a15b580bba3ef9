import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Completing the form")
struct CompletionTests {
    private func desk(width: Int = 80, height: Int = 24, contacts: Bool = true) -> Desk {
        var settings = ConsoleModel.Settings(place: "x")
        if contacts {
            settings.contacts = [
                Contact(name: "Anna Example", number: "918888888801"), Contact(name: "Bert", number: "447700900123"),
                Contact(name: "Hannah", number: "918888888803"),
            ]
        }
        var desk = Desk(width: width, height: height, settings: settings)
        desk.hear(.agents(Desk.agents))
        desk.hear(
            .usedValues(
                UsedValues(callers: [Desk.caller], destinations: ["918888888888", "918888888801"], agents: [])
            )
        )
        desk.press(.character("n"))
        return desk
    }

    private func shown(_ desk: Desk) -> [String] { desk.model.form.suggestions.map(\.value) }

    @Test("Digits list the numbers that begin so, used ones first, with their names")
    func digits() {
        var desk = desk()
        #expect(shown(desk).isEmpty)
        desk.press(.tab)
        #expect(shown(desk).isEmpty)
        desk.type("9188")
        #expect(shown(desk) == ["918888888888", "918888888801", "918888888803"])
        #expect(desk.line(holding: "918888888801")?.contains("Anna Example") == true)
        desk.press(.escape)
        #expect(shown(desk).isEmpty && desk.model.layers == [.form])
        desk.press(.escape)
        #expect(desk.model.layers.isEmpty)
    }

    @Test(
        "Letters look for a contact; Ctrl-N goes into the list, and Enter or Tab takes it",
        arguments: [Key.enter, .tab]
    )
    func letters(key: Key) {
        var desk = desk()
        desk.press(.tab)
        desk.type("ann")
        #expect(shown(desk) == ["918888888801", "918888888803"])
        #expect(desk.line(holding: "▲") == nil)
        desk.press(.control("n"), .control("n"), .control("p"), key)
        #expect(desk.model.form.destination.text == "918888888801")
        #expect(desk.model.form.focus == .agent)
        #expect(desk.placed.isEmpty)
        #expect(desk.line(holding: "Destination")?.contains("Anna Example") == true)
    }

    @Test("Nothing is taken that was not gone to: Tab, Enter, Ctrl-S and the arrows leave what was typed")
    func untouched() {
        for key in [Key.tab, .enter, .down, .up, .control("s"), .backTab] {
            var desk = desk()
            desk.press(.tab)
            desk.type("9188888888")
            #expect(!shown(desk).isEmpty)
            desk.press(key)
            #expect(desk.model.form.destination.text == "9188888888", "\(key)")
            #expect(shown(desk).isEmpty, "\(key)")
        }
    }

    @Test("A number typed in whole is the one that is rung, whatever is highlighted beside it")
    func whole() throws {
        var desk = desk()
        desk.hear(.usedValues(UsedValues(destinations: ["9188888888880000"])))
        desk.type(Desk.caller)
        desk.press(.tab)
        desk.type("918888888888")
        desk.press(.tab)
        desk.type("support-en")
        desk.press(.backTab, .right, .backspace)
        desk.type("8")
        desk.press(.control("n"), .control("s"))
        #expect(try #require(desk.placed.first).toNumber.digits == "918888888888")
    }

    @Test(
        "Beyond the end of the list nothing is highlighted, and the arrows go between fields until the list is entered"
    )
    func arrows() {
        var desk = desk()
        desk.press(.tab)
        desk.type("ann")
        desk.press(.control("n"), .down)
        #expect(desk.model.form.highlighted?.value == "918888888803")
        desk.press(.down)
        #expect(desk.model.form.highlighted == nil && desk.model.form.focus == .destination)
        desk.press(.down)
        #expect(desk.model.form.focus == .agent)
    }

    @Test("Ctrl-N in an empty field lists what was used last")
    func recent() {
        var desk = desk()
        desk.press(.control("n"))
        #expect(desk.model.form.highlighted?.value == Desk.caller)
        desk.press(.enter, .control("n"))
        #expect(desk.model.form.caller.text == Desk.caller)
        #expect(desk.model.form.highlighted?.value == "918888888888")
        desk = self.desk(contacts: false)
        desk.hear(.usedValues(UsedValues()))
        desk.press(.control("n"))
        #expect(desk.status.contains("there are no suggestions"))
    }

    @Test("A highlighted suggestion that is no longer in the list is not taken")
    func vanished() {
        var desk = desk()
        desk.press(.tab, .control("n"))
        #expect(desk.model.form.highlighted?.value == "918888888888")
        desk.hear(.usedValues(UsedValues(destinations: ["447700900999"])))
        desk.press(.enter)
        #expect(desk.model.form.destination.isEmpty)
    }

    @Test("Letters that stay in a number's place are said when the field is left, and nothing is sent")
    func lettersStay() {
        var desk = desk()
        desk.press(.tab)
        desk.type("ann")
        desk.press(.tab)
        #expect(desk.screen.contains("is the name of 2 contacts, not a number"))
        desk.press(.backTab, .control("u"))
        desk.type("xyz")
        #expect(desk.line(holding: "▲") == nil)
        desk.press(.tab)
        let lines = desk.lines.map(\.trimmed).joined(separator: " ")
        #expect(lines.contains("has a letter") && lines.contains("or a contact's name"))
        desk.press(.control("s"))
        #expect(desk.placed.isEmpty)
        // Other characters are refused as they are typed.
        #expect(desk.model.form.focus == .caller)
        desk.type("+91-")
        #expect(desk.screen.contains("“-” was ignored"))
    }

    @Test("An agent is taken by name: the id is shown, and sent")
    func agentByName() throws {
        var desk = desk()
        desk.type(Desk.caller)
        desk.press(.tab)
        desk.type("918888888888")
        desk.press(.tab)
        desk.type("SUPPORT-EN")
        #expect(desk.line(holding: "id \(Desk.agent)") != nil)
        desk.press(.control("j"))
        #expect(desk.screen.contains("\"agent_id\": \"\(Desk.agent)\""))
        desk.press(.control("j"), .control("s"))
        #expect(try #require(desk.placed.first).agentID.text == Desk.agent)
    }

    @Test("An agent's list shows names with ids, and status where it is not active")
    func agentList() {
        var desk = desk()
        desk.press(.tab, .tab)
        desk.type("n")
        #expect(shown(desk) == ["night-desk", "support-en"])
        #expect(desk.line(holding: "night-desk")?.contains("c5d8a7b3") == true)
        desk.press(.control("n"), .tab)
        #expect(desk.model.form.agent.text == "night-desk")
        #expect(desk.line(holding: "id c5d8a7b3")?.contains("inactive") == true)
        desk.press(.backTab, .control("u"))
        desk.type("3f0c")
        #expect(shown(desk) == ["sales-uk"])
    }

    @Test("A name that nobody has, or several have, is an error that says so")
    func wrongAgents() {
        var desk = desk()
        desk.hear(.agents(Desk.agents + [AgentName(id: "7a1e9c52-4b7d-4e0f-9c35-5e2b8d4f6a90", name: "Sales-UK")]))
        desk.press(.tab, .tab)
        desk.type("sales-uk")
        desk.press(.tab)
        #expect(desk.screen.contains("is the name of 2 agents; give the id"))
        desk.press(.backTab, .control("n"), .tab)
        #expect(
            UUIDText.problem(with: desk.model.form.agent.text) == nil,
            "the list gives ids where names are not enough"
        )
        desk.press(.backTab, .control("u"))
        desk.type("support")
        desk.press(.tab)
        #expect(desk.screen.contains("is not an agent's name or id"))
    }

    @Test("A failover by name must be another agent, whatever it is given by")
    func failover() {
        var desk = desk()
        desk.press(.tab, .tab)
        desk.type("support-en")
        while desk.model.form.focus != .more { desk.press(.tab) }
        desk.press(.character(" "), .tab)
        desk.type("app")
        desk.press(.tab)
        desk.type(Desk.agent.uppercased())
        desk.press(.tab)
        #expect(desk.screen.contains("is the same as the agent above"))
    }

    @Test("What was placed is suggested next time")
    func placed() {
        var desk = desk(contacts: false)
        desk.press(.escape)
        desk.place("447700900123")
        desk.press(.character("n"), .control("n"))
        #expect(desk.model.form.suggestions.first?.value == "447700900123")
    }

    @Test("The list and its field are on the screen however small it is", arguments: [(40, 10), (80, 24), (41, 11)])
    func small(width: Int, height: Int) {
        var desk = desk(width: width, height: height)
        desk.press(.tab)
        desk.type("9")
        desk.press(.control("n"), .control("n"), .control("n"))
        #expect(desk.line(holding: "Destination") != nil)
        let highlighted = desk.model.form.highlighted?.value ?? "?"
        #expect(desk.lines.contains { $0.contains("›") && $0.contains(highlighted) })
        #expect(desk.lines.allSatisfy { SafeText.width($0) == width })
    }
}
