import Terminal

/// A list for spreadsheets: comma-separated values.
enum CSV {
    /// A cell. One that a spreadsheet would take for a formula is text by the apostrophe before it.
    static func cell(_ text: String) -> String {
        var text = SafeText.printable(text)
        if let first = text.first, "=+-@".contains(first) { text = "'" + text }
        guard text.contains(where: { $0 == "," || $0 == "\"" }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
