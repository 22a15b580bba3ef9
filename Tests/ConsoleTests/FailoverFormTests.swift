import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("The form's seldom used fields")
struct FailoverFormTests {
    static let other = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"

    /// A form that is filled but for what stands under "more", with the focus there.
    private func desk() -> Desk {
        var desk = Desk()
        desk.press(.character("n"))
        for text in [Desk.caller, "918888888888", Desk.agent] {
            desk.type(text)
            desk.press(.tab)
        }
        while desk.model.form.focus != .more { desk.press(.tab) }
        return desk
    }

    @Test("They are out of the way until they are asked for, and then make a failover")
    func failover() throws {
        var desk = desk()
        #expect(desk.line(holding: "Failover agent") == nil)
        desk.press(.character(" "), .tab)
        #expect(desk.line(holding: "Failover agent") != nil)
        desk.type("app-1")
        desk.press(.tab)
        desk.type(Self.other)
        desk.press(.control("j"))
        #expect(desk.line(holding: "POST /voice/pcmo/call") != nil)
        desk.press(.escape, .control("s"))
        let call = try #require(desk.placed.first, "\(desk.screen)")
        #expect(call.appID == "app-1" && call.failover?.agentID.text == Self.other)
    }

    @Test("An app id and a failover need each other, and the failover another agent")
    func problems() {
        var desk = desk()
        desk.press(.character(" "), .tab)
        desk.type("app-1")
        desk.press(.control("s"))
        #expect(desk.model.form.focus == .failoverAgent && desk.placed.isEmpty)
        desk.type(Desk.agent)
        desk.press(.control("s"))
        #expect(desk.line(holding: "is the same as the agent above") != nil && desk.placed.isEmpty)
        desk.press(.backTab, .control("u"))
        desk.press(.control("s"))
        #expect(desk.line(holding: "a failover needs the app id") != nil && desk.placed.isEmpty)
    }

    @Test("What is closed again is not sent")
    func closed() throws {
        var desk = desk()
        desk.press(.character(" "), .tab)
        desk.type("app-1")
        desk.press(.backTab, .character(" "), .control("s"))
        #expect(try #require(desk.placed.first).appID == nil)
    }
}
