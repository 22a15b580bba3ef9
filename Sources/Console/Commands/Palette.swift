import Terminal

/// The line for commands on the screen: what is typed, what is chosen from the list above it, and what was wrong.
struct Palette: Hashable, Sendable {
    var field = TextField(limit: 1000)
    /// The text of the candidate that is chosen. It stays chosen when the list changes around it.
    var chosen: String?
    /// How many lines back the one is that was recalled; `nil` for one that was typed.
    var recalled: Int?
    /// Tab has just filled in a word that is whole, and that others begin with too: `campaign` and `campaigns`.
    var mayEndWord = false
    /// Why the line cannot be run.
    var mistake: String?

    /// The line up to the cursor.
    var begun: String { String(field.characters.prefix(field.cursor)) }

    /// Puts a candidate in place of what was begun.
    mutating func take(_ text: String, from start: Int, isWhole: Bool) {
        let rest = String(field.characters.dropFirst(field.cursor))
        let head = String(field.characters.prefix(start)) + text
        let gap = isWhole && rest.first?.isWhitespace != true ? " " : ""
        field = TextField(head + gap, limit: field.limit)
        let cursor = field.cursor
        field.insert(rest)
        while field.cursor > cursor { _ = field.edit(.left) }
        (chosen, recalled, mistake, mayEndWord) = (nil, nil, nil, false)
    }
}
