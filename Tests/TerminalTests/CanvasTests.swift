import Testing

@testable import Terminal

@Suite("The canvas")
struct CanvasTests {
    private func canvas(_ width: Int = 8, _ height: Int = 2, ascii: Bool = false) -> Canvas {
        Canvas(size: Size(width: width, height: height), ascii: ascii)
    }

    @Test("Text is cut at the edge, and the cut is shown")
    func cut() {
        var canvas = canvas()
        #expect(canvas.write("0123456789", x: 2, y: 0, style: .plain) == 6)
        #expect(canvas.lines[0] == "  01234…")
        #expect(canvas.write("0123456789", x: 2, y: 1, style: .plain, ellipsis: false) == 6)
        #expect(canvas.lines[1] == "  012345")
    }

    @Test("What begins left of the canvas shows its rest; what is outside is not shown")
    func outside() {
        var canvas = canvas()
        canvas.write("abcdef", x: -3, y: 0, style: .plain)
        #expect(canvas.lines[0] == "def     ")
        for (x, y) in [(0, -1), (0, 2), (8, 0), (-9, 1), (Int.max, 0), (0, Int.min)] {
            canvas.write("abc", x: x, y: y, style: .plain)
        }
        #expect(canvas.lines == ["def     ", "        "])
    }

    @Test("A wide glyph is never cut in half")
    func wide() {
        var canvas = canvas(5, 1)
        canvas.write("漢字漢", x: 0, y: 0, style: .plain, ellipsis: false)
        #expect(canvas.lines[0] == "漢字 ")
        // Written over one half, the other is blank.
        canvas.write("x", x: 1, y: 0, style: .plain)
        #expect(canvas.lines[0] == " x字 ")
        canvas.write("y", x: 2, y: 0, style: .plain)
        #expect(canvas.lines[0] == " xy  ")
        canvas.write("漢", x: -1, y: 0, style: .plain)
        #expect(canvas.lines[0] == " xy  ")
    }

    @Test("A width bounds the columns; wide glyphs count two")
    func width() {
        var canvas = canvas()
        #expect(canvas.write("漢字漢字", x: 0, y: 0, style: .plain, width: 5) == 5)
        #expect(canvas.lines[0] == "漢字…   ")
        #expect(canvas.write("abc", x: 0, y: 1, style: .plain, width: 0) == 0)
    }

    @Test("Every size draws, also none at all", arguments: [(0, 0), (1, 1), (-3, 5), (500, 200)])
    func sizes(width: Int, height: Int) {
        var canvas = canvas(width, height)
        canvas.write("漢字 and more", x: 0, y: 0, style: .plain)
        canvas.fill(Rect(x: -5, y: -5, width: 1000, height: 1000), style: .plain)
        canvas.box(Rect(x: 0, y: 0, width: width, height: height), style: .plain)
        canvas.horizontalLine(x: -2, y: 0, width: 2000, style: .plain)
        #expect(canvas.lines.count == max(0, height))
    }

    @Test("In ASCII, borders and text are ASCII and take the same columns")
    func ascii() {
        var canvas = canvas(10, 3, ascii: true)
        canvas.box(Rect(x: 0, y: 0, width: 10, height: 3), style: .plain)
        canvas.write("漢é…xxxxxxxxx", x: 1, y: 1, style: .plain, width: 6)
        for line in canvas.lines { #expect(line.utf8.count == 10) }
        #expect(canvas.lines[1].contains("???"))
    }

    @Test("No coordinate is too far away", arguments: [Int.min, Int.min + 1, -1, 0, Int.max - 1, Int.max])
    func extremes(place: Int) {
        var canvas = Canvas(size: Size(width: 4, height: 2))
        canvas.write("漢字", x: place, y: place, style: .plain)
        canvas.write("漢字", x: place, y: 0, style: .plain, width: Int.max, ellipsis: false)
        let areas = [
            Rect(x: place, y: place, width: 3, height: 3),
            Rect(x: place, y: 0, width: Int.max, height: Int.max),
            Rect(x: 0, y: 0, width: place, height: place),
        ]
        for area in areas {
            canvas.fill(area, with: "漢", style: .plain)
            canvas.box(area, style: .plain)
            canvas.restyle(area) { $0 }
        }
        #expect(canvas.lines.allSatisfy { SafeText.width($0) == 4 })
    }
}
