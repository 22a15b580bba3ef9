import CallBoard
import Piopiy

/// What stands behind `call`: a number, and keywords in any order.
struct CallWords: Hashable, Sendable {
    struct Variable: Hashable, Sendable {
        let key: String
        let value: String
        /// It was quoted, so it is text whatever it looks like.
        let isText: Bool

        /// `KEY=VALUE`; `nil` for a word that is none.
        init?(_ word: CommandWords.Word) {
            guard let sign = word.text.firstIndex(of: "="), sign != word.text.startIndex else { return nil }
            key = String(word.text[..<sign])
            value = String(word.text[word.text.index(after: sign)...])
            isText = word.isQuoted
        }

        /// As a form has it.
        func row() throws(CommandMistake) -> VariableRow {
            if let problem = VariableKey.problem(with: key) { throw CommandMistake("the key “\(key)” \(problem)") }
            var row = VariableRow()
            guard value.count <= row.value.limit else {
                throw CommandMistake("the value of \(key) has more than \(row.value.limit) characters")
            }
            row.key.text = key
            row.value.text = value
            if isText { row.chosenKind = .text }
            return row
        }
    }

    var to: String?
    var from: String?
    var agent: String?
    var maxDuration: String?
    var ringTimeout: String?
    var record: Bool?
    var variables: [Variable] = []

    static let keywords = ["from", "agent", "max", "ring", "record", "no-record"]

    init(_ reader: inout WordReader) throws(CommandMistake) {
        to = reader.next(unless: Self.keywords)
        while let word = reader.next() {
            switch word.keyword {
            case "from": from = try reader.value(of: "from", "a number")
            case "agent": agent = try reader.value(of: "agent", "an agent's name or id")
            case "max": maxDuration = try reader.value(of: "max", "seconds")
            case "ring": ringTimeout = try reader.value(of: "ring", "seconds")
            case "record", "no-record":
                try reader.once("record or no-record")
                record = word.keyword == "record"
            default:
                guard let variable = Variable(word) else { throw reader.unexpected(word, keywords: Self.keywords) }
                variables.append(variable)
            }
        }
    }

    /// Whether everything that a call needs was said, so that it can be placed as it stands.
    var isWhole: Bool { to != nil && from != nil && agent != nil }

    /// The form with all of it filled in over what it holds.
    /// - Throws: ``CommandMistake`` for a value that cannot be right.
    func filled(_ form: CallForm, book: AddressBook) throws(CommandMistake) -> CallForm {
        var form = form
        form.book = book
        form.typedNumbers = [:]
        if let to { form.setNumber(try Self.number(to, "the number", book), in: .destination) }
        if let from { form.setNumber(try Self.number(from, "from", book), in: .caller) }
        if let agent { form.agent.text = try Self.agentID(agent, book.agents) }
        if let maxDuration {
            form.maxDuration.text = String(try Self.seconds(maxDuration, "max", CallOptions.maxDurationRange))
        }
        if let ringTimeout {
            form.ringTimeout.text = String(try Self.seconds(ringTimeout, "ring", CallOptions.ringTimeoutRange))
        }
        if let record { form.record = record ? .yes : .no }
        if !variables.isEmpty { form.variables = try rows() }
        form.problems = [:]
        form.showsPreview = false
        form.closeSuggestions()
        return form
    }

    private func rows() throws(CommandMistake) -> [VariableRow] {
        guard variables.count < CallForm.variableLimit else {
            throw CommandMistake(
                "there are \(variables.count) variables; a call can have \(CallForm.variableLimit - 1)"
            )
        }
        var rows: [VariableRow] = []
        for variable in variables {
            let row = try variable.row()
            if rows.contains(where: { $0.key.text == variable.key }) {
                throw CommandMistake("\(variable.key) appears twice; give each key once")
            }
            rows.append(row)
        }
        return rows + [VariableRow()]
    }

    /// A number as a person writes it, or the number of a contact that is called so.
    static func number(_ text: String, _ what: String, _ book: AddressBook) throws(CommandMistake) -> String {
        let contacts = book.contacts
        let named = Set(contacts.filter { $0.name.lowercased() == text.lowercased() }.map(\.number))
        if named.count > 1 { throw CommandMistake("\(what): several contacts have the name \(text); give the number") }
        if let number = named.first { return number }
        let refusal: NumberRefusal
        do throws(NumberRefusal) {
            return try NumberReading.read(text, plan: book.plan).digits
        } catch {
            refusal = error
        }
        if refusal.isForLetter {
            let meant = Spelling.nearest(to: text, among: contacts.map(\.name)).map { "; did you mean \($0)?" }
            throw CommandMistake("\(what): “\(text)” is neither a number nor a contact's name\(meant ?? "")")
        }
        throw CommandMistake("\(what) \(refusal.problem)")
    }

    /// An agent's id: as it was given, or of the one agent that is called so. Who talks to a customer is not guessed.
    static func agentID(_ text: String, _ agents: AgentBook) throws(CommandMistake) -> String {
        guard let problem = UUIDText.problem(with: text) else { return text }
        switch agents.match(text) {
        case .one(let agent): return agent.id
        case .several(let found): throw CommandMistake("agent \(AgentBook.severalWords(text, found))")
        case .none(let nearest):
            if agents.isEmpty { throw CommandMistake("agent \(problem); no agent names are known here") }
            let meant = nearest.map { "did you mean \($0)?" }
            throw CommandMistake("there is no agent “\(text)”; \(meant ?? "agents lists them; an id works too")")
        }
    }

    static func seconds(
        _ text: String,
        _ what: String,
        _ range: ClosedRange<Int>
    ) throws(CommandMistake) -> Int {
        guard let seconds = Int(text), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw CommandMistake(
                "\(what) must be a whole number of seconds from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        if let problem = CallOptions.problem(with: seconds, in: range) { throw CommandMistake("\(what) \(problem)") }
        return seconds
    }
}
