/// Text as the `man` macros of roff take it.
///
/// It knows the Markdown that the manual is written in, as ``PlainText`` does: paragraphs, flat lists, tables and
/// fenced blocks. Everything that roff would take for a request or an escape is written so that it is shown as it is.
struct RoffText {
    /// The lines so far, requests and text.
    private(set) var lines: [String] = []

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// The line that every page begins with.
    mutating func title(_ name: String, section: String, date: String, source: String, volume: String) {
        // The date is not text: a program that reads it would not know an escaped hyphen.
        lines.append(".TH \(name) \(section) \"\(date)\" \"\(Self.argument(source))\" \"\(volume)\"")
        // Commands that are spread over the width of a line are hard to read.
        lines.append(".ad l")
    }

    /// A request with arguments that are text, such as `.SH "EXIT STATUS"`.
    mutating func request(_ name: String, _ arguments: String...) {
        lines.append(([".\(name)"] + arguments.map { "\"\(Self.argument($0))\"" }).joined(separator: " "))
    }

    /// A line of text that may have marks of Markdown.
    mutating func paragraph(_ markdown: String) {
        // A heading begins a paragraph by itself.
        let isFirst = lines.last.map { $0.hasPrefix(".SH ") || $0.hasPrefix(".SS ") } ?? true
        if !isFirst { lines.append(".PP") }
        lines += Self.wrapped(Self.styled(markdown))
    }

    /// A line that is roff already, made of ``bold(_:)``, ``italic(_:)`` and ``escaped(_:)``.
    mutating func line(_ roff: String) { lines.append(Self.safeStart(roff)) }

    /// Ends the line here.
    mutating func lineBreak() { lines.append(".br") }

    /// What a term means: the term stands out, the text is indented below it.
    mutating func item(term: String, _ markdown: String) {
        lines += [".TP", Self.safeStart(term)] + (markdown.isEmpty ? ["\\&"] : Self.wrapped(Self.styled(markdown)))
    }

    /// Lines that are shown as they are.
    mutating func example(_ example: [some StringProtocol]) {
        lines += [".PP", ".in +4n", ".EX"]
        lines += example.map { Self.safeStart(Self.escaped(String($0))) }
        lines += [".EE", ".in"]
    }

    // MARK: Help of the command line

    /// The discussion of a command: paragraphs, and among them tables that blanks align, whose lines are kept.
    mutating func discussion(_ text: String) {
        for part in text.split(separator: "\n\n") {
            let rows = part.split(separator: "\n")
            if rows.contains(where: { $0.hasPrefix("  ") }) {
                example(rows)
            } else {
                paragraph(rows.joined(separator: " "))
            }
        }
    }

    // MARK: Markdown

    /// A page of the manual, or a part of one. Headings become bold lines.
    mutating func markdown(_ markdown: some Sequence<Substring>) {
        var words: [Substring] = []
        var table: [Substring] = []
        var block: [Substring]?

        func flush(_ roff: inout RoffText) {
            if !words.isEmpty { roff.listItemOrParagraph(words) }
            if !table.isEmpty { roff.table(table) }
            (words, table) = ([], [])
        }

        for line in markdown {
            if line.hasPrefix("```") {
                flush(&self)
                if let lines = block {
                    example(lines)
                    block = nil
                } else {
                    block = []
                }
            } else if block != nil {
                block?.append(line)
            } else if line.hasPrefix("|") {
                if !words.isEmpty { flush(&self) }
                table.append(line)
            } else if line.hasPrefix("#") {
                flush(&self)
                paragraph("**\(line.drop { $0 == "#" || $0 == " " })**")
            } else if line.isEmpty {
                flush(&self)
            } else {
                if MarkdownLine.marker(line) != nil { flush(&self) }
                words.append(line)
            }
        }
        flush(&self)
    }

    private mutating func listItemOrParagraph(_ words: [Substring]) {
        guard let marker = MarkdownLine.marker(words[0]) else { return paragraph(words.joined(separator: " ")) }
        let text = ([words[0].dropFirst(marker.count)] + words.dropFirst()).joined(separator: " ")
        let sign = marker == "- " ? "\\(bu" : Self.escaped(String(marker.dropLast()))
        lines += [".IP \"\(sign)\" 4"] + Self.wrapped(Self.styled(text))
    }

    /// The first cell of a row is a term, the last says what it means; what is between has its heading before it.
    private mutating func table(_ rows: [Substring]) {
        let cells = rows.map { MarkdownLine.cells($0) }
        guard let head = cells.first, head.count > 1 else { return }
        for row in cells.dropFirst(2) where row.count == head.count {
            let middle = head.indices.dropFirst().dropLast().filter { !row[$0].isEmpty }
            let extras = middle.map { "\(head[$0]): \(row[$0])" }
            let meaning = row[row.count - 1] + (extras.isEmpty ? "" : " (\(extras.joined(separator: "; ")))")
            let term = row[0].contains("`") ? Self.styled(row[0]) : Self.bold(row[0])
            item(term: term, meaning.drop { $0 == " " }.description)
        }
    }

    // MARK: Characters

    static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

    static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

    /// Characters that roff would change or take for its own. What is not ASCII is written by its number, so that no
    /// setting of a locale is needed to format the page.
    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": output += "\\e"
            case "-": output += "\\-"
            case "'": output += "\\(aq"
            case "`": output += "\\(ga"
            case "^": output += "\\(ha"
            case "~": output += "\\(ti"
            case "\u{201C}": output += "\\(lq"
            case "\u{201D}": output += "\\(rq"
            case "…": output += "..."
            case _ where scalar.isASCII: output.unicodeScalars.append(scalar)
            default:
                let number = String(scalar.value, radix: 16, uppercase: true)
                output += "\\[u\(String(repeating: "0", count: max(0, 4 - number.count)))\(number)]"
            }
        }
        return output
    }

    /// Text in which code and what is bold stand out, and of a link its text is left.
    static func styled(_ markdown: String) -> String {
        let parts = MarkdownLine.parts(markdown[...]).map { part in
            part.isStrong ? bold(part.text) : escaped(part.text)
        }
        return safeStart(parts.joined())
    }

    /// The argument of a request, which stands between quotation marks.
    private static func argument(_ text: String) -> String {
        escaped(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq")
    }

    /// Lines of at most 79 bytes, as roff's style wants them; a longer word has a line of its own.
    private static func wrapped(_ roff: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in roff.split(separator: " ") {
            if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > 79 {
                lines.append(safeStart(line))
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [safeStart(line)]
    }

    /// A line of text must not begin as a request does.
    private static func safeStart(_ roff: String) -> String { roff.hasPrefix(".") ? "\\&" + roff : roff }
}
