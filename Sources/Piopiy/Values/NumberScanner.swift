/// A number's digits in the groups in which they were written.
struct WrittenNumber: Hashable, Sendable {
    struct Group: Hashable, Sendable {
        var digits: String
        let isInBrackets: Bool
        /// The characters between this group and the one before it.
        let gap: String

        /// Whether nothing but white space stands before it.
        var isBehindBlank: Bool { !gap.isEmpty && gap.allSatisfy(\.isWhitespace) }
        /// The sign before it: a dash, a dot or a slash.
        var signs: [Character] { gap.filter { !$0.isWhitespace && $0 != "(" && $0 != ")" } }
    }

    let hasPlus: Bool
    /// At least one.
    let groups: [Group]

    var digits: String { groups.map(\.digits).joined() }
}

/// Takes a text apart into a number's groups of digits. Whether they are one number is for ``NumberGrouping``.
enum NumberScanner {
    /// The hyphen of ASCII, the dashes of typography, and the minus sign.
    private static let dashes: Set<Unicode.Scalar> = [
        "-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}",
    ]

    /// Invisible characters that contacts and web pages put around a number. None of them turns the order of digits:
    /// those that do (U+200F, U+202B, U+202E, U+2067) are not here.
    private static let invisible: Set<Unicode.Scalar> = [
        "\u{AD}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{202A}", "\u{202C}", "\u{202D}", "\u{2060}",
        "\u{2066}", "\u{2068}", "\u{2069}", "\u{FEFF}",
    ]

    /// The text without white space and harmless invisible characters at its ends.
    static func trimmed(_ text: String) -> [Unicode.Scalar] {
        func isDropped(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || invisible.contains(scalar)
        }
        var scalars = Array(text.unicodeScalars.drop(while: isDropped))
        while let last = scalars.last, isDropped(last) { scalars.removeLast() }
        return scalars
    }

    /// - Parameter scalars: as ``trimmed(_:)`` gives them.
    static func scan(_ scalars: [Unicode.Scalar]) throws(NumberRefusal) -> WrittenNumber {
        var groups: [WrittenNumber.Group] = []
        var hasPlus = false
        var gap = String.UnicodeScalarView()
        var isOpen = false
        // The apostrophe that keeps a spreadsheet from taking the number for a formula.
        for scalar in scalars.starts(with: ["'", "+"]) ? scalars.dropFirst() : scalars[...] {
            switch scalar {
            case "0"..."9":
                if groups.isEmpty, let sign = gap.first(where: { $0 != "(" && !$0.properties.isWhitespace }) {
                    throw .looseSign(sign)
                }
                if gap.isEmpty, let last = groups.indices.last {
                    groups[last].digits.unicodeScalars.append(scalar)
                } else {
                    groups.append(.init(digits: String(scalar), isInBrackets: isOpen, gap: String(gap)))
                }
                gap = .init()
            case "+":
                if let last = groups.last { throw .severalNumbers(last.digits, rest(of: scalars), mayLackCode: false) }
                if hasPlus { throw .character(scalar) }
                hasPlus = true
            case "(":
                if isOpen { throw .brackets }
                isOpen = true
                gap.append(scalar)
            case ")":
                guard isOpen, !gap.contains("("), groups.last?.isInBrackets == true else { throw .brackets }
                isOpen = false
                gap.append(scalar)
            case ".", "/": gap.append(scalar)
            case _ where dashes.contains(scalar): gap.append(scalar)
            case _ where isBlank(scalar): gap.append(scalar)
            default: throw .character(scalar)
            }
        }
        if isOpen { throw .brackets }
        if let sign = gap.last, sign != ")" { throw .looseSign(sign) }
        if groups.isEmpty { throw hasPlus ? .looseSign("+") : .empty }
        return WrittenNumber(hasPlus: hasPlus, groups: groups)
    }

    /// White space within a line: blanks of any width, breaking or not.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .spaceSeparator
    }

    /// What follows the last `+`, for a refusal.
    private static func rest(of scalars: [Unicode.Scalar]) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[(scalars.lastIndex(of: "+") ?? scalars.startIndex)...])
        return String(view)
    }
}
