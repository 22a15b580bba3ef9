import Piopiy

/// One variable in the form: key, type, value.
struct VariableRow: Hashable, Sendable {
    enum Kind: String, CaseIterable, Hashable, Sendable {
        case text
        case number
        case flag = "yes/no"
    }

    var key = TextField(limit: 64)
    var value = TextField(limit: 1024)
    /// The type that the operator chose; `nil` as long as it is guessed.
    var chosenKind: Kind?

    var isEmpty: Bool { key.isEmpty && value.isEmpty }

    var kind: Kind { chosenKind ?? Self.guess(value.text) }

    mutating func changeKind(by step: Int) {
        let all = Kind.allCases
        let index = (all.firstIndex(of: kind) ?? 0) + step
        chosenKind = all[(index + all.count) % all.count]
    }

    /// Digits are a number unless a number would lose something of them: a leading zero, a plus, more than 15 digits.
    static func guess(_ text: String) -> Kind {
        if ["true", "false", "yes", "no"].contains(text.lowercased()) { return .flag }
        let digits = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
        guard let first = digits.first, first.isASCII, first.isNumber, digits.count <= 15 else { return .text }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }) else { return .text }
        if parts[0].count > 1, parts[0].hasPrefix("0") { return .text }
        return .number
    }

    /// The value to be sent.
    /// - Throws: ``ValidationError`` whose problem follows the words "the value".
    func json(field: String) throws(ValidationError) -> VariableValue {
        switch kind {
        case .text: return .text(value.text)
        case .number:
            if let integer = Int(value.text) { return .integer(integer) }
            if case .bigInteger(let digits)? = try? JSONValue(parsing: value.text.utf8) { return .bigInteger(digits) }
            if let number = Double(value.text), number.isFinite { return .number(number) }
            throw ValidationError(
                field: field,
                "is not a number; write one such as 12 or 0.5, or change the type to text"
            )
        case .flag:
            switch value.text.lowercased() {
            case "yes", "true": return .flag(true)
            case "no", "false": return .flag(false)
            default:
                throw ValidationError(
                    field: field,
                    "is neither yes nor no; write one of them, or change the type to text"
                )
            }
        }
    }
}
