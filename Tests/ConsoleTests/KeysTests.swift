import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Keys")
struct KeysTests {
    @Test("No key means two things on one screen")
    func conflicts() {
        var seen: Set<String> = []
        for binding in Keymap.standard.bindings {
            for context in binding.contexts {
                #expect(seen.insert("\(context) \(binding.key.name)").inserted, "\(binding.key.name) in \(context)")
            }
        }
    }

    @Test("Help and footer name the keys of the table")
    func help() {
        var desk = Desk(width: 100, height: 200)
        #expect(desk.lines.last?.trimmed.hasPrefix("n new  x hang up") == true)
        desk.press(.character("?"))
        for binding in Keymap.standard.bindings where binding.isNamed {
            #expect(desk.lines.contains { $0.contains(binding.key.name) && $0.contains(binding.action.explanation) })
        }
        desk.press(.escape)
        #expect(desk.model.layers.isEmpty)
    }

    @Test("A key that means nothing is said, and a paste on the board does nothing")
    func unknownKeys() {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1))
        desk.press(.down, .character("z"))
        #expect(desk.status == "z does nothing here; ? shows the keys")
        desk.press(.paste("xyqn"))
        #expect(desk.sent.isEmpty && desk.asked.isEmpty && desk.model.layers.isEmpty)
    }

    @Test("q quits at once on an empty board, and asks while calls go on")
    func quit() {
        var desk = Desk()
        desk.press(.character("q"))
        #expect(desk.wantsToQuit)

        desk = Desk()
        desk.event("answered", call: Desk.id(1))
        desk.press(.character("q"))
        #expect(!desk.wantsToQuit)
        #expect(desk.status == "1 call goes on. Quit? y/n")
        desk.press(.character("n"))
        #expect(!desk.wantsToQuit)
        desk.press(.character("q"), .character("y"))
        #expect(desk.wantsToQuit)
    }

    @Test("q does not ask about an answer that is still to come to a call that has ended, and says when nothing is up")
    func quitWhileAnswered() {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1))
        desk.press(.down, .character("x"), .character("y"))
        desk.press(.character("q"))
        #expect(desk.status == "1 call goes on. Quit? y/n")
        desk.event("hangup", call: Desk.id(1))
        #expect(desk.board.snapshot.underWay == 1)
        #expect(desk.status == "No calls are up any more. Quit? y/n")
        desk.press(.character("n"))
        #expect(!desk.wantsToQuit)
        desk.press(.character("q"))
        #expect(desk.wantsToQuit)
    }

    @Test("Details show the ids, and y copies the call id")
    func details() {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1), extra: ["request_id": "r-9", "extra_params": "{\"order\":\"A-17\"}"])
        desk.press(.down, .enter)
        #expect(desk.line(holding: "Call id")?.contains(Desk.id(1)) == true)
        #expect(desk.line(holding: "Request id")?.contains("r-9") == true)
        #expect(desk.line(holding: "Variables")?.contains("A-17") == true)
        desk.press(.character("y"))
        #expect(desk.asked.contains { if case .copy(Desk.id(1)) = $0 { true } else { false } })
        desk.press(.escape)
        #expect(desk.model.layers.isEmpty)
    }

    @Test("An error stays on the status line until it is waved away; news passes")
    func status() {
        var desk = Desk()
        desk.happen(.note(.info, "news"))
        #expect(desk.status == "news")
        desk.pass(.seconds(11))
        #expect(desk.status == "")
        desk.happen(.webhook(.unreadable("the body is not JSON")))
        desk.pass(.seconds(600))
        #expect(desk.status.hasPrefix("a webhook could not be read: the body is not JSON"))
        desk.press(.escape)
        #expect(desk.status == "")
        desk.press(.character("m"))
        #expect(desk.line(holding: "news") != nil && desk.line(holding: "not JSON") != nil)
    }
}
