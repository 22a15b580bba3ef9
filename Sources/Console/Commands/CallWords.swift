import CallBoard
import Piopiy

/// What stands behind `call`: a number, and keywords in any order.
struct CallWords: Hashable, Sendable {
    struct Variable: Hashable, Sendable {
        let key: String
        let value: String
        /// It was quoted, so it is text whatever it looks like.
        let isText: Bool
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
                guard let sign = word.text.firstIndex(of: "="), sign != word.text.startIndex else {
                    throw reader.unexpected(word, keywords: Self.keywords)
                }
                let value = String(word.text[word.text.index(after: sign)...])
                variables.append(Variable(key: String(word.text[..<sign]), value: value, isText: word.isQuoted))
            }
        }
    }

    /// Whether everything that a call needs was said, so that it can be placed as it stands.
    var isWhole: Bool { to != nil && from != nil && agent != nil }

    /// The form with all of it filled in over what it holds.
    /// - Throws: ``CommandMistake`` for a value that cannot be right.
    func filled(_ form: CallForm, contacts: [Contact], agents: [AgentName]) throws(CommandMistake) -> CallForm {
        var form = form
        if let to { form.destination.text = try Self.number(to, "the number", contacts) }
        if let from { form.caller.text = try Self.number(from, "from", contacts) }
        if let agent { form.agent.text = try Self.agentID(agent, agents) }
        if let maxDuration {
            form.maxDuration.text = try Self.seconds(maxDuration, "max", CallOptions.maxDurationRange)
        }
        if let ringTimeout {
            form.ringTimeout.text = try Self.seconds(ringTimeout, "ring", CallOptions.ringTimeoutRange)
        }
        if let record { form.record = record ? .yes : .no }
        if !variables.isEmpty { form.variables = try rows() }
        form.problems = [:]
        form.question = nil
        form.showsPreview = false
        return form
    }

    private func rows() throws(CommandMistake) -> [VariableRow] {
        guard variables.count < CallForm.variableLimit else {
            throw CommandMistake("there are \(variables.count) variables; a call takes \(CallForm.variableLimit - 1)")
        }
        var rows: [VariableRow] = []
        for variable in variables {
            if let problem = VariableKey.problem(with: variable.key) {
                throw CommandMistake("the key “\(variable.key)” \(problem)")
            }
            if rows.contains(where: { $0.key.text == variable.key }) {
                throw CommandMistake("\(variable.key) is there twice; each key can be given once")
            }
            var row = VariableRow()
            guard variable.value.count <= row.value.limit else {
                throw CommandMistake("\(variable.key) has more than \(row.value.limit) characters")
            }
            row.key.text = variable.key
            row.value.text = variable.value
            if variable.isText { row.chosenKind = .text }
            rows.append(row)
        }
        return rows + [VariableRow()]
    }

    /// A number with its formatting dropped, or the number of a contact that is called so.
    static func number(_ text: String, _ what: String, _ contacts: [Contact]) throws(CommandMistake) -> String {
        let named = Set(contacts.filter { $0.name.lowercased() == text.lowercased() }.map(\.number))
        if named.count > 1 { throw CommandMistake("\(what): several contacts are called \(text); give the number") }
        if let number = named.first { return number }
        let digits = PhoneText.bare(text)
        guard let problem = PhoneNumber.problem(with: digits) else { return digits }
        if digits.contains(where: \.isLetter) {
            let meant = Spelling.nearest(to: text, among: contacts.map(\.name)).map { "; did you mean \($0)?" }
            throw CommandMistake("\(what): “\(text)” is no number and no contact's name\(meant ?? "")")
        }
        throw CommandMistake("\(what) \(problem)")
    }

    /// An agent's id: as it was given, or of the one agent that is called so. Who talks to a customer is not guessed.
    static func agentID(_ text: String, _ agents: [AgentName]) throws(CommandMistake) -> String {
        guard let problem = UUIDText.problem(with: text) else { return text }
        let ids = Set(agents.filter { $0.name.lowercased() == text.lowercased() }.map(\.id))
        if ids.count > 1 { throw CommandMistake("agent: \(ids.count) agents are called “\(text)”; give the id") }
        if let id = ids.first { return id }
        if agents.isEmpty { throw CommandMistake("agent \(problem); no agent has a name here") }
        let meant = Spelling.nearest(to: text, among: agents.map(\.name)).map { "did you mean \($0)?" }
        throw CommandMistake("no agent is called “\(text)”; \(meant ?? "agents lists them; an id will do too")")
    }

    private static func seconds(
        _ text: String,
        _ what: String,
        _ range: ClosedRange<Int>
    ) throws(CommandMistake) -> String {
        guard let seconds = Int(text), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw CommandMistake("\(what) takes seconds, \(range.lowerBound) to \(range.upperBound)")
        }
        if let problem = CallOptions.problem(with: seconds, in: range) { throw CommandMistake("\(what) \(problem)") }
        return String(seconds)
    }
}

/// Phone numbers as people write them.
enum PhoneText {
    /// Without blanks, plus, dashes, dots and brackets.
    static func bare(_ text: String) -> String {
        text.filter { !$0.isWhitespace && !"+-().\u{2010}\u{2011}\u{2012}\u{2013}\u{2212}".contains($0) }
    }
}
