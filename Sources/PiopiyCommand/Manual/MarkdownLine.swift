/// Reads one line of the manual's Markdown: list markers, table cells, and what is bold or code.
enum MarkdownLine {
    /// A stretch of text that looks the same.
    struct Part {
        var text: String
        /// Code, or bold.
        let isStrong: Bool
    }

    /// The marker that a list item begins with: `- ` or `1. `.
    static func marker(_ line: Substring) -> Substring? {
        if line.hasPrefix("- ") { return line.prefix(2) }
        let digits = line.prefix { $0.isNumber }
        guard !digits.isEmpty, line.dropFirst(digits.count).hasPrefix(". ") else { return nil }
        return line.prefix(digits.count + 2)
    }

    /// The cells of a table's line; a `\|` is a bar within one.
    static func cells(_ line: Substring) -> [String] {
        var cells = [""]
        var isEscaped = false
        for character in line.dropFirst() {
            if isEscaped {
                cells[cells.count - 1].append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "|" {
                cells.append("")
            } else {
                cells[cells.count - 1].append(character)
            }
        }
        return cells.dropLast().map { trimmed($0) }
    }

    /// The text without the marks of links, of bold and of code.
    static func plain(_ text: Substring) -> String { parts(text).map(\.text).joined() }

    static func parts(_ text: Substring) -> [Part] {
        var parts: [Part] = []
        var isBold = false
        var rest = text

        func append(_ text: some StringProtocol, isStrong: Bool) {
            if let last = parts.last, last.isStrong == isStrong {
                parts[parts.count - 1].text += text
            } else {
                parts.append(Part(text: String(text), isStrong: isStrong))
            }
        }

        while let character = rest.first {
            if character == "[", let close = rest.firstIndex(of: "]"), rest[close...].hasPrefix("]("),
                let end = rest[close...].firstIndex(of: ")")
            {
                append(rest[rest.index(after: rest.startIndex)..<close], isStrong: isBold)
                rest = rest[rest.index(after: end)...]
            } else if character == "`" {
                rest = rest.dropFirst()
                // Within code nothing is a mark.
                append(rest.prefix { $0 != "`" }, isStrong: true)
                rest = rest.drop { $0 != "`" }.dropFirst()
            } else if rest.hasPrefix("**") {
                rest = rest.dropFirst(2)
                isBold.toggle()
            } else {
                append(String(character), isStrong: isBold)
                rest = rest.dropFirst()
            }
        }
        return parts
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
