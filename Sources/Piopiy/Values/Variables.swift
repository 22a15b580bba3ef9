/// A value of a call's `variables`: text, a finite number, or yes/no.
public enum VariableValue: Hashable, Sendable {
    /// Any text; only a `param` action limits its length.
    case text(String)
    /// A whole number.
    case integer(Int)
    /// An integer that does not fit an `Int`, its digits as they are sent.
    case bigInteger(String)
    /// Any other number; it must be finite.
    case number(Double)
    /// Yes or no.
    case flag(Bool)

    /// - Throws: ``ValidationError`` for null, an array, an object, or a number that is not finite.
    public init(_ json: JSONValue, field: String) throws(ValidationError) {
        switch json {
        case .string(let text): self = .text(text)
        case .integer(let value): self = .integer(value)
        case .bigInteger(let digits) where JSONValue.isIntegerLiteral(digits): self = .bigInteger(digits)
        case .number(let value) where value.isFinite: self = .number(value)
        case .bool(let value): self = .flag(value)
        default:
            throw ValidationError(field: field, "is \(json.kind); it must be a string, a finite number, true or false")
        }
    }

    /// The value as it is sent.
    public var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .integer(let value): .integer(value)
        case .bigInteger(let digits): .bigInteger(digits)
        case .number(let value): .number(value)
        case .flag(let value): .bool(value)
        }
    }
}

/// A call's own values, by key. Keys match `^[A-Za-z_][A-Za-z0-9_]*$` (source: the official SDK).
public typealias Variables = [String: VariableValue]

/// The rule for the keys of `variables` and `metadata`.
public enum VariableKey {
    /// What is wrong with `key`, and what would be right; `nil` when nothing is.
    public static func problem(with key: String) -> String? {
        let rule = "a key has letters, digits and _, and does not start with a digit"
        guard let first = key.unicodeScalars.first else { return "has an empty key; \(rule)" }
        if ("0"..."9").contains(first) { return "starts with a digit; \(rule)" }
        let isFit = key.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "_"
        }
        return isFit ? nil : "has an invalid character; \(rule)"
    }

    static func check(_ variables: Variables, field: String) throws(ValidationError) {
        for (key, value) in variables.sorted(by: { $0.key < $1.key }) {
            if let problem = problem(with: key) { throw ValidationError(field: "\(field).\(key)", problem) }
            if case .number(let number) = value, !number.isFinite {
                throw ValidationError(field: "\(field).\(key)", "is not a finite number")
            }
            if case .bigInteger(let digits) = value, !JSONValue.isIntegerLiteral(digits) {
                throw ValidationError(field: "\(field).\(key)", "is not a whole number; use only digits")
            }
        }
    }
}
