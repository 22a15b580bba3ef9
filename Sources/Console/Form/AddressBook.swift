import CallBoard
import Piopiy

/// What the form's fields are completed from: contacts, agents, and what was used before.
struct AddressBook: Hashable, Sendable {
    var contacts: [Contact] = []
    var used = UsedValues()
    var agents = AgentBook()
    /// In which country numbers are typed that have no country code.
    var plan = NumberPlan.international

    /// The most suggestions for a field.
    static let limit = 5

    /// The name of a number that is a contact's.
    func contactName(_ number: String) -> String? {
        let key = NormalizedNumber(number, plan: plan)
        return contacts.first { $0.number == number || key?.matches($0.number) == true }?.name
    }

    /// A call was placed: its values are the newest.
    mutating func note(_ call: AICall) {
        func first(_ value: String, _ values: inout [String]) {
            values.removeAll { $0 == value }
            values.insert(value, at: 0)
        }
        first(call.callerID.digits, &used.callers)
        first(call.toNumber.digits, &used.destinations)
        first(call.agentID.text, &used.agents)
    }

    // MARK: Suggestions

    /// What a field may be completed to, the likeliest first.
    func suggestions(for field: FormField, text: String) -> [Suggestion] {
        let found: [Suggestion] =
            switch field {
            case .caller: numbers(used.callers, text)
            case .destination: numbers(used.destinations, text)
            case .agent, .failoverAgent: agents(text)
            default: []
            }
        return Array(found.filter { $0.value != text }.prefix(Self.limit))
    }

    private func numbers(_ used: [String], _ text: String) -> [Suggestion] {
        let digits = NumberPattern(text, plan: plan)?.searchDigits
        var suggestions = used.map { Suggestion(value: $0, words: contactName($0) ?? "") }
        let known = Set(used)
        suggestions += contacts.filter { !known.contains($0.number) }.map {
            Suggestion(value: $0.number, words: $0.name)
        }
        if text.isEmpty { return suggestions }
        return Self.ranked(suggestions, digits ?? text) { digits == nil ? [$0.words.lowercased()] : [$0.value] }
    }

    private func agents(_ text: String) -> [Suggestion] {
        let recent = used.agents.map { agents.agent($0) ?? AgentName(id: $0, name: "") }
        let known = Set(recent.map { $0.id.lowercased() })
        let all = recent + agents.all.filter { !known.contains($0.id.lowercased()) }
        let suggestions = all.filter { $0.id.lowercased() != text.lowercased() }.map { agent in
            let word = agents.word(for: agent)
            let status = agent.status.map { $0 == "active" ? "" : "  \($0)" } ?? ""
            let name = word == agent.id ? agent.name : agent.id
            return Suggestion(value: word, words: name + status)
        }
        if text.isEmpty { return suggestions }
        return Self.ranked(suggestions, text) { [$0.value.lowercased(), $0.words.lowercased()] }
    }

    /// Those that hold what is wanted: at their beginning, at the beginning of a word, anywhere.
    private static func ranked(
        _ suggestions: [Suggestion],
        _ text: String,
        in texts: (Suggestion) -> [String]
    ) -> [Suggestion] {
        let wanted = text.lowercased()
        var ranks: [[Suggestion]] = [[], [], []]
        for suggestion in suggestions {
            let texts = texts(suggestion)
            if texts.contains(where: { $0.hasPrefix(wanted) }) {
                ranks[0].append(suggestion)
            } else if texts.contains(where: { $0.contains(" \(wanted)") }) {
                ranks[1].append(suggestion)
            } else if texts.contains(where: { $0.contains(wanted) }) {
                ranks[2].append(suggestion)
            }
        }
        return ranks.flatMap(\.self)
    }

    // MARK: Agents by name

    /// The id of an agent that is given by its id or its name; `nil` where ``agentProblem(_:)`` says why.
    func agentID(_ text: String) -> String? {
        if UUIDText.problem(with: text) == nil { return text }
        let found = agents.named(text)
        return found.count == 1 ? found[0].id : nil
    }

    /// What is wrong with an agent's id or name.
    func agentProblem(_ text: String) -> String? {
        guard !text.isEmpty, !agents.isEmpty, let problem = UUIDText.problem(with: text) else {
            return UUIDText.problem(with: text)
        }
        let found = agents.named(text)
        switch found.count {
        case 0:
            // One that looks like an id is told what is wrong with it as an id.
            if text.utf8.count == 36 { return problem }
            return "is not an agent's name or id; choose one from the list, or type a UUID"
        case 1: return UUIDText.problem(with: found[0].id).map { _ in "has an id that is not a UUID: \(found[0].id)" }
        default: return "is the name of \(found.count) agents; give the id of the one you mean"
        }
    }

    /// What is wrong with a number, or with a name in a number's place.
    func numberProblem(_ text: String) -> String? {
        guard let problem = NumberReading.problem(with: text, plan: plan), !contacts.isEmpty,
            text.contains(where: \.isLetter)
        else { return NumberReading.problem(with: text, plan: plan) }
        let count = contacts.count { $0.name.lowercased().contains(text.lowercased()) }
        if count == 0 { return "\(problem), or a contact's name" }
        return
            "is the name of \(count == 1 ? "a contact" : "\(count) contacts"), not a number; choose the number from "
            + "the list"
    }
}

/// What a field can be completed to.
struct Suggestion: Hashable, Sendable {
    /// What the field then holds.
    let value: String
    /// What is shown beside it: a number's name, or an agent's id.
    let words: String
}
