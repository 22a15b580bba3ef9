import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Agents")
struct AgentsTests {
    private let sales = Desk.agents[1].id

    private func desk(width: Int = 80) -> Desk {
        var desk = Desk(width: width)
        desk.event(
            "answered",
            call: Desk.id(1),
            to: "918888888801",
            extra: ["agent_id": .string(Desk.agent.uppercased())]
        )
        desk.event("ringing", call: Desk.id(2), to: "918888888802", extra: ["agent_id": .string(sales)])
        desk.event("ringing", call: Desk.id(3), to: "918888888803", extra: ["agent_id": "unheard-of"])
        desk.hear(.agents(Desk.agents))
        return desk
    }

    @Test("The console asks for them when it starts")
    func start() {
        let asked = Desk().model.start().compactMap { if case .run(let errand) = $0 { errand } else { nil } }
        #expect(asked.contains(.agents) && asked.contains(.usedValues))
    }

    @Test("The board and the details show names, and ids of agents that have none")
    func names() {
        var desk = desk(width: 100)
        #expect(desk.line(holding: "918888888801")?.contains("support-en") == true)
        #expect(desk.line(holding: "918888888802")?.contains("sales-uk") == true)
        #expect(desk.line(holding: "918888888803")?.contains("unheard-of") == true)
        desk.press(.end, .enter)
        #expect(desk.line(holding: "Agent")?.contains("support-en  \(Desk.agent.uppercased())") == true)
    }

    @Test("Filter and order go by the name")
    func filterAndOrder() {
        var desk = desk()
        desk.press(.character("/"))
        desk.type("agent:support")
        #expect(desk.line(holding: "918888888801") != nil && desk.line(holding: "918888888802") == nil)
        desk.press(.escape)
        for _ in 1...4 { desk.press(.character("s")) }
        #expect(desk.screen.contains("by agent"))
        let rows = desk.lines.filter { $0.contains("91888888880") }.map { String($0.trimmed.suffix(20)) }
        #expect(rows.count == 3)
        let order = desk.model.rows.compactMap { desk.model.snapshot.call($0)?.to }
        #expect(order == ["918888888802", "918888888801", "918888888803"])
    }

    @Test("a lists them with what each has up; / narrows, y copies the id")
    func list() throws {
        var desk = desk()
        desk.press(.character("a"))
        #expect(desk.errands.last == .agents)
        desk.hear(.agents(Desk.agents))
        #expect(desk.screen.contains("Agents 3"))
        let row = try #require(desk.line(holding: "support-en"))
        #expect(row.contains("1  active") && row.contains(Desk.agent))
        desk.event("answered", call: Desk.id(4), to: "918888888804", extra: ["agent_id": .string(Desk.agent)])
        #expect(desk.line(holding: "support-en")?.contains("2  active") == true)
        #expect(desk.line(holding: "night-desk")?.contains("inactive") == true)
        desk.press(.character("/"))
        desk.type("sal")
        #expect(desk.screen.contains("Agents 1 of 3"))
        desk.press(.enter, .character("y"))
        #expect(desk.asked.contains { if case .copy(sales) = $0 { true } else { false } })
    }

    @Test("Enter on one opens the form with it, and says what was there before")
    func use() {
        var desk = desk()
        desk.press(.character("n"), .tab, .tab)
        desk.type(Desk.agent)
        desk.press(.escape, .character("a"))
        desk.hear(.agents(Desk.agents))
        desk.press(.character("/"))
        desk.type("sales")
        desk.press(.enter, .enter)
        #expect(desk.model.layers.last == .form)
        #expect(desk.model.form.agent.text == "sales-uk")
        #expect(desk.status.contains("it was \(Desk.agent)"))
        #expect(desk.line(holding: "id \(sales)") != nil)
    }

    @Test("That they cannot be loaded is a word, not an obstacle")
    func failure() {
        var desk = Desk()
        desk.hear(.failed(.agents, "The platform said no."))
        #expect(desk.status.contains("the agents' names could not be loaded"))
        desk.place("918888888888")
        #expect(desk.placed.count == 1)
        desk.press(.character("a"))
        desk.hear(.failed(.agents, "The platform said no."))
        #expect(desk.screen.contains("The account's agents could not be loaded. The platform said no."))
    }

    @Test("A background failure does not hide that a call went wrong since")
    func backgroundFailure() {
        var desk = Desk()
        desk.hear(.failed(.agents, "The platform said no."))
        desk.pass(.seconds(1))
        desk.happen(.note(.info, "news"))
        #expect(desk.status.contains("names could not be loaded"))
        desk.happen(.note(.error, "a call went wrong"))
        #expect(desk.status == "a call went wrong")
    }

    @Test("What the operator calls an agent goes before what the account calls it")
    func configured() {
        var settings = ConsoleModel.Settings(place: "x")
        settings.agents = [
            AgentName(id: Desk.agent.uppercased(), name: "Helpdesk"), AgentName(id: "x-1", name: "Mine"),
        ]
        var desk = Desk(settings: settings)
        #expect(desk.model.book.agents.name(of: Desk.agent) == "Helpdesk")
        desk.hear(.agents(Desk.agents))
        #expect(desk.model.book.agents.name(of: Desk.agent) == "Helpdesk")
        #expect(desk.model.book.agents.agent(Desk.agent)?.status == "active")
        #expect(desk.model.book.agents.name(of: "X-1") == "Mine")
        #expect(desk.model.book.agents.name(of: sales) == "sales-uk")
    }

    @Test("A hostile name is shown as marks")
    func hostile() {
        var desk = Desk()
        desk.hear(.agents([AgentName(id: "a\u{1B}[2J", name: "\u{1B}]0;owned\u{07}\u{202E}", status: "\u{9B}1m")]))
        desk.press(.character("a"))
        #expect(
            !desk.screen.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) }
        )
        #expect(desk.screen.contains("␛]0;owned␇"))
    }
}
