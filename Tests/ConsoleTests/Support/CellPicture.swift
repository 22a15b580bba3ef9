@testable import Terminal

/// A screen as an SVG picture, cell by cell as the console draws it.
enum CellPicture {
    private static let cell = (width: 8.4, height: 18.0)
    private static let (paper, ink) = ("#0d1117", "#d3d7de")

    static func svg(_ canvas: Canvas, title: String) -> String {
        let (width, height) = (Double(canvas.size.width) * cell.width, Double(canvas.size.height) * cell.height)
        var lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -12 \(number(width + 24)) \(number(height + 24))" \
            role="img" aria-label="\(escaped(title))">
            """,
            "<title>\(escaped(title))</title>",
            """
            <rect x="-12" y="-12" width="\(number(width + 24))" height="\(number(height + 24))" rx="8" fill="\(paper)"/>
            """,
            """
            <g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" \
            xml:space="preserve">
            """,
        ]
        for y in 0..<canvas.size.height { lines += runs(canvas, y).flatMap { shapes($0, y) } }
        lines += ["</g>", "</svg>", ""]
        return lines.joined(separator: "\n")
    }

    /// Cells beside each other that look alike.
    private struct Run {
        var x: Int
        var width: Int
        var text: String
        var style: Style
    }

    private static func runs(_ canvas: Canvas, _ y: Int) -> [Run] {
        var runs: [Run] = []
        for x in 0..<canvas.size.width {
            let cell = canvas[x, y]
            if cell.isContinuation {
                runs[runs.count - 1].width += 1
            } else if let last = runs.last, last.style == cell.style {
                runs[runs.count - 1].text += cell.glyph.text
                runs[runs.count - 1].width += 1
            } else {
                runs.append(Run(x: x, width: 1, text: cell.glyph.text, style: cell.style))
            }
        }
        return runs
    }

    private static func shapes(_ run: Run, _ y: Int) -> [String] {
        var (front, back) = (color(run.style.foreground) ?? ink, color(run.style.background))
        if run.style.attributes.contains(.reverse) { (front, back) = (back ?? paper, front) }
        let left = Double(run.x) * cell.width
        let width = Double(run.width) * cell.width
        var shapes: [String] = []
        if let back {
            let top = Double(y) * cell.height
            shapes.append(
                """
                <rect x="\(number(left))" y="\(number(top))" width="\(number(width))" height="\(number(cell.height))" \
                fill="\(back)"/>
                """
            )
        }
        guard run.text.contains(where: { $0 != " " }) else { return shapes }
        var marks = ""
        if run.style.attributes.contains(.bold) { marks += " font-weight=\"bold\"" }
        if run.style.attributes.contains(.dim) { marks += " opacity=\"0.6\"" }
        if run.style.attributes.contains(.underline) { marks += " text-decoration=\"underline\"" }
        // The width is told, so that columns stand below each other in whatever font.
        shapes.append(
            """
            <text x="\(number(left))" y="\(number(Double(y) * cell.height + 13.5))" \
            textLength="\(number(width))" lengthAdjust="spacingAndGlyphs" fill="\(front)"\(marks)>\(escaped(run.text))</text>
            """
        )
        return shapes
    }

    private static func color(_ color: Color) -> String? {
        guard let (red, green, blue) = color.components else { return nil }
        return "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// With one digit behind the point, where there is one.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }

    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
    }
}
