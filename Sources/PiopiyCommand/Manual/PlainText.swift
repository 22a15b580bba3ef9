/// A page of the manual as plain text for a terminal.
///
/// It knows the Markdown that the manual is written in: headings, paragraphs, flat lists, tables and fenced blocks. Fenced
/// blocks are copied as they are, so that their lines can be pasted into a shell.
struct PlainText {
    let width: Int

    /// - Parameter width: columns that a line may take; at least 40 are used.
    init(width: Int) { self.width = max(40, width) }

    func render(_ markdown: String) -> String {
        var output: [String] = []
        var paragraph: [Substring] = []
        var table: [Substring] = []
        var isFenced = false

        func flush() {
            if !paragraph.isEmpty {
                output += item(paragraph) + [""]
                paragraph = []
            }
            if !table.isEmpty {
                output += rows(table) + [""]
                table = []
            }
        }

        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                flush()
                isFenced.toggle()
                if !isFenced { output.append("") }
                continue
            }
            if isFenced {
                output.append("    " + line)
                continue
            }
            // The list of links that DocC needs; a reader of plain text has them above.
            if line == "## Topics" { break }
            if line.hasPrefix("|") {
                if !paragraph.isEmpty { flush() }
                table.append(line)
            } else if line.hasPrefix("#") {
                flush()
                let text = MarkdownLine.plain(line.drop { $0 == "#" }.drop { $0 == " " })
                output += line.hasPrefix("## ") || line.hasPrefix("### ") ? [text, ""] : [text.uppercased(), ""]
            } else if line.isEmpty {
                flush()
            } else {
                if MarkdownLine.marker(line) != nil, !paragraph.isEmpty { flushItem() }
                paragraph.append(line)
            }
        }
        flush()
        while output.last?.isEmpty == true { output.removeLast() }
        return output.joined(separator: "\n")

        /// The items of a list stand below each other without an empty line.
        func flushItem() {
            output += item(paragraph)
            paragraph = []
        }
    }

    // MARK: Paragraphs and lists

    private func item(_ lines: [Substring]) -> [String] {
        let marker = lines.first.flatMap { MarkdownLine.marker($0) } ?? ""
        let text = ([lines[0].dropFirst(marker.count)] + lines.dropFirst()).joined(separator: " ")
        let indent = marker.isEmpty ? "" : "  "
        let hanging = String(repeating: " ", count: marker.count)
        let lines = wrapped(MarkdownLine.plain(text[...]), width: width - indent.count - marker.count)
        return lines.enumerated().map { index, line in indent + (index == 0 ? marker : hanging[...]) + line }
    }

    // MARK: Tables

    private func rows(_ lines: [Substring]) -> [String] {
        let cells = lines.map { MarkdownLine.cells($0).map { MarkdownLine.plain($0[...]) } }
        let body = cells.enumerated().filter { $0.offset != 1 }.map(\.element)
        guard let head = body.first else { return [] }
        let widths = columnWidths(body, count: head.count)
        var output: [String] = []
        for (index, row) in body.enumerated() {
            output += self.row(row, widths)
            if index == 0 {
                output.append("  " + widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "))
            }
        }
        return output
    }

    /// Narrow columns have what they need; the widest takes what is left.
    private func columnWidths(_ rows: [[String]], count: Int) -> [Int] {
        var widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? Self.columns($0[column]) : 0 }.max() ?? 0
        }
        let gaps = 2 * count
        while widths.reduce(0, +) + gaps > width, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }) {
            guard widths[widest] > 8 else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private func row(_ cells: [String], _ widths: [Int]) -> [String] {
        let wrapped = widths.indices.map { column in
            self.wrapped(cells.indices.contains(column) ? cells[column] : "", width: widths[column])
        }
        let height = wrapped.map(\.count).max() ?? 1
        return (0..<max(1, height)).map { line in
            var text = "  "
            for column in widths.indices {
                let cell = line < wrapped[column].count ? wrapped[column][line] : ""
                text += cell
                if column < widths.count - 1 {
                    text += String(repeating: " ", count: max(0, widths[column] - Self.columns(cell)) + 2)
                }
            }
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    // MARK: Within a line

    private static func columns(_ text: String) -> Int { text.count }

    private func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, Self.columns(line) + 1 + Self.columns(String(word)) > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
