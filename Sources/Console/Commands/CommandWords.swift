/// A command line cut into words at blanks.
///
/// What stands between quotation marks is one word, blanks and all; in it `\"` is a quotation mark and `\\` a backslash.
struct CommandWords: Hashable, Sendable {
    struct Word: Hashable, Sendable {
        let text: String
        /// Whether some of it stood between quotation marks; it is then taken as it is, and is no keyword.
        let isQuoted: Bool
        /// Where it begins, counted in characters.
        let start: Int

        /// The word in lower case, for looking it up; `nil` for one that was quoted.
        var keyword: String? { isQuoted ? nil : text.lowercased() }
    }

    let words: [Word]
    /// Whether a quotation mark is missing at the end.
    let isOpen: Bool

    init(_ line: String) {
        let characters = Array(line)
        var words: [Word] = []
        var text = ""
        var start: Int?
        var isQuoted = false
        var isInside = false
        func finish() {
            guard let begun = start else { return }
            words.append(Word(text: text, isQuoted: isQuoted, start: begun))
            (text, start, isQuoted) = ("", nil, false)
        }
        var index = 0
        while index < characters.count {
            let character = characters[index]
            let next = index + 1 < characters.count ? characters[index + 1] : nil
            if isInside, character == "\\", let next, next == "\"" || next == "\\" {
                text.append(next)
                index += 1
            } else if character == "\"" {
                isInside.toggle()
                isQuoted = true
                start = start ?? index
            } else if character.isWhitespace, !isInside {
                finish()
            } else {
                text.append(character)
                start = start ?? index
            }
            index += 1
        }
        finish()
        self.words = words
        isOpen = isInside
    }

    /// A text as it has to be typed to be one word.
    static func typed(_ text: String) -> String {
        guard text.isEmpty || text.contains(where: { $0.isWhitespace || $0 == "\"" }) else { return text }
        var quoted = "\""
        for character in text {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character)
        }
        return quoted + "\""
    }
}

/// Takes a command's words one after the other.
struct WordReader {
    /// The command's name, for what is said of mistakes.
    let command: String
    private var rest: ArraySlice<CommandWords.Word>
    private var seen: Set<String> = []

    init(_ command: String, _ words: some Sequence<CommandWords.Word>) {
        self.command = command
        rest = ArraySlice(Array(words))
    }

    var isAtEnd: Bool { rest.isEmpty }
    private var keyword: String? { rest.first?.keyword }

    mutating func next() -> CommandWords.Word? { rest.popFirst() }

    /// The next word's text, unless it is one of these keywords.
    mutating func next(unless keywords: [String]) -> String? {
        if let keyword, keywords.contains(keyword) { return nil }
        return rest.popFirst()?.text
    }

    /// The word behind a keyword; each keyword is given once.
    mutating func value(of keyword: String, _ what: String) throws(CommandMistake) -> String {
        try once(keyword)
        guard let word = rest.popFirst() else { throw CommandMistake("\(keyword) needs a value: \(what)") }
        return word.text
    }

    mutating func once(_ keyword: String) throws(CommandMistake) {
        guard seen.insert(keyword).inserted else { throw CommandMistake("\(keyword) appears twice; give it once") }
    }

    /// - Throws: when a word is left.
    func finish() throws(CommandMistake) {
        if let word = rest.first { throw unexpected(word) }
    }

    /// - Parameter keywords: what could have been meant.
    func unexpected(_ word: CommandWords.Word, keywords: [String] = []) -> CommandMistake {
        let usage = CommandBook.entry(named: command)?.usage ?? command
        let meant = Spelling.nearest(to: word.text, among: keywords).map { "; did you mean \($0)?" } ?? "."
        return CommandMistake("unexpected word “\(word.text)”\(meant) Usage: \(usage)")
    }
}
