import CallBoard
import Campaigns
import Piopiy

/// What a command line can go on with.
struct CommandCompletion: Sendable {
    struct Candidate: Hashable, Sendable {
        /// What is put into the line in place of what was begun.
        let text: String
        let explanation: String
        /// The key that does the same.
        var key: String?
        /// Whether a word is whole with it, so that the next one can begin.
        var isWhole = true
    }

    /// Where what was begun starts in the line, counted in characters.
    let start: Int
    let candidates: [Candidate]
    /// The command whose arguments are being typed.
    let command: CommandEntry?

    /// What there is to choose from.
    struct Surroundings: Sendable {
        /// In the order of the board.
        let calls: [Call]
        let book: AddressBook
        let themes: [String]
        let keymap: Keymap
        let campaigns: [Campaign]
    }

    /// - Parameter line: up to the cursor.
    init(_ line: String, _ around: Surroundings) {
        let cut = CommandWords(line)
        let isNew = !cut.isOpen && (line.last?.isWhitespace ?? true)
        let begun = isNew ? nil : cut.words.last
        let before = isNew ? cut.words[...] : cut.words.dropLast()
        start = begun?.start ?? line.count
        let word = begun?.text ?? ""
        command = before.first.flatMap { CommandBook.entry(named: $0.text) }
        guard let entry = command else {
            candidates = before.isEmpty ? Self.commands(word, around.keymap) : []
            return
        }
        let words = before.dropFirst().map { $0.keyword ?? "" }
        candidates = Self.arguments(entry.name, Array(words), word, around)
    }

    private static func commands(_ word: String, _ keymap: Keymap) -> [Candidate] {
        let begun = word.lowercased()
        return CommandBook.entries.filter { $0.name.hasPrefix(begun) }.map { entry in
            Candidate(
                text: entry.name,
                explanation: entry.explanation,
                key: keymap.key(of: entry),
                // A blank is for the words behind it.
                isWhole: !entry.arguments.isEmpty
            )
        }
    }

    // MARK: Arguments

    private static func arguments(
        _ command: String,
        _ before: [String],
        _ word: String,
        _ around: Surroundings
    ) -> [Candidate] {
        let live = around.calls.filter { !$0.isEnded }
        switch command {
        case "call": return call(before, word, around)
        case "hang-up":
            if before.last == "cause" { return words(HangUpForm.usual.map { ($0.name, $0.meaning) }, word) }
            if before.last == "reason" { return [] }
            let keywords = [("cause", "\(HangUp.defaultCause) and others"), ("reason", "in words, for the records")]
            return calls(live, word, around) + words(keywords.filter { !before.contains($0.0) }, word)
        case "show", "copy-id", "call-again": return before.isEmpty ? calls(around.calls, word, around) : []
        case "mark", "unmark":
            return calls(live, word, around) + (before.isEmpty ? words([("all", "all calls")], word) : [])
        case "transfer": return transfer(before, word, live, around)
        case "settle": return settle(before, word, around)
        case "sort":
            let columns = CallOrder.Column.allCases.map { ($0.rawValue, "") }
            return before.isEmpty ? words(columns, word) : before.count == 1 ? words([("reversed", "")], word) : []
        case "theme": return before.isEmpty ? words(around.themes.map { ($0, "") }, word) : []
        case "columns": return columns(before, word, around)
        case "campaign": return campaign(before, word, around)
        case "filter", "history": return filter(word)
        case "help": return before.isEmpty ? words(CommandBook.entries.map { ($0.name, $0.explanation) }, word) : []
        default: return []
        }
    }

    private static func call(_ before: [String], _ word: String, _ around: Surroundings) -> [Candidate] {
        switch before.last {
        case nil, "from": return contacts(word, around)
        case "agent": return agents(word, around)
        case "max": return []
        case "ring": return []
        default: break
        }
        let all = [
            ("from", "the caller id"), ("agent", "a name or an id"), ("max", "seconds, 30 to 7200"),
            ("ring", "seconds, 5 to 120"), ("record", ""), ("no-record", ""),
        ]
        return words(all.filter { !before.contains($0.0) }, word)
    }

    private static func transfer(
        _ before: [String],
        _ word: String,
        _ live: [Call],
        _ around: Surroundings
    ) -> [Candidate] {
        let kinds = [
            ("warm", "a person is called while the agent talks on"), ("blind", "the caller is transferred at once"),
        ]
        guard let kind = before.firstIndex(where: { $0 == "warm" || $0 == "blind" }) else {
            if before.count > 1 { return [] }
            let talking = live.filter { $0.stage == .talking }
            return (before.isEmpty ? calls(talking, word, around) : []) + words(kinds, word)
        }
        if kind == before.count - 1 || before.last == "caller" { return contacts(word, around) }
        if before.last == "ring" || before.last == "summary" { return [] }
        let all =
            before[kind] == "blind"
            ? [("caller", "the caller id that is shown")]
            : [
                ("caller", "the caller id that is shown"), ("ring", "seconds, 5 to 120"),
                ("confirm", "the person presses 1 first"), ("summary", "text for the person"),
            ]
        return words(all.filter { !before.contains($0.0) }, word)
    }

    private static func settle(_ before: [String], _ word: String, _ around: Surroundings) -> [Candidate] {
        let verdicts = [
            ("was-placed", Action.wasPlaced.explanation), ("was-not-placed", Action.wasNotPlaced.explanation),
            ("is", "it is the call with this id"), ("is-over", Action.isOver.explanation),
            ("again", Action.placeAgain.explanation), ("take-back", "take the settlement back"),
        ]
        if before.last == "is" { return calls(around.calls.filter { $0.callID != nil && $0.ref == nil }, word, around) }
        if before.contains(where: { name in verdicts.contains { $0.0 == name } }) || before.count > 1 { return [] }
        let doubtful = around.calls.filter { $0.needsWord || $0.word != nil }
        return (before.isEmpty ? calls(doubtful, word, around) : []) + words(verdicts, word)
    }

    private static func columns(_ before: [String], _ word: String, _ around: Surroundings) -> [Candidate] {
        // Enough to find the keys that are in use.
        let keys = Set(
            around.calls.prefix(200).flatMap { call -> [String] in
                guard let text = call.variables, let json = try? JSONValue(parsing: text.utf8) else { return [] }
                return json.object?.keys.map { "var:\($0)" } ?? []
            }
        )
        let all = BoardColumn.named.map(\.word) + keys.filter { BoardColumn(word: $0) != nil }.sorted()
        return words(all.filter { !before.contains($0) }.map { ($0, "") }, word)
    }

    private static func campaign(_ before: [String], _ word: String, _ around: Surroundings) -> [Candidate] {
        guard let verb = before.first else {
            return words(
                [
                    ("run", "dial the numbers of a list"), ("pause", CampaignOrder.pause.words),
                    ("resume", CampaignOrder.resume.words), ("stop", CampaignOrder.stop.words),
                    ("pace", "dial faster or slower"),
                ],
                word
            )
        }
        if verb == "run" {
            switch before.last {
            case "from": return contacts(word, around)
            case "agent": return agents(word, around)
            case "run", "name", "max", "ring", "rate", "at-once", "map", "columns": return []
            default: break
            }
            let all = CampaignRun.keywords.map { ($0, "") }
            return words(all.filter { $0.0 == "map" || !before.contains($0.0) }, word)
        }
        let names = around.campaigns.filter(\.state.isOpen).map { ($0.name, $0.word) }
        if before.count == 1 { return words(names, word) }
        return verb == "pace" ? words([("rate", "calls per minute"), ("at-once", "calls")], word) : []
    }

    private static func filter(_ word: String) -> [Candidate] {
        let begun = word.lowercased()
        if begun.hasPrefix("state:") { return words(CallFilter.states.map { ("state:\($0)", "") }, word) }
        return CallFilter.keys.filter { $0.hasPrefix(begun) }.map {
            Candidate(text: $0, explanation: "", isWhole: false)
        }
    }

    // MARK: Kinds of words

    private static func words(_ all: [(String, String)], _ word: String) -> [Candidate] {
        let begun = word.lowercased()
        return all.filter { $0.0.lowercased().hasPrefix(begun) }.map {
            Candidate(text: CommandWords.typed($0.0), explanation: $0.1)
        }
    }

    private static func calls(_ calls: [Call], _ word: String, _ around: Surroundings) -> [Candidate] {
        let begun = word.lowercased()
        let beginning = NumberPattern(word + "*", plan: around.book.plan)
        return calls.compactMap { call in
            guard let id = call.callID?.text ?? call.ref?.text else { return nil }
            let names = [call.callID?.text.lowercased(), call.ref?.text, call.to].compactMap(\.self)
            guard begun.isEmpty || names.contains(where: { $0.hasPrefix(begun) }) || beginning?.matches(call.to) == true
            else {
                return nil
            }
            return Candidate(
                text: CommandWords.typed(id),
                explanation: "to \(call.to ?? "?"), \(Words.stage(call))"
            )
        }
    }

    private static func contacts(_ word: String, _ around: Surroundings) -> [Candidate] {
        let begun = word.lowercased()
        let beginning = NumberPattern(word + "*", plan: around.book.plan)
        return around.book.contacts
            .filter { contact in
                contact.name.lowercased().hasPrefix(begun) || contact.number.hasPrefix(begun)
                    || beginning?.matches(contact.number) == true
            }
            .map { Candidate(text: CommandWords.typed($0.name), explanation: $0.number) }
    }

    private static func agents(_ word: String, _ around: Surroundings) -> [Candidate] {
        let begun = word.lowercased()
        return around.book.agents.all
            .filter { $0.name.lowercased().hasPrefix(begun) || $0.id.lowercased().hasPrefix(begun) }
            .map { Candidate(text: CommandWords.typed(around.book.agents.word(for: $0)), explanation: $0.id) }
    }
}
