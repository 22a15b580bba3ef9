import GRDB
import Piopiy

/// Numbers in SQL: columns hold them as they were told, and are compared as ``Piopiy/NormalizedNumber`` has it.
///
/// Most numbers are told as digits, with or without a `+` or `00`: those few forms are looked up by the index. For what
/// is grouped by blanks or dashes, which is rare, the function below is asked.
enum NumberSQL {
    /// `number_key(told)`: the digits in which numbers are compared, NULL for what is not a whole number.
    private static func key(_ plan: NumberPlan) -> DatabaseFunction {
        DatabaseFunction("number_key", argumentCount: 1, pure: true) { values in
            String.fromDatabaseValue(values[0]).flatMap { NormalizedNumber($0, plan: plan)?.digits }
        }
    }

    /// Makes the function known to a connection: every connection that asks about calls needs it.
    static func prepare(_ db: Database, _ plan: NumberPlan = .international) { db.add(function: key(plan)) }

    /// A condition, and what stands in its places.
    typealias Condition = (sql: String, values: [String])

    /// Whether a column tells a number that begins with certain digits, or is another text that begins as it was typed.
    static func isTold(
        _ column: String,
        beginning typed: String,
        _ plan: NumberPlan = .international
    ) -> Condition {
        let text = typed.hasSuffix("*") ? String(typed.dropLast()) : typed
        guard let pattern = NumberPattern(text + "*", plan: plan) else {
            return ("\(column) GLOB ?", [glob(text) + "*"])
        }
        let digits = pattern.digits
        var beginnings = [digits, "+\(digits)", "00\(digits)"]
        if !beginnings.contains(text) { beginnings.append(glob(text)) }
        // The beginning of a national number, told with its country code.
        let whole = pattern.searchDigits == digits ? [] : plan.country.map { ["\($0)\(pattern.searchDigits)"] } ?? []
        beginnings += whole.flatMap { [$0, "+\($0)", "00\($0)"] }
        let keys = [digits] + whole
        // Numbers that were told without their country code: few hold the rest, and the function decides.
        let code = plan.country.map { "\($0)" } ?? ""
        let national = code.isEmpty ? [] : keys.filter { $0.hasPrefix(code) }
        let parts =
            beginnings.map { _ in "\(column) GLOB ?" }
            + keys.map { _ in "\(isOdd(column)) AND number_key(\(column)) GLOB ?" }
            + national.map { _ in "instr(\(column), ?) > 0 AND number_key(\(column)) GLOB ?" }
        let values = (beginnings + keys).map { $0 + "*" }
        let pairs = national.flatMap { [String($0.dropFirst(code.utf8.count)), $0 + "*"] }
        return ("(\(parts.joined(separator: " OR ")))", values + pairs)
    }

    /// Whether a column tells a number, in any form, or is the very text.
    static func isTold(
        _ column: String,
        _ told: String,
        _ plan: NumberPlan = .international
    ) -> Condition {
        guard let key = NormalizedNumber(told, plan: plan) else { return ("\(column) = ?", [told]) }
        let forms = forms(of: key, told)
        let places = forms.map { _ in "?" }.joined(separator: ", ")
        let (odd, value) = isOdd(column, key)
        return ("(\(column) IN (\(places)) OR \(odd))", forms + [value])
    }

    /// Whether a column tells a number in a form that few do. A number that is not complete is that of whoever's ends
    /// in it.
    private static func isOdd(_ column: String, _ key: NormalizedNumber) -> (sql: String, value: String) {
        key.isComplete
            ? ("\(isOdd(column)) AND number_key(\(column)) = ?", key.digits)
            : ("number_key(\(column)) GLOB ?", "*\(key.digits)")
    }

    /// Whether a column tells a number that has certain digits and is grouped, so that no text of it has them in a row.
    static func isTold(_ column: String, having digits: String) -> Condition {
        ("(\(isOdd(column)) AND instr(number_key(\(column)), ?) > 0)", [digits])
    }

    private static func forms(of key: NormalizedNumber, _ told: String) -> [String] {
        let forms = key.usualForms
        return forms.contains(told) ? forms : forms + [told]
    }

    /// Whether a column holds more than digits behind a plus.
    private static func isOdd(_ column: String) -> String { "ltrim(\(column), '+') GLOB '*[^0-9]*'" }

    private static func glob(_ text: some StringProtocol) -> String {
        text.map { "*?[".contains($0) ? "[\($0)]" : String($0) }.joined()
    }
}
