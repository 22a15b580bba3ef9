/// The digits of a number as somebody wrote it, or of a part of one: without `+`, international prefix, blanks, dashes,
/// dots, slashes and brackets.
///
/// A zero in brackets behind a country code, as in `+44 (0) 20…`, is not dialed from abroad and is left out.
struct ToldDigits: Hashable, Sendable {
    /// At least one ASCII digit.
    let digits: String
    /// Whether they begin with a country code: a `+` or an international prefix stood before them.
    let isInternational: Bool

    /// - Returns: `nil` for a text that holds anything else, or no digit.
    init?(_ told: String, _ plan: NumberPlan = .international) {
        guard let (text, isAddress) = Self.subscriber(told) else { return nil }
        var digits: [UInt8] = []
        var hasPlus = isAddress
        var bracket: (start: Int, isOpen: Bool) = (0, false)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.append(UInt8(scalar.value))
            case "+":
                guard digits.isEmpty, !hasPlus else { return nil }
                hasPlus = true
            case "(": bracket = (digits.count, true)
            case ")":
                let isTrunkZero = bracket.isOpen && bracket.start > 0 && digits[bracket.start...] == [Self.zero]
                if isTrunkZero, hasPlus || digits.starts(with: [Self.zero, Self.zero]) { digits.removeLast() }
                bracket.isOpen = false
            default:
                guard Self.isSeparator(scalar) else { return nil }
            }
        }
        // With a plus the country code follows, and none begins with a zero.
        let prefix =
            hasPlus
            ? nil : plan.internationalPrefixes.last { digits.count > $0.utf8.count && digits.starts(with: $0.utf8) }
        if let prefix { digits.removeFirst(prefix.utf8.count) }
        if digits.isEmpty { return nil }
        self.digits = String(decoding: digits, as: UTF8.self)
        isInternational = hasPlus || prefix != nil
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
}
