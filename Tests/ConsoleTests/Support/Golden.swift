import Foundation
import Testing

@testable import Console
@testable import Terminal

/// Screens as files: what was drawn is compared with what was committed.
///
/// `PIOPIY_RENEW_GOLDEN=1 swift test --filter Golden` writes them anew; `cat Tests/ConsoleTests/Golden/themes/*.ans` shows
/// them in their colours, on a terminal that has them.
enum Golden {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Golden").standardized

    private static var renews: Bool { ProcessInfo.processInfo.environment["PIOPIY_RENEW_GOLDEN"] == "1" }

    /// Compares with the file of a name, or writes it.
    static func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = folder.appending(path: name)
        if renews {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
            return
        }
        guard let data = try? Data(contentsOf: file) else {
            Issue.record("\(name) is not there; PIOPIY_RENEW_GOLDEN=1 writes it", sourceLocation: sourceLocation)
            return
        }
        let golden = String(decoding: data, as: UTF8.self)
        if golden != text {
            Issue.record("\(name) is another \(difference(golden, text))", sourceLocation: sourceLocation)
        }
    }

    /// How long two texts are, and the first lines that differ.
    private static func difference(_ golden: String, _ text: String) -> String {
        let (old, new) = (
            golden.split(separator: "\n", omittingEmptySubsequences: false),
            text.split(separator: "\n", omittingEmptySubsequences: false)
        )
        let differing = zip(old, new).enumerated().filter { $0.element.0 != $0.element.1 }.prefix(4)
        let lines = differing.map {
            "\($0.offset + 1)  was  \($0.element.0.debugDescription)\n   is   \($0.element.1.debugDescription)"
        }
        return "(\(old.count) lines were, \(new.count) are):\n\(lines.joined(separator: "\n"))"
    }

    /// The screen as text, blanks at the ends of lines left out.
    static func text(_ canvas: Canvas) -> String {
        canvas.lines.map { line in
            var line = Substring(line)
            while line.hasSuffix(" ") { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// The screen with its colours, as a terminal would be told of them.
    static func ansi(_ canvas: Canvas) -> String {
        var text = ""
        for y in 0..<canvas.size.height {
            var style: Style?
            for x in 0..<canvas.size.width {
                let cell = canvas[x, y]
                if cell.isContinuation { continue }
                if cell.style != style {
                    text += "\u{1B}[\(codes(cell.style))m"
                    style = cell.style
                }
                text += cell.glyph.text
            }
            text += "\u{1B}[0m\n"
        }
        return text
    }

    private static func codes(_ style: Style) -> String {
        var codes = ["0"]
        for (attribute, code) in [
            (Attributes.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
        ] where style.attributes.contains(attribute) { codes.append(code) }
        codes += color(style.foreground, base: 38) + color(style.background, base: 48)
        return codes.joined(separator: ";")
    }

    private static func color(_ color: Color, base: Int) -> [String] {
        switch color {
        case .default: []
        case .indexed(let index): ["\(base)", "5", "\(index)"]
        case .rgb(let red, let green, let blue): ["\(base)", "2", "\(red)", "\(green)", "\(blue)"]
        }
    }
}
