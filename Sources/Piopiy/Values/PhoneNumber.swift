/// A phone number as the platform takes it: 7 to 16 digits with the country code first, no leading zero, no `+`.
///
/// Source of the rule: the official SDK, `^[1-9][0-9]{6,15}$`. Here it covers the whole string: a trailing newline, which
/// the official SDK lets pass, is refused. ``NumberReading`` reads a number as a person writes it.
public struct PhoneNumber: Hashable, Sendable, CustomStringConvertible {
    /// 7 to 16 ASCII digits, the first from 1 to 9.
    public let digits: String

    /// - Parameters:
    ///   - text: the digits.
    ///   - field: what the error calls the value, such as `to_number`.
    /// - Throws: ``ValidationError`` that says which rule is broken.
    public init(validating text: String, field: String = "number") throws(ValidationError) {
        if let problem = Self.problem(with: text) { throw ValidationError(field: field, problem) }
        digits = text
    }

    /// What is wrong with `text` as a phone number, and what would be right; `nil` when nothing is.
    public static func problem(with text: String) -> String? {
        let scalars = text.unicodeScalars
        if scalars.isEmpty { return "is empty; a phone number is \(rule)" }
        if scalars.first == "+" { return "starts with +; leave it out: \(rule)" }
        if let odd = scalars.first(where: { !("0"..."9").contains($0) }) {
            return "has \(name(of: odd)); a phone number is \(rule)"
        }
        if scalars.first == "0" { return "starts with 0; a phone number is \(rule)" }
        if scalars.count < 7 { return "has only \(scalars.count) digits; a phone number is \(rule)" }
        if scalars.count > 16 { return "has \(scalars.count) digits; a phone number is \(rule)" }
        return nil
    }

    /// The rule, as the end of a sentence about a number that breaks it.
    static let rule = "7 to 16 digits with the country code first, such as 918888888888"

    private static func name(of scalar: Unicode.Scalar) -> String {
        switch scalar {
        case " ": "a space"
        case "\n", "\r": "a line break"
        case "-", "(", ")", ".": "“\(scalar)”"
        default: scalar.properties.isAlphabetic ? "a letter" : "a character that is not a digit"
        }
    }

    public var description: String { digits }

    /// The number for logs: all but the first two and last two digits hidden.
    public var masked: String { Self.masked(digits) }

    /// Any text masked as a phone number would be.
    public static func masked(_ text: String) -> String {
        guard text.count > 4 else { return String(repeating: "*", count: text.count) }
        return text.prefix(2) + String(repeating: "*", count: text.count - 4) + text.suffix(2)
    }
}
