import Piopiy

/// Completing a field from what is known.
///
/// Nothing is ever put in by itself: a suggestion is looked for with keys of its own, and then taken.
extension CallForm {
    /// What the field with the focus can be completed to, while that is shown.
    var suggestions: [Suggestion] {
        guard isListing, let text = text(of: focus) else { return [] }
        return book.suggestions(for: focus, text: text.text)
    }

    /// The suggestion that Enter and Tab take.
    var highlighted: Suggestion? { chosen.flatMap { suggestions.contains($0) ? $0 : nil } }

    mutating func closeSuggestions() {
        isListing = false
        chosen = nil
    }

    /// Opens the list, or goes on in it.
    /// - Returns: whether there is anything to choose.
    mutating func moveSuggestion(by step: Int) -> Bool {
        guard text(of: focus) != nil else { return false }
        isListing = true
        let suggestions = suggestions
        guard !suggestions.isEmpty else {
            closeSuggestions()
            return false
        }
        guard let index = chosen.flatMap({ suggestions.firstIndex(of: $0) }) else {
            chosen = step > 0 ? suggestions.first : suggestions.last
            return true
        }
        // Beyond the ends nothing is chosen, and what was typed stays.
        let next = index + step
        chosen = suggestions.indices.contains(next) ? suggestions[next] : nil
        return true
    }

    /// Takes the highlighted suggestion and goes on to the next field.
    /// - Returns: whether there was one.
    mutating func takeSuggestion() -> Bool {
        guard let highlighted, var field = text(of: focus) else { return false }
        field.text = highlighted.value
        setText(field, of: focus)
        if focus.isPhone { setNumber(highlighted.value, in: focus) }
        closeSuggestions()
        move(by: 1)
        return true
    }

    /// What is shown beside a field: the name of the number or id in it, else its hint.
    func hint(of field: FormField) -> String {
        guard let text = text(of: field)?.text, !text.isEmpty else { return field.hint }
        switch field {
        case .caller, .destination: return book.contactName(text) ?? field.hint
        case .agent, .failoverAgent: return book.agents.name(of: text) ?? field.hint
        default: return field.hint
        }
    }

    /// What is shown under a field: the agent that a name stands for.
    func note(of field: FormField) -> String? {
        guard field == .agent || field == .failoverAgent, let text = text(of: field)?.text else { return nil }
        let found = book.agents.named(text)
        guard found.count == 1, UUIDText.problem(with: text) != nil else { return nil }
        let status = found[0].status.map { $0 == "active" ? "" : "  \($0)" } ?? ""
        return "id \(found[0].id)\(status)"
    }
}
