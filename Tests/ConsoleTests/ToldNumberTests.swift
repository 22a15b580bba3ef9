import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Numbers in the forms in which they are told")
struct ToldNumberTests {
    private func desk(masked: Bool = false) -> Desk {
        var desk = Desk()
        desk.model.settings.masksNumbers = masked
        desk.event("answered", call: Desk.id(1), to: "+91 70000 03006")
        desk.event("answered", call: Desk.id(2), to: "447700900123")
        desk.event(
            "answered",
            call: Desk.id(3),
            to: "918888888801",
            extra: ["from": "00447700900456", "direction": "inbound"]
        )
        desk.event("answered", call: Desk.id(4), to: "alice", extra: ["from": .string(Desk.agent)])
        return desk
    }

    private func shown(_ filter: String) throws -> [String] {
        let desk = desk()
        let filter = try CallFilter(filter)
        let snapshot = desk.board.snapshot
        return snapshot.order.compactMap { snapshot.call($0) }
            .filter { filter.matches($0, now: desk.now, names: AgentBook()) }.map { $0.to ?? "?" }
    }

    @Test(
        "A filter finds a number whatever the form of either, and SIP users and agents by their names",
        arguments: [
            ("to:917000003006", 1), ("to:+917000003006", 1), ("to:0091-70000*", 1), ("to:9170*", 1), ("+917000", 1),
            ("7000003006", 1), ("to:*3006", 1), ("to:+447700900123", 1), ("to:0044*", 1), ("from:+4477*", 1),
            ("from:447700900456", 1), ("to:alice", 1), ("from:bdd32bcb*", 1), ("-to:+917000003006", 3), ("to:+7000", 0),
            ("to:+447700900456", 0),
        ] as [(String, Int)]
    )
    func filter(text: String, count: Int) throws {
        #expect(try shown(text).count == count)
    }

    @Test("Where a country is set, a number is typed as there, and one that may be another country's is refused")
    func country() throws {
        let plan = try NumberPlan(country: "91")
        func placed(_ keys: (inout Desk) -> Void) -> (numbers: [String], screen: String) {
            var desk = Desk(width: 160)
            desk.model.settings.numberPlan = plan
            desk.model.book.plan = plan
            desk.model.form.book.plan = plan
            keys(&desk)
            return (desk.placed.map(\.toNumber.digits), desk.screen)
        }
        func form(_ typed: String) -> (numbers: [String], screen: String) {
            placed { desk in
                desk.press(.character("n"))
                desk.type(Desk.caller)
                desk.press(.tab)
                desk.type(typed)
                desk.press(.tab)
                desk.type(Desk.agent)
                desk.press(.control("s"))
            }
        }
        func command(_ typed: String) -> (numbers: [String], screen: String) {
            placed { $0.command("call \"\(typed)\" from \(Desk.caller) agent \(Desk.agent)") }
        }
        for take in [form, command] {
            #expect(take("07000003006").numbers == ["917000003006"])
            #expect(take("+9876543210").numbers == ["9876543210"])
            #expect(take("919876543210").numbers == ["919876543210"])
            let ambiguous = take("9876543210")
            #expect(ambiguous.numbers.isEmpty && ambiguous.screen.contains("can be read in two ways"))
        }
    }

    @Test("A call is named by a number in any form; the caller of one that came in names it too")
    func finder() throws {
        let desk = desk()
        let finder = CallFinder(snapshot: desk.board.snapshot, numbers: [:], hasNumbers: false)
        #expect(try finder.call("917000003006").callID?.text == Desk.id(1))
        #expect(try finder.call("+91-70000-03006").callID?.text == Desk.id(1))
        #expect(try finder.call("+447700900456").callID?.text == Desk.id(3))
        #expect(try finder.call("+447700900123").callID?.text == Desk.id(2))
    }

    @Test(
        "The form and the palette ask before they ring somebody who is on the line in another form or as a caller",
        arguments: ["917000003006", "447700900456"]
    )
    func asks(number: String) {
        var desk = desk()
        desk.place(number)
        #expect(desk.screen.contains("\(number) is already on the board"))
        var other = self.desk()
        other.command("call \(number) from \(Desk.caller) agent \(Desk.agent)")
        #expect(other.screen.contains("\(number) is already on the board"))
        for effects in [desk.effects, other.effects] {
            #expect(
                !effects.contains { effect in
                    if case .record = effect { true } else { false }
                }
            )
        }
    }

    @Test("Masked, a number's groups are hidden, and SIP users and agents' ids stay to be read")
    func masks() {
        let desk = desk(masked: true)
        let screen = desk.screen
        #expect(screen.contains("+91 ***** ***06") && screen.contains("00**********56"))
        #expect(!screen.contains("70000") && !screen.contains("03006"))
        #expect(screen.contains("alice") && screen.contains(Desk.agent.prefix(8)))
    }
}
