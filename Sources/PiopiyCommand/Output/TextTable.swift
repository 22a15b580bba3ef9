import Terminal

/// Rows in columns for people. What came from outside is made harmless, and takes the columns that it shows as.
struct TextTable {
    /// The width of each column; the last one has none. What is longer is cut, with a mark, so that those behind it stay in
    /// their places; scripts and spreadsheets get all of it.
    let widths: [Int]

    func row(_ cells: [String]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let isLast = index == cells.count - 1
            let width = index < widths.count ? widths[index] : 0
            let text = isLast || width == 0 ? SafeText.printable(cell) : SafeText.printable(cell, width: width)
            line += text
            if !isLast {
                line += String(repeating: " ", count: max(0, width - SafeText.width(text)) + 2)
            }
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }

    /// A table whose rows are all here: columns are as wide as what stands in them.
    static func text(_ header: [String], _ rows: [[String]]) -> [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in
            all.map { column < $0.count ? SafeText.width(SafeText.printable($0[column])) : 0 }.max() ?? 0
        }
        let table = TextTable(widths: widths)
        return all.map { table.row($0) }
    }
}
