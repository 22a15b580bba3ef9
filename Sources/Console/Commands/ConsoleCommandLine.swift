/// A command as it was typed, understood: whatever a key does, and what takes words. The line of the screen and the plain
/// console both speak it.
enum ConsoleCommandLine: Hashable, Sendable {
    /// What a key does, on what is selected.
    case perform(Action)
    case call(CallWords)
    /// Calls by their names, as ``CallFinder`` knows them; none for the marked or the selected ones.
    case hangUp([String], cause: String?, reason: String?)
    case transfer(TransferWords)
    case settle(String?, Verdict?)
    case mark([String])
    case unmark([String])
    case show(String)
    case copyID(String?)
    case callAgain(String)
    case calls
    /// As it was typed; empty for all calls.
    case filter(String)
    case sort(CallOrder.Column, isReversed: Bool)
    case theme(String)
    /// The form that was saved under this name.
    case preset(String)
    /// None for those that fit the width.
    case columns([BoardColumn])
    /// As it was typed; empty for all calls.
    case history(String)
    case campaign(CampaignWords)
    case help(CommandEntry)

    /// What became of a call in doubt.
    enum Verdict: Hashable, Sendable {
        case wasPlaced, wasNotPlaced, again, isOver
        /// What was said of it before counts no more.
        case takeBack
        /// It is the call of this id, or of one that begins so.
        case isCall(String)
    }

    /// - Throws: ``CommandMistake``.
    init(parsing line: String) throws(CommandMistake) {
        let text = Self.body(of: line)
        let cut = CommandWords(text)
        guard let first = cut.words.first else { throw CommandMistake("nothing was typed; help lists the commands") }
        guard let entry = CommandBook.entry(named: first.text) else { throw Self.noCommand(first.text) }
        // A filter is no list of words of ours: quotation marks are looked for in it like anything else.
        if entry.name == "filter" || entry.name == "history" {
            let rest = Self.trimmed(text.dropFirst(first.text.count))
            if entry.name == "history" {
                self = .history(rest)
            } else {
                self = rest.isEmpty ? .perform(.filter) : .filter(rest)
            }
            return
        }
        if cut.isOpen { throw CommandMistake("a quotation mark is missing at the end") }
        var reader = WordReader(entry.name, cut.words.dropFirst())
        self = try Self.parse(entry, &reader)
        try reader.finish()
    }

    /// A line without the blanks around it, and without a colon that somebody typed out of habit.
    private static func body(of line: String) -> String {
        let text = trimmed(line[...])
        return text.hasPrefix(":") ? trimmed(text.dropFirst()) : text
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private static func noCommand(_ text: String) -> CommandMistake {
        let meant = Spelling.nearest(to: text, among: CommandBook.entries.map(\.name))
        return CommandMistake(
            "“\(text)” is not a command; "
                + (meant.map { "did you mean \($0)?" } ?? "help lists them")
        )
    }

    private static func parse(_ entry: CommandEntry, _ reader: inout WordReader) throws(CommandMistake) -> Self {
        let isAlone = reader.isAtEnd
        switch entry.name {
        case "call": return .call(try CallWords(&reader))
        case "hang-up": return isAlone ? .perform(.hangUp) : try hangUp(&reader)
        case "transfer": return isAlone ? .perform(.transfer) : .transfer(try TransferWords(&reader))
        case "settle": return isAlone ? .perform(.settle) : try settle(&reader)
        case "show": return reader.next().map { .show($0.text) } ?? .perform(.details)
        case "copy-id": return .copyID(reader.next()?.text)
        case "call-again": return reader.next().map { .callAgain($0.text) } ?? .perform(.callAgain)
        case "calls": return .calls
        case "mark": return isAlone ? .perform(.mark) : try marks(&reader).map { .mark($0) } ?? .perform(.markAll)
        case "unmark": return isAlone ? .perform(.unmark) : try marks(&reader).map { .unmark($0) } ?? .perform(.unmark)
        case "sort": return isAlone ? .perform(.sort) : try sort(&reader)
        case "theme":
            guard let name = reader.next() else { throw CommandMistake("theme needs a name") }
            return .theme(name.text)
        case "columns": return try columns(&reader)
        case "campaign": return .campaign(try CampaignWords(&reader))
        case "presets":
            var words: [String] = []
            while let word = reader.next() { words.append(word.text) }
            return isAlone ? .perform(.presets) : .preset(words.joined(separator: " "))
        case "help":
            guard let word = reader.next() else { return .perform(.help) }
            guard let entry = CommandBook.entry(named: word.text) else { throw noCommand(word.text) }
            return .help(entry)
        default:
            guard let action = entry.action else { throw noCommand(entry.name) }
            return .perform(action)
        }
    }

    private static func hangUp(_ reader: inout WordReader) throws(CommandMistake) -> Self {
        var names: [String] = []
        var cause: String?
        var reason: String?
        while let word = reader.next() {
            switch word.keyword {
            case "cause": cause = try text(&reader, "cause", "a cause such as NORMAL_CLEARING", limit: 64)
            case "reason": reason = try text(&reader, "reason", "a text between quotation marks", limit: 256)
            default:
                guard cause == nil, reason == nil else { throw reader.unexpected(word, keywords: ["cause", "reason"]) }
                names.append(word.text)
            }
        }
        return .hangUp(names, cause: cause, reason: reason)
    }

    private static func text(
        _ reader: inout WordReader,
        _ keyword: String,
        _ what: String,
        limit: Int
    ) throws(CommandMistake) -> String {
        let text = try reader.value(of: keyword, what)
        let count = text.unicodeScalars.count
        guard (1...limit).contains(count) else {
            throw CommandMistake("\(keyword) has \(count) characters; it must have 1 to \(limit)")
        }
        return text
    }

    private static let verdicts = ["was-placed", "was-not-placed", "is", "again", "is-over", "take-back"]

    private static func settle(_ reader: inout WordReader) throws(CommandMistake) -> Self {
        let call = reader.next(unless: verdicts)
        guard let word = reader.next() else { return .settle(call, nil) }
        switch word.keyword {
        case "was-placed": return .settle(call, .wasPlaced)
        case "was-not-placed": return .settle(call, .wasNotPlaced)
        case "again": return .settle(call, .again)
        case "is-over": return .settle(call, .isOver)
        case "take-back": return .settle(call, .takeBack)
        case "is": return .settle(call, .isCall(try reader.value(of: "is", "a call's id")))
        default:
            let meant = Spelling.nearest(to: word.text, among: verdicts).map { "did you mean \($0)?" }
            throw CommandMistake(
                "settle does not know “\(word.text)”; \(meant ?? "use \(verdicts.joined(separator: ", "))")"
            )
        }
    }

    /// - Returns: `nil` for all calls.
    private static func marks(_ reader: inout WordReader) throws(CommandMistake) -> [String]? {
        var names: [String] = []
        while let word = reader.next() {
            if word.keyword == "all" {
                guard names.isEmpty, reader.isAtEnd else {
                    throw CommandMistake("use all alone: \(reader.command) all")
                }
                return nil
            }
            names.append(word.text)
        }
        return names
    }

    private static func sort(_ reader: inout WordReader) throws(CommandMistake) -> Self {
        let columns = CallOrder.Column.allCases
        guard let word = reader.next() else { return .perform(.sort) }
        guard let column = columns.first(where: { $0.rawValue == word.keyword }) else {
            let words = columns.map(\.rawValue).joined(separator: ", ")
            throw CommandMistake("“\(word.text)” is not a column to sort by; the columns are \(words)")
        }
        guard let order = reader.next() else { return .sort(column, isReversed: false) }
        guard let keyword = order.keyword, keyword == "reversed" || keyword == "reverse" else {
            throw reader.unexpected(order, keywords: ["reversed"])
        }
        return .sort(column, isReversed: true)
    }

    private static func columns(_ reader: inout WordReader) throws(CommandMistake) -> Self {
        var columns: [BoardColumn] = []
        while let word = reader.next() {
            guard let column = BoardColumn(word: word.text) else {
                let words = BoardColumn.named.map(\.word)
                let meant = Spelling.nearest(to: word.text, among: words).map { "did you mean \($0)?" }
                let listed = "the columns are \(words.joined(separator: ", ")) and var:KEY for a variable"
                throw CommandMistake("“\(word.text)” is not a column; \(meant ?? listed)")
            }
            if !columns.contains(column) { columns.append(column) }
        }
        return .columns(columns)
    }
}
