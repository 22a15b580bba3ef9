import Terminal

extension Key {
    /// The key as help, footer and configuration name it.
    public var name: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .control(let character): "Ctrl-\(character.uppercased())"
        case .alt(let character): "Alt-\(character)"
        case .enter: "Enter"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .escape: "Esc"
        case .backspace: "Backspace"
        case .delete: "Del"
        case .insert: "Ins"
        case .up: "Up"
        case .down: "Down"
        case .left: "Left"
        case .right: "Right"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .function(let number): "F\(number)"
        case .paste: "paste"
        case .mouse: "mouse"
        }
    }

    /// The key of a name as ``name`` gives it. A single character is itself; elsewhere small and capital letters are the
    /// same, but for the character behind `Alt-`.
    /// - Throws: what is wrong with it, and what would be right.
    public init(named text: String) throws(KeyNameProblem) {
        if text.count == 1, let character = text.first {
            self = .character(try Self.typed(character, text))
            return
        }
        let word = text.lowercased()
        if let key = Self.byName[word] {
            self = key
        } else if word.hasPrefix("ctrl-") {
            self = try Self.control(String(word.dropFirst(5)), text)
        } else if word.hasPrefix("alt-"), text.count == 5, let character = text.last {
            self = .alt(try Self.typed(character, text))
        } else if word.hasPrefix("f"), let number = Int(word.dropFirst()), (1...60).contains(number) {
            self = .function(number)
        } else {
            throw KeyNameProblem("“\(text)” is not a key; use \(KeyNameProblem.examples)")
        }
    }

    private static let byName: [String: Key] = {
        let keys: [Key] = [
            .character(" "), .enter, .tab, .backTab, .escape, .backspace, .delete, .insert, .up, .down, .left, .right,
            .home,
            .end, .pageUp, .pageDown,
        ]
        let others: [String: Key] = [
            "return": .enter, "escape": .escape, "delete": .delete, "insert": .insert, "pageup": .pageUp,
            "pagedown": .pageDown,
        ]
        return Dictionary(uniqueKeysWithValues: keys.map { ($0.name.lowercased(), $0) }).merging(others) { one, _ in one
        }
    }()

    /// A character that a key types: what an input method makes of several scalars comes as several keys.
    private static func typed(_ character: Character, _ text: String) throws(KeyNameProblem) -> Character {
        let isOne = character.unicodeScalars.count == 1
        guard isOne, character == " " || !character.isWhitespace,
            SafeText.printable(String(character)) == String(character)
        else { throw KeyNameProblem("“\(text)” is not a single key; use \(KeyNameProblem.examples)") }
        return character
    }

    private static func control(_ name: String, _ text: String) throws(KeyNameProblem) -> Key {
        // Terminals send these as if they were the other.
        let twins = ["i": "Tab", "m": "Enter", "[": "Esc", "h": "Backspace"]
        if let twin = twins[name] {
            throw KeyNameProblem("“\(text)” is the same key as \(twin) on a terminal; write \(twin)")
        }
        if name == "space" { return .control("@") }
        guard name.count == 1, let character = name.first, character.isASCII,
            character.isLowercase || "\\]^_@".contains(character)
        else { throw KeyNameProblem("“\(text)” is not a key; after Ctrl- write a letter or one of \\ ] ^ _ @") }
        return .control(character)
    }
}

/// What is wrong with the name of a key.
public struct KeyNameProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    static let examples = "one character, or a name such as Ctrl-S, Alt-x, F5, Space, Enter, Tab, Esc, PgUp, Home, Ins"

    init(_ description: String) { self.description = description }
}
