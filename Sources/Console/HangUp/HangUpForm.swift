import CallBoard
import Piopiy
import Terminal

/// The dialog that hangs calls up with a cause and a reason.
struct HangUpForm: Hashable, Sendable {
    enum Field: Hashable, Sendable, CaseIterable {
        case cause, reason, send

        var label: String {
            switch self {
            case .cause: "Cause"
            case .reason: "Reason"
            case .send: ""
            }
        }
    }

    /// A hangup cause and what it says.
    struct Cause: Hashable, Sendable {
        let name: String
        let meaning: String
    }

    /// The usual causes: the platform's own default, and names of ITU-T Q.850 as softswitches spell them. Others are typed.
    static let usual = [
        Cause(name: HangUp.defaultCause, meaning: "an ordinary end"),
        Cause(name: "USER_BUSY", meaning: "as if busy"),
        Cause(name: "NO_ANSWER", meaning: "as if nobody answered"),
        Cause(name: "CALL_REJECTED", meaning: "as if rejected"),
        Cause(name: "NORMAL_TEMPORARY_FAILURE", meaning: "try again later"),
        Cause(name: "UNALLOCATED_NUMBER", meaning: "no such number"),
    ]

    /// The calls that it ends: those that were selected or marked when it was opened, whatever is selected since.
    let calls: [CallKey]
    var cause = TextField(HangUp.defaultCause, limit: 64)
    var reason = TextField(limit: 256)
    var focus = Field.cause
    var problems: [Field: String] = [:]

    init(calls: [CallKey]) { self.calls = calls }

    func text(of field: Field) -> TextField? {
        switch field {
        case .cause: cause
        case .reason: reason
        case .send: nil
        }
    }

    private mutating func setText(_ text: TextField, of field: Field) {
        switch field {
        case .cause: cause = text
        case .reason: reason = text
        case .send: break
        }
        problems[field] = nil
    }

    // MARK: Keys

    mutating func move(by step: Int) {
        problems[.send] = nil
        let fields = Field.allCases
        let index = fields.firstIndex(of: focus) ?? 0
        focus = fields[(index + step + fields.count) % fields.count]
    }

    /// Takes a key that no binding of the dialog claims.
    /// - Returns: whether the calls should now be hung up (Enter on the button).
    mutating func take(_ key: Key) -> Bool {
        switch (focus, key) {
        case (.send, .enter): return true
        case (.cause, .up): choose(by: -1)
        case (.cause, .down): choose(by: 1)
        case (_, .enter), (_, .down): move(by: 1)
        case (_, .up): move(by: -1)
        case (_, .character(let character)): insert(String(character))
        case (_, .paste(let text)): insert(text.split(whereSeparator: \.isNewline).joined(separator: " "))
        default:
            guard var field = text(of: focus), field.edit(key) else { return false }
            setText(field, of: focus)
        }
        return false
    }

    /// The next of the usual causes; from one that was typed, the first or the last.
    private mutating func choose(by step: Int) {
        let names = Self.usual.map(\.name)
        let next =
            names.firstIndex(of: cause.text).map { ($0 + step + names.count) % names.count }
            ?? (step > 0 ? 0 : names.count - 1)
        cause.text = names[next]
        problems[.cause] = nil
    }

    private mutating func insert(_ text: String) {
        guard var field = self.text(of: focus) else {
            problems[focus] = ButtonWords.leftOut(text)
            return
        }
        // A cause that was only offered gives way to one that is typed.
        if focus == .cause, Self.usual.contains(where: { $0.name == field.text }) { field.text = "" }
        let fitted = field.insert(text)
        setText(field, of: focus)
        if !fitted { problems[focus] = "is limited to \(field.limit) characters; the rest was cut off" }
    }

    // MARK: Checking

    /// Cause and reason, checked; the first wrong field gets the focus.
    mutating func validated() -> (cause: String, reason: String?)? {
        problems = [:]
        let reason = reason.isEmpty ? nil : reason.text
        do throws(ValidationError) {
            // Any call id will do: cause and reason are what is checked.
            let id = CallID("00000000-0000-4000-8000-000000000000")
            let checked = try HangUp(callID: id, cause: cause.text, reason: reason)
            return (checked.cause, checked.reason)
        } catch {
            focus = error.field == "reason" ? .reason : .cause
            problems[focus] = error.problem
            return nil
        }
    }
}
