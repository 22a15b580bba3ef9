/// An object that came as a string: JSON, JSON inside a JSON string, or something that is not quite JSON, such as
/// `{'key': 'value'}` or `key=value&other=1`.
enum LooseObject {
    static func parse(_ text: String) -> [String: JSONValue] {
        switch try? JSONValue(parsing: text.utf8) {
        case .object(let members): return members
        case .string(let inner) where inner.utf8.count < text.utf8.count: return parse(inner)
        default:
            // Some senders escape braces, which JSON does not know.
            let plain = text.replacing("\\{", with: "{").replacing("\\}", with: "}")
            return plain == text ? pairs(text) : parse(plain)
        }
    }

    /// Reads `key: value` and `key=value` pairs for what they are worth; nested values are not looked into.
    private static func pairs(_ text: String) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for pair in text.split(whereSeparator: { ",&;{}\n".contains($0) }) {
            guard let separator = pair.firstIndex(where: { $0 == ":" || $0 == "=" }) else { continue }
            let key = bare(pair[..<separator])
            let value = bare(pair[pair.index(after: separator)...])
            if VariableKey.problem(with: key) == nil { members[key] = .string(value) }
        }
        return members
    }

    private static func bare(_ text: Substring) -> String {
        // A byte order mark counts too: nobody sees it, and no key begins with one.
        let isWrapping: (Character) -> Bool = {
            $0.isWhitespace || $0 == "'" || $0 == "\"" || $0 == "\\" || $0 == "\u{FEFF}"
        }
        var text = text
        while let first = text.first, isWrapping(first) { text.removeFirst() }
        while let last = text.last, isWrapping(last) { text.removeLast() }
        return String(text)
    }
}
