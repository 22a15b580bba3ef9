/// Reads a phone number as a person writes it: `+91 88888 88801`, `91-8888-8888-01`, `1 (415) 555-0100`.
///
/// Every place that takes a number from a person uses this one rule, so that a list, a form and a command agree. The
/// rule is strict because a wrong number rings a stranger: what can be read in two ways is refused with words that say
/// what would be right.
///
/// Digits in one piece, with a `+` before them or not, are a number of 7 to 16 digits. Blanks, dashes, dots, slashes
/// and brackets may group the digits of one number only where the groups cannot be several numbers:
///
/// - Without a `+`, the first group is a country code of one or two digits, alone. The number has 10 digits or more,
///   and no group behind the country code has more than 10. `1001 1002` and `(212) 555-0100` are refused.
/// - A group of 7 digits or more could be a number, so nothing follows it: `918888888801 5` is refused.
/// - A grouped number has at most 13 digits. Numbers of the country codes 1 and 7 have 11.
/// - Parted by white space, one digit at the end is refused, and so are two behind a group of four or more:
///   `+91 88888 88801 5`.
/// - A slash stands once, behind the country code or the area code, with more digits behind it than in the group before
///   it: `+49 30/1234567`, never `+91 22 2345 6789/90`, which names two lines.
/// - Brackets hold the first or the second group. A zero in brackets is a trunk prefix, which nobody dials from abroad:
///   `+44 (0) 20 7946 0018` is refused, with `+442079460018` as the remedy.
/// - A line break, a tab, a comma or a semicolon between digits parts two numbers.
///
/// Refused by name, and never dropped, are extensions (`ext 5`, `x5`, `;ext=5`, `,,5`), `tel:` and `sip:` addresses,
/// letters, a number that a spreadsheet changed (`9.1E+11`, `918888888801.0`), `00` in place of `+`. Invisible
/// characters at the ends are dropped; anywhere else, and where they could turn the order of the digits, they are
/// refused with their code point. An apostrophe before the `+`, with which this program writes CSV, is dropped.
///
/// With a ``NumberPlan`` of a country the forms that are usual there are read too: `070000 03006`, `(020) 7946 0018`,
/// `0044 20…`, `011 44 20…`. Digits that may be a number of that country and one of another are refused with both.
///
/// The grouping rules follow the lengths and notations of the ITU's E.164 and E.123; the rule for the digits is the
/// platform's, see ``PhoneNumber``.
public enum NumberReading {
    /// The number that a text is.
    ///
    /// - Parameters:
    ///   - text: as it was typed or pasted, or as a list has it.
    ///   - plan: in which country it was written.
    /// - Throws: ``NumberRefusal``, which says what is wrong and what would be right.
    public static func read(
        _ text: String,
        plan: NumberPlan = .international
    ) throws(NumberRefusal) -> PhoneNumber {
        // Most numbers are digits alone. They need no reading, and lists have many of them.
        if let number = try? PhoneNumber(validating: text) { return try plan.completed(number) }
        let scalars = NumberScanner.trimmed(text)
        let trimmed = String(String.UnicodeScalarView(scalars))
        if trimmed.isEmpty { throw .empty }
        if isChangedBySpreadsheet(trimmed) { throw .changedBySpreadsheet }
        try refuseAddress(trimmed, plan)
        let parts = parts(of: trimmed)
        if parts.count > 1 { throw .severalNumbers(parts[0], parts[1], mayLackCode: false) }
        try refuseExtension(trimmed)
        let written = try NumberScanner.scan(scalars)
        if let number = try plan.completed(written) { return number }
        try NumberGrouping.check(written)
        do throws(ValidationError) {
            return try PhoneNumber(validating: written.digits)
        } catch {
            throw .rule(error.problem)
        }
    }

    /// Explains why a text is not read as a number, in words that follow a field's name; `nil` when it is read.
    public static func problem(with text: String, plan: NumberPlan = .international) -> String? {
        do throws(NumberRefusal) {
            _ = try read(text, plan: plan)
            return nil
        } catch {
            return error.problem
        }
    }

    /// The lines and cells of a text that hold a digit, without the blanks around them. A text with several of them is
    /// never one number.
    public static func parts(of text: String) -> [String] {
        text.split { $0.isNewline || $0 == "\t" }
            .filter { $0.contains(where: \.isNumber) }
            .map { String(String.UnicodeScalarView(NumberScanner.trimmed(String($0)))) }
    }

    // MARK: What is refused before the digits are looked at

    /// `9.1E+11`, and `918888888801.0`.
    private static func isChangedBySpreadsheet(_ text: String) -> Bool {
        text.wholeMatch(of: #/[+]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+/#) != nil
            || text.wholeMatch(of: #/[+]?[0-9]{7,}[.,]0+/#) != nil
    }

    private static func refuseAddress(_ text: String, _ plan: NumberPlan) throws(NumberRefusal) {
        for scheme in ["tel:", "callto:", "sip:", "sips:"] where text.lowercased().hasPrefix(scheme) {
            let number = scheme.hasPrefix("sip") ? nil : try? read(String(text.dropFirst(scheme.count)), plan: plan)
            throw .address(scheme: scheme, remedy: number.map { "+\($0.digits)" })
        }
    }

    private static func refuseExtension(_ text: String) throws(NumberRefusal) {
        let marks: Set<Character> = [",", ";"]
        guard let start = text.firstIndex(where: { $0.isLetter || marks.contains($0) }),
            text[..<start].contains(where: \.isNumber)
        else { return }
        let tail = text[start...].lowercased()
        let isExtension =
            tail.hasPrefix(";ext=")
            || tail.wholeMatch(of: #/[;,]*\s*(extension|extn|ext|xt|x)\s*[.:=]?\s*[0-9]{1,5}/#) != nil
            || tail.wholeMatch(of: #/[,;]{2,}\s*[0-9]+/#) != nil
        if isExtension { throw .hasExtension(String(text[start...])) }
        guard marks.contains(text[start]), text[start...].contains(where: \.isNumber) else { return }
        func bare(_ text: Substring) -> String { String(String.UnicodeScalarView(NumberScanner.trimmed(String(text)))) }
        throw .severalNumbers(
            bare(text[..<start]),
            bare(text[start...].drop { marks.contains($0) }),
            mayLackCode: false
        )
    }
}

extension PhoneNumber {
    /// Reads a number as a person writes it; see ``NumberReading`` for the rule.
    ///
    /// - Parameters:
    ///   - text: the number, such as `+91 88888 88801`.
    ///   - plan: in which country it was written.
    ///   - field: the name that the error gives the value, such as `to_number`.
    /// - Throws: ``ValidationError`` that says what is wrong and what would be right.
    public init(
        reading text: String,
        plan: NumberPlan = .international,
        field: String = "number"
    ) throws(ValidationError) {
        do throws(NumberRefusal) {
            self = try NumberReading.read(text, plan: plan)
        } catch {
            throw ValidationError(field: field, error.problem)
        }
    }
}
