import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Filter, order and marks")
struct RowsTests {
    @Test("People who talk and of whom nothing is heard: the row and the details say so, and since when")
    func noNews() throws {
        var desk = Desk(width: 160)
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        let since = ClockText.time(desk.now, utcOffset: desk.model.settings.utcOffset)
        desk.pass(.seconds(899))
        #expect(!desk.screen.contains("no news"))
        desk.pass(.seconds(61))
        #expect(desk.line(holding: "918888888801")?.contains("no news 16:00") == true)
        desk.press(.down, .enter)
        #expect(
            desk.line(holding: "No news")?.contains("since \(since), for 16:00; the platform is being asked") == true
        )
    }

    /// Five calls: two talk, one rings, one is queued, one has ended.
    private func desk() -> Desk {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        desk.pass(.seconds(150))
        desk.event("answered", call: Desk.id(2), to: "918888888802", extra: ["agent_id": "support-en"])
        desk.event("ringing", call: Desk.id(3), to: "447700900123")
        desk.event("started", call: Desk.id(4), to: "918888888804")
        desk.event("busy", call: Desk.id(5), to: "918888888805")
        return desk
    }

    /// The numbers of the rows that are on the screen, from above.
    private func numbers(_ desk: Desk) -> [String] {
        desk.lines.dropFirst(3).compactMap { line in
            line.split(separator: " ").first { $0.count == 12 && $0.allSatisfy(\.isNumber) }.map(String.init)
        }
    }

    @Test(
        "A filter shows the calls that it means",
        arguments: [
            ("state:talking", ["918888888802", "918888888801"]), ("state:t", ["918888888802", "918888888801"]),
            ("to:9188*", ["918888888805", "918888888804", "918888888802", "918888888801"]),
            ("to:*23", ["447700900123"]), ("agent:SUPPORT", ["918888888802"]), ("time>2m", ["918888888801"]),
            ("time<30s state:talking", ["918888888802"]), ("ringing", ["447700900123"]), ("busy", ["918888888805"]),
            ("-state:ended -ringing", ["918888888804", "918888888802", "918888888801"]),
            ("state:talking 8802", ["918888888802"]), ("nothing", []),
        ]
    )
    func filter(text: String, expected: [String]) {
        var desk = desk()
        desk.press(.character("/"))
        desk.type(text)
        #expect(numbers(desk) == expected)
        desk.press(.enter)
        #expect(numbers(desk) == expected)
        #expect(desk.screen.contains("Calls \(expected.count) of 5"))
        desk.press(.escape)
        #expect(numbers(desk).count == 5)
    }

    @Test(
        "A mistake says what would be right, and what was shown stays",
        arguments: [
            ("sate:ringing", "sate: is not a column"), ("state:up", "state:up is not a state"),
            ("time>soon", "write a duration"),
            ("to:", "needs a value"),
        ]
    )
    func mistakes(text: String, words: String) {
        var desk = desk()
        desk.press(.character("/"))
        desk.type(text)
        #expect(desk.status.contains(words), "\(desk.status)")
        desk.press(.enter)
        #expect(desk.model.filterField != nil)
        desk.press(.escape)
        #expect(numbers(desk).count == 5)
    }

    @Test("Tab completes a column and a state")
    func completion() {
        var desk = desk()
        desk.press(.character("/"))
        desk.type("st")
        desk.press(.tab)
        desk.type("ri")
        desk.press(.tab)
        #expect(desk.model.filterText == "state:ringing ")
        #expect(numbers(desk) == ["447700900123"])
    }

    @Test("A selected call that the filter no longer shows is no longer selected: x hits nobody unseen")
    func hiddenSelection() {
        var desk = desk()
        desk.press(.end)
        #expect(desk.model.selection != nil)
        desk.press(.character("/"))
        desk.type("-state:talking")
        desk.press(.enter)
        #expect(numbers(desk).count == 3)
        #expect(desk.model.selection == nil)
        desk.press(.character("x"), .character("y"))
        #expect(desk.hungUp.isEmpty)
        desk.press(.down, .down, .down)
        #expect(desk.model.selection.flatMap { desk.model.snapshot.call($0)?.to } == "447700900123")
        desk.event("answered", call: Desk.id(3), to: "447700900123")
        desk.press(.character("x"), .character("y"))
        #expect(desk.hungUp.isEmpty)
    }

    @Test("Time alone can bring a call into a filter, and take the selection out of one")
    func timePasses() {
        var desk = desk()
        desk.press(.character("/"))
        desk.type("time<30s state:talking")
        desk.press(.enter, .down)
        #expect(desk.model.selection != nil)
        desk.pass(.seconds(40))
        #expect(numbers(desk).isEmpty)
        desk.press(.character("x"), .character("y"))
        #expect(desk.hungUp.isEmpty)
    }

    @Test("s goes through the columns, S turns the order round, and the selection stays on its call")
    func order() {
        var desk = desk()
        desk.press(.down)
        let selected = desk.model.selection
        desk.press(.character("s"))
        #expect(desk.screen.contains("by state"))
        #expect(numbers(desk).first == "447700900123")
        desk.press(.character("s"))
        #expect(numbers(desk) == numbers(desk).sorted())
        desk.press(.character("S"))
        #expect(numbers(desk) == numbers(desk).sorted().reversed())
        #expect(desk.model.selection == selected)
        desk.press(.character("s"), .character("s"), .character("s"))
        #expect(desk.screen.contains("by time"))
        #expect(numbers(desk).first == "918888888801")
    }

    @Test("Marked calls are hung up together after one question, each once, and nobody else")
    func marks() {
        var desk = desk()
        desk.press(.down, .down)
        desk.press(.character(" "), .character(" "))
        #expect(desk.screen.contains("2 marked"))
        desk.press(.character("x"))
        #expect(desk.status.contains("Hang up 2 marked calls: 918888888804, 447700900123? y/n"))
        desk.press(.character("n"))
        #expect(desk.hungUp.isEmpty)
        desk.press(.character("x"), .character("y"))
        #expect(desk.hungUp.count == 2)
        #expect(Set(desk.hungUp).count == 2)
        #expect(!desk.screen.contains("marked"))
    }

    @Test("* marks what the filter shows and has not ended; a mark on a call that ends is gone")
    func markAll() {
        var desk = desk()
        desk.press(.character("/"))
        desk.type("to:9188*")
        desk.press(.enter, .character("*"))
        #expect(desk.model.marked.count == 3)
        desk.event("hangup", call: Desk.id(2), to: "918888888802")
        #expect(desk.model.marked.count == 2)
        desk.press(.escape, .character("/"))
        desk.type("ringing")
        desk.press(.enter, .character("x"))
        #expect(desk.status.contains("Hang up 2 marked calls (2 not shown): 918888888801"))
        desk.press(.escape, .character("u"))
        #expect(desk.model.marked.isEmpty)
    }

    @Test("The one call that a kept filter leaves is selected; one of several is not, nor while it is being typed")
    func onlyMatch() {
        var desk = desk()
        desk.press(.character("/"))
        desk.type("8801")
        #expect(desk.model.selection == nil)
        desk.press(.enter)
        #expect(desk.model.selection.flatMap { desk.model.snapshot.call($0)?.to } == "918888888801")
        desk.press(.character("x"))
        #expect(desk.screen.contains("Hang up 918888888801"))
        desk.press(.character("n"), .escape)

        var other = self.desk()
        other.press(.character("/"))
        other.type("9188")
        other.press(.enter)
        #expect(other.model.selection == nil)
        other.press(.character(":"))
        other.type("filter to:447700900123")
        other.press(.enter)
        #expect(other.model.selection.flatMap { other.model.snapshot.call($0)?.to } == "447700900123")
        // A row that comes to be the only one by itself is not.
        var third = self.desk()
        third.press(.character("/"))
        third.type("8802 time<30m")
        third.press(.enter, .escape)
        third.model.selection = nil
        third.pass(.seconds(1))
        #expect(third.model.selection == nil)
    }
}
