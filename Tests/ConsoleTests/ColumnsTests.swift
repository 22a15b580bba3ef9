import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("The board's columns")
struct ColumnsTests {
    private func heads(_ width: Int, _ chosen: [BoardColumn] = []) -> [String] {
        Columns(width: width, chosen: chosen).places.map(\.column.head)
    }

    @Test("What fits is shown, what matters most first")
    func byWidth() {
        #expect(heads(40) == ["STATE", "TO", "TIME"])
        #expect(heads(56) == ["STATE", "TO", "TIME", "FLAGS"])
        #expect(heads(80) == ["STATE", "TO", "FROM", "AGENT", "TIME", "FLAGS"])
        let wide = ["STATE", "TO", "FROM", "AGENT", "OPERATOR", "CAMPAIGN", "RATE", "TIME", "FLAGS"]
        #expect(heads(120) == wide && heads(500) == wide)
    }

    @Test("Columns never overlap nor leave the screen", arguments: 1...300)
    func bounds(width: Int) {
        for chosen in [[], BoardColumn.named, [.variable("order"), .to, .variable("a_very_long_key_of_a_variable")]] {
            var x = Columns.margin
            for place in Columns(width: width, chosen: chosen).places {
                #expect(place.x >= x && place.width > 0)
                x = place.x + place.width + 1
                #expect(place.x + place.width < width)
            }
        }
    }

    @Test("The operator's columns come in the operator's order, variables among them")
    func chosen() throws {
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.columns = [.to, .variable("order"), .variable("tries"), .state]
        var desk = Desk(settings: settings)
        desk.event(
            "answered",
            call: Desk.id(1),
            to: "918888888801",
            extra: ["extra_params": #"{"order":"A-17","tries":3}"#]
        )
        #expect(desk.lines[2].split(separator: " ") == ["TO", "order", "tries", "STATE"])
        let row = try #require(desk.line(holding: "918888888801"))
        #expect(row.split(separator: " ") == ["918888888801", "A-17", "3", "●", "talking"])
    }

    @Test("A column's word is read back, and what is none is refused")
    func words() {
        for column in BoardColumn.named + [.variable("order_id")] { #expect(BoardColumn(word: column.word) == column) }
        for word in ["", "var:", "var:no good", "TO", "number"] { #expect(BoardColumn(word: word) == nil) }
    }
}
