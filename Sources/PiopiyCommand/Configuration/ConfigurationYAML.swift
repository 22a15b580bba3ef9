import Yams

/// Reads YAML, and says in our words what is wrong with it.
///
/// A key that stands twice is a mistake like any other: the library gives up at the first one, so the second of the two
/// is set aside and the rest is read.
enum ConfigurationYAML {
    /// Begins the name that takes the place of a key which stood there before. Nobody types a character of private use.
    static let aside = "\u{F8FF}"

    /// So many keys that stand twice are told at most.
    private static let limit = 100

    /// - Returns: the root, `nil` for a file that holds nothing or cannot be read, and what is wrong.
    static func read(_ yaml: String, file: String) -> (root: Node?, mistakes: [ConfigurationMistake]) {
        var text = yaml
        var mistakes: [ConfigurationMistake] = []
        while true {
            do {
                return (try Yams.compose(yaml: text), mistakes)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let (key, first) = (keys.first ?? "?", context.mark)
                let place = RepeatedKey(key, after: first, in: text)
                let line = place?.line ?? first.line
                let before = line == first.line ? "" : ", first in line \(first.line)"
                mistakes.append(
                    ConfigurationMistake(file: file, line: line, key: key, problem: "appears twice\(before)")
                )
                guard let place, mistakes.count < limit else { return (nil, mistakes) }
                text.replaceSubrange(place.range, with: "\(aside)\(mistakes.count)")
            } catch let error as YamlError {
                mistakes.append(mistake(error, file: file))
                return (nil, mistakes)
            } catch {
                mistakes.append(
                    ConfigurationMistake(file: file, line: nil, key: nil, problem: "is not YAML: \(error)")
                )
                return (nil, mistakes)
            }
        }
    }

    private static func mistake(_ error: YamlError, file: String) -> ConfigurationMistake {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ConfigurationMistake(file: file, line: mark.line, key: nil, problem: "this is not YAML: \(problem)")
        default:
            ConfigurationMistake(file: file, line: nil, key: nil, problem: "this is not YAML: \(error)")
        }
    }
}

/// Where a key stands for the second time in its mapping.
private struct RepeatedKey {
    /// The key with its quotes.
    let range: Range<String.Index>
    /// Counted from 1.
    let line: Int

    /// - Parameters:
    ///   - key: its text without quotes.
    ///   - first: where it stands first.
    init?(_ key: String, after first: Mark, in yaml: String) {
        guard let found = Self.below(key, first, yaml) ?? Self.behind(key, first, yaml) else { return nil }
        range = found
        line = yaml[..<found.lowerBound].count { $0.isNewline } + 1
    }

    /// In a later line, in the same column. A mapping's keys are in one column, and what is in between is further to
    /// the right.
    private static func below(_ key: String, _ first: Mark, _ yaml: String) -> Range<String.Index>? {
        let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for line in lines.dropFirst(first.line) {
            let indent = line.prefix(first.column - 1)
            guard indent.count == first.column - 1 else { continue }
            // Something further to the left ends the mapping.
            if let one = indent.first(where: { $0 != " " }) {
                if one == "#" { continue }
                return nil
            }
            if let range = self.key(key, at: indent.endIndex, yaml) { return range }
        }
        return nil
    }

    /// In braces, on the same level: `{ a: 1, a: 2 }`.
    private static func behind(_ key: String, _ first: Mark, _ yaml: String) -> Range<String.Index>? {
        let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.indices.contains(first.line - 1) else { return nil }
        var depth = 0
        var quote: Character?
        var index = lines[first.line - 1].dropFirst(first.column - 1).startIndex
        var isAtStart = false
        var isFirst = true
        while index < yaml.endIndex {
            let character = yaml[index]
            if let open = quote {
                if character == open { quote = nil }
            } else {
                if depth == 0, isAtStart, !isFirst, let range = self.key(key, at: index, yaml) { return range }
                switch character {
                case "{", "[": depth += 1
                case "}", "]": depth -= 1
                case "\"", "'": quote = character
                default: break
                }
                if depth < 0 { return nil }
                // A key stands behind a comma, with nothing but blanks between.
                isAtStart = character == "," || (isAtStart && character.isWhitespace)
            }
            isFirst = false
            index = yaml.index(after: index)
        }
        return nil
    }

    /// The key at this place, when it is one and a colon follows.
    private static func key(_ key: String, at start: String.Index, _ yaml: String) -> Range<String.Index>? {
        var rest = yaml[start...]
        var quote: Character?
        if let first = rest.first, first == "\"" || first == "'" {
            quote = first
            rest = rest.dropFirst()
        }
        guard rest.hasPrefix(key) else { return nil }
        rest = rest.dropFirst(key.count)
        if let quote {
            guard rest.first == quote else { return nil }
            rest = rest.dropFirst()
        }
        let end = rest.startIndex
        return rest.drop { $0 == " " }.first == ":" ? start..<end : nil
    }
}
