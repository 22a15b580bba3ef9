import CallBoard
import Piopiy
import Terminal

/// A form that is to take the place of the one that is there.
struct FormReplacement: Hashable, Sendable {
    let form: CallForm
    /// What is said once it is there.
    let said: String?
}

/// Calling again, and whatever else fills the form at once.
extension ConsoleModel {
    /// Opens the form with the values of the call that is selected or open. Nothing is sent.
    mutating func callAgain() {
        let call: Call?
        switch layers.last {
        case .history: call = history.selected.map { current($0) }
        case .pastCall: call = history.opened.map { current($0) }
        default: call = subject.flatMap { snapshot.call($0) }
        }
        guard let call else {
            sayNothingSelected()
            return
        }
        callAgain(call)
    }

    /// Opens the form with the values of a call.
    mutating func callAgain(_ call: Call) {
        let (form, said) = CallForm.again(call, book: book)
        replaceForm(with: FormReplacement(form: form, said: said))
    }

    /// Puts another form in the place of the one that is there, and opens it. What was typed and not placed is not thrown
    /// away unasked.
    mutating func replaceForm(with replacement: FormReplacement) {
        if form.isUnfinished {
            question = .replaceForm(replacement)
        } else {
            takeForm(replacement)
        }
    }

    mutating func takeForm(_ replacement: FormReplacement) {
        guard showForm() else { return }
        form = replacement.form
        form.book = book
        if let said = replacement.said { say(said, .info) }
    }

    /// Brings the form on top, where it is once.
    /// - Returns: whether it is there now.
    @discardableResult
    mutating func showForm() -> Bool {
        guard mayAct("placed") else { return false }
        layers.removeAll { $0 == .form || $0 == .presets }
        layers.append(.form)
        // A form in which nothing was typed begins with what it lacks.
        if !form.isUnfinished { form.focus = form.caller.isEmpty ? .caller : .destination }
        return true
    }

    /// The form that a console before this one was left with.
    public mutating func restore(draft: String) {
        upkeep.note(.anything)
        form = CallForm(draft: draft)
        form.book = book
    }

    // MARK: Suggestions

    /// Takes a key that is for the suggestions under the field, if it is one.
    /// - Returns: whether it was.
    mutating func pressSuggestions(_ key: Key, _ action: Action?) -> Bool {
        switch action {
        case .nextSuggestion, .previousSuggestion:
            if !form.moveSuggestion(by: action == .nextSuggestion ? 1 : -1) {
                say("there are no suggestions for this field", .info)
            }
            return true
        case .close where !form.suggestions.isEmpty:
            form.closeSuggestions()
            return true
        case .nextField: return form.takeSuggestion()
        default: break
        }
        // The arrows go between the fields, but for a list that was gone into.
        guard form.highlighted != nil else { return false }
        switch key {
        case .enter: return form.takeSuggestion()
        case .up, .down: return form.moveSuggestion(by: key == .down ? 1 : -1)
        default: return false
        }
    }
}
