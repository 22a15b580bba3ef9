import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("The board on the screen")
struct BoardScreenTests {
    @Test("A call's row goes from placing to ringing, talking and its end")
    func life() throws {
        var desk = Desk()
        desk.place("918888888888")
        #expect(desk.line(holding: "918888888888")?.contains("placing") == true)

        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .accepted(Acceptance(status: 200, requestID: RequestID("r1")))))
        #expect(desk.line(holding: "918888888888")?.contains("queued") == true)
        #expect(desk.status == "call placed to 918888888888")

        let own: [String: JSONValue] = ["request_id": "r1"]
        desk.event("out_ringing", call: Desk.id(1), extra: own)
        #expect(desk.line(holding: "918888888888")?.contains("◌ ringing") == true)
        #expect(desk.lines[0].contains("1 ringing"))

        desk.event("out_answered", call: Desk.id(1), extra: own)
        desk.pass(.seconds(134))
        #expect(desk.line(holding: "918888888888")?.contains("● talking") == true)
        #expect(desk.line(holding: "918888888888")?.contains("02:14") == true)

        desk.event("out_hangup", call: Desk.id(1), extra: own)
        let row = try #require(desk.line(holding: "918888888888"))
        #expect(row.contains("✕ ended") && row.contains("completed"))
        #expect(desk.lines[0].contains("0 up"))
    }

    @Test("An ended call leaves the board after its seconds, a call in doubt stays")
    func leaving() throws {
        var desk = Desk()
        desk.event("out_hangup", call: Desk.id(1), to: "918888888801")
        desk.place("918888888806")
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .unknown(Doubt(.timedOut(.seconds(10))))))
        desk.pass(.seconds(29))
        #expect(desk.line(holding: "918888888801") != nil)
        desk.pass(.seconds(2))
        #expect(desk.line(holding: "918888888801") == nil)
        desk.pass(.seconds(3600))
        #expect(desk.line(holding: "918888888806")?.contains("? unknown") == true)
        #expect(desk.line(holding: "918888888806")?.contains("check") == true)
        #expect(desk.status.contains("not repeated"))
    }

    @Test("Hostile text is shown as marks, and the columns stay aligned")
    func hostileText() throws {
        var desk = Desk()
        desk.event("ringing", call: Desk.id(1), to: "918888888801")
        desk.event(
            "ringing",
            call: Desk.id(2),
            to: "\u{1B}]0;owned\u{07}",
            extra: ["from": "\u{202E}\u{200B}名前\u{9B}31m"]
        )
        #expect(
            !desk.screen.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) }
        )
        #expect(!desk.screen.contains("\u{202E}") && !desk.screen.contains("\u{200B}"))
        let hostile = try #require(desk.line(holding: "␛]0;owned␇"))
        let plain = try #require(desk.line(holding: "918888888801"))
        #expect(SafeText.width(hostile) == 80 && SafeText.width(plain) == 80)
        // The time stands in the same columns in both rows.
        let canvas = desk.model.frame().canvas
        let times = (0..<24).compactMap { y -> Int? in
            (0..<76).first { x in (0..<5).map { canvas[x + $0, y].glyph.text }.joined() == "00:00" }
        }
        #expect(times.count == 2 && times[0] == times[1])
    }

    @Test("Without UTF-8 everything is ASCII")
    func ascii() {
        var desk = Desk(settings: .init(place: "sandbox", isSandbox: true, ascii: true))
        desk.event("answered", call: Desk.id(1), to: "名前")
        desk.event("hangup", call: Desk.id(2), to: "918888888802")
        desk.press(.down)
        for keys: [Key] in [
            [], [.enter], [.escape, .character("n")], [.control("j")], [.escape, .escape, .character("?")],
        ] {
            for key in keys { desk.press(key) }
            #expect(desk.screen.allSatisfy { $0.isASCII }, "\(desk.screen)")
        }
    }

    @Test("A state is told by glyph and word, never by colour alone", arguments: [false, true])
    func statesAreWords(ascii: Bool) {
        var desk = Desk(settings: .init(place: "x", ascii: ascii))
        desk.event("started", call: Desk.id(1), to: "918888888801")
        desk.event("ringing", call: Desk.id(2), to: "918888888802")
        desk.event("answered", call: Desk.id(3), to: "918888888803")
        desk.event("busy", call: Desk.id(4), to: "918888888804")
        let words = ["queued", "ringing", "talking", "ended"]
        var glyphs: Set<Character> = []
        for (index, word) in words.enumerated() {
            let row = desk.line(holding: "91888888880\(index + 1)")?.trimmed ?? ""
            #expect(row.contains(word))
            if let glyph = row.first { glyphs.insert(glyph) }
        }
        #expect(glyphs.count == words.count)
    }

    @Test("Rows beyond the screen are counted")
    func more() {
        var desk = Desk()
        for number in 1...40 { desk.event("ringing", call: Desk.id(number), to: "9188888888\(number + 10)") }
        #expect(desk.lines[0].contains("40 up"))
        #expect(desk.screen.contains("22 below"))
        desk.press(.end)
        #expect(desk.screen.contains("22 above"))
        #expect(desk.line(holding: "›")?.contains("918888888811") == true)
    }
}
