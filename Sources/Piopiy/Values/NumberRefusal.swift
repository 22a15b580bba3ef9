/// Why a text is not read as a phone number; see ``NumberReading``.
public enum NumberRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing is there, or blanks alone.
    case empty
    /// The groups of digits may be two numbers: the first two of them that do not go together.
    /// `mayLackCode` says that they may also be one number without its country code.
    case severalNumbers(String, String, mayLackCode: Bool)
    /// A trunk zero in brackets, as in `+44 (0) 20 7946 0018`, and the number without it where that can be told.
    case trunkZero(remedy: String?)
    /// The international prefix `00` in place of `+`, and the number with `+` where it is one.
    case internationalPrefix(remedy: String?)
    /// An extension or a pause behind the number, as it was written.
    case hasExtension(String)
    /// An address such as `tel:+442079460018`, and the number in it where it is one.
    case address(scheme: String, remedy: String?)
    /// A number that a spreadsheet wrote as a fraction or with an exponent.
    case changedBySpreadsheet
    /// One dot alone between two groups, which makes a decimal fraction.
    case decimalFraction
    /// A character that no number has.
    case character(Unicode.Scalar)
    /// Brackets that are not closed, are empty, or stand where no country or area code stands.
    case brackets
    /// A sign before or behind all digits, as of a number that was not copied whole.
    case looseSign(Unicode.Scalar)
    /// The digits can be read with their country code and, where a country is set, without it: both numbers, with their
    /// country codes.
    case ambiguous(international: String, national: String)
    /// The digits break the platform's rule for numbers; in words.
    case rule(String)

    /// What is wrong and what would be right, worded to follow a field's name.
    public var problem: String {
        let one = "write one number with + and its country code, such as +918888888888"
        return switch self {
        case .empty: "is empty; a phone number is \(PhoneNumber.rule)"
        case .severalNumbers(let first, let second, let mayLackCode):
            "may be two numbers (“\(Self.short(first))” and “\(Self.short(second))”)"
                + "\(mayLackCode ? " or lack its country code" : ""); \(one)"
        case .trunkZero(let remedy):
            "has a zero in brackets, which is not dialed after a country code; write "
                + (remedy ?? "the number with its country code and without that zero")
        case .internationalPrefix(let remedy):
            "starts with 00, the prefix for calls abroad; write \(remedy ?? "+ and the country code instead")"
        case .hasExtension(let text):
            "has an extension (“\(Self.short(text))”), which cannot be dialed; write only the number"
        case .address(let scheme, let remedy):
            "is a \(scheme) address; write \(remedy ?? "only the number, with + and its country code")"
        case .changedBySpreadsheet:
            "was changed by a spreadsheet; set the column's format to text, enter the "
                + "number again and save the list again"
        case .decimalFraction: "reads as a decimal fraction; \(one)"
        case .character(let scalar): "has \(Self.name(of: scalar)); a phone number is \(PhoneNumber.rule)"
        case .brackets: "has brackets around something other than its country code or area code; \(one)"
        case .looseSign(let sign): "has a “\(sign)” before or after its digits; is it complete? \(one)"
        case .ambiguous(let international, let national):
            "can be read in two ways; write +\(international) for the number abroad, or +\(national) for the number "
                + "in the configured country"
        case .rule(let words): words
        }
    }

    public var description: String { problem }

    /// Whether the text holds a letter, so that it may be somebody's name.
    public var isForLetter: Bool {
        if case .character(let scalar) = self { scalar.properties.isAlphabetic } else { false }
    }

    private static func short(_ text: String) -> String { text.count > 40 ? "\(text.prefix(39))…" : text }

    private static func name(of scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        if scalar == "\t" { return "a tab" }
        if Character(scalar).isNewline { return "a line break" }
        switch scalar.properties.generalCategory {
        case .decimalNumber: return "a digit of another script (“\(scalar)”, \(code))"
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator, .nonspacingMark, .enclosingMark:
            return "an invisible character (\(code))"
        default: break
        }
        let shown = scalar.isASCII ? "“\(scalar)”" : "“\(scalar)”, \(code)"
        return scalar.properties.isAlphabetic ? "a letter (\(shown))" : scalar.isASCII ? shown : "a sign (\(shown))"
    }
}
