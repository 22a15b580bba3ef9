/// A phone number in the one form in which numbers are compared, filtered and counted: 7 to 16 digits, country code
/// first.
///
/// Events, records and people write one number in many ways: `917000003006`, `+91 70000-03006`, `0091 (70000) 03006`,
/// or as a JSON number. A key is what they have in common. It stands beside the told form, which is what is shown.
///
/// What is not certainly a whole international number has no key, and so matches nobody: a withheld number, a SIP user
/// or an agent's id, an extension of fewer than 7 digits, a national number with its leading zero. Whose number a
/// national form is depends on a country, which nothing here knows.
public struct NumberKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 7 to 16 ASCII digits, the first from 1 to 9.
    public let digits: String

    /// The key of a number that keeps the platform's rule.
    public init(_ number: PhoneNumber) { digits = number.digits }

    /// Reads a number as somebody told it; `nil` for what is not certainly one.
    public init?(_ told: String) {
        guard let digits = Self.digits(of: told), (7...16).contains(digits.utf8.count), digits.utf8.first != Self.zero
        else {
            return nil
        }
        self.digits = digits
    }

    /// Whether somebody told this number: the same as `NumberKey(told) == self`, and quick for numbers that came as
    /// digits alone.
    public func matches(_ told: String?) -> Bool {
        guard let told else { return false }
        if told == digits { return true }
        // Digits alone are their own key, unless they begin with a zero.
        if Self.isPlain(told) { return false }
        return NumberKey(told) == self
    }

    /// Whether a text is digits alone, without a leading zero: then no other form of it is to be looked for.
    public static func isPlain(_ told: String) -> Bool {
        told.utf8.first != zero && told.utf8.allSatisfy(isDigit)
    }

    /// The digits of a number as somebody wrote it, or of the beginning of one: without `+`, `00`, blanks, dashes,
    /// dots, slashes and brackets; `nil` for a text that holds anything else, or no digit.
    ///
    /// A zero in brackets behind a country code, as in `+44 (0) 20…`, is not dialed from abroad and is left out.
    public static func digits(of told: String) -> String? {
        guard let (text, isInternational) = subscriber(told) else { return nil }
        var digits: [UInt8] = []
        var hasPlus = isInternational
        var bracket: (start: Int, isOpen: Bool) = (0, false)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.append(UInt8(scalar.value))
            case "+":
                guard digits.isEmpty, !hasPlus else { return nil }
                hasPlus = true
            case "(": bracket = (digits.count, true)
            case ")":
                let isTrunkZero = bracket.isOpen && bracket.start > 0 && digits[bracket.start...] == [zero]
                if isTrunkZero, hasPlus || digits.starts(with: [zero, zero]) { digits.removeLast() }
                bracket.isOpen = false
            default:
                guard isSeparator(scalar) else { return nil }
            }
        }
        // With a plus the country code follows, and none begins with a zero.
        if !hasPlus, digits.count > 2, digits.starts(with: [zero, zero]) { digits.removeFirst(2) }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }

    /// The number in a `tel:` or `sip:` address; the text itself where it is not one. Of SIP addresses only those that
    /// name a number by its `+` do: else the user is a name, even where it is made of digits.
    private static func subscriber(_ told: String) -> (text: Substring, isInternational: Bool)? {
        guard let colon = told.firstIndex(of: ":") else { return (told[...], false) }
        let rest = told[told.index(after: colon)...]
        switch told[..<colon].lowercased() {
        case "tel": return (rest.prefix { $0 != ";" }, false)
        case "sip", "sips":
            guard rest.first == "+" else { return nil }
            return (rest.dropFirst().prefix { $0 != "@" && $0 != ";" }, true)
        default: return nil
        }
    }

    /// Blanks of any kind, dashes, dots and slashes, and marks that take no room.
    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .spaceSeparator, .dashPunctuation, .format: true
        default: ".-/\t\u{2212}".unicodeScalars.contains(scalar)
        }
    }

    private static let zero = UInt8(ascii: "0")

    private static func isDigit(_ byte: UInt8) -> Bool { (zero...UInt8(ascii: "9")).contains(byte) }

    public static func < (a: NumberKey, b: NumberKey) -> Bool { a.digits < b.digits }

    public var description: String { digits }
}
