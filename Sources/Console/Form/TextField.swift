import Terminal

/// One line of text that is being edited: the text, and where the cursor is.
struct TextField: Hashable, Sendable {
    private(set) var characters: [Character]
    /// 0…`characters.count`.
    private(set) var cursor: Int
    /// The most characters it takes: a limit of the model, not of the screen.
    let limit: Int

    init(_ text: String = "", limit: Int = 256) {
        characters = Array(text.prefix(limit))
        cursor = characters.count
        self.limit = limit
    }

    var text: String {
        get { String(characters) }
        set {
            characters = Array(newValue.prefix(limit))
            cursor = characters.count
        }
    }

    var isEmpty: Bool { characters.isEmpty }

    /// Puts text in at the cursor.
    /// - Returns: whether all of it fitted.
    @discardableResult
    mutating func insert(_ text: String) -> Bool {
        let room = limit - characters.count
        let fitting = text.prefix(room)
        characters.insert(contentsOf: fitting, at: cursor)
        cursor += fitting.count
        return fitting.count == text.count
    }

    /// Takes an editing key.
    /// - Returns: whether it was one.
    mutating func edit(_ key: Key) -> Bool {
        switch key {
        case .left, .control("b"): cursor = max(0, cursor - 1)
        case .right, .control("f"): cursor = min(characters.count, cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = characters.count
        case .backspace:
            if cursor > 0 {
                cursor -= 1
                characters.remove(at: cursor)
            }
        case .delete:
            if cursor < characters.count { characters.remove(at: cursor) }
        case .control("u"):
            characters.removeFirst(cursor)
            cursor = 0
        case .control("k"):
            characters.removeLast(characters.count - cursor)
        case .control("w"):
            var start = cursor
            while start > 0, characters[start - 1] == " " { start -= 1 }
            while start > 0, characters[start - 1] != " " { start -= 1 }
            characters.removeSubrange(start..<cursor)
            cursor = start
        default: return false
        }
        return true
    }

    /// The part that fits into `width` columns with the cursor in it, and the cursor's column there.
    func window(width: Int) -> (text: String, cursorColumn: Int) {
        guard width > 0 else { return ("", 0) }
        // The cursor may stand behind the last character, so one column stays free for it.
        var start = 0
        var columns = SafeText.width(String(characters[..<cursor]))
        while start < cursor, columns > width - 1 || Self.isMark(characters[start]) && start > 0 {
            columns -= Self.columns(characters[start])
            start += 1
        }
        // What a character adds depends on its neighbours in some writings; this is what will be drawn.
        while start < cursor {
            columns = SafeText.width(String(characters[start..<cursor]))
            if columns <= width - 1 { break }
            start += 1
        }
        return (String(characters[start...]), start < cursor ? columns : 0)
    }

    /// The columns that a character adds to text: none for a mark, which sits on the character before it. Marks are
    /// typed one by one, so that each is a character here.
    private static func columns(_ character: Character) -> Int { SafeText.width("x\(character)") - 1 }

    /// Whether it would be drawn on a circle of its own where nothing is before it.
    private static func isMark(_ character: Character) -> Bool {
        SafeText.width(String(character)) > columns(character)
    }
}
