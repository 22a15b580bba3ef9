import GRDB
import Piopiy

/// Numbers in SQL: columns hold them as they were told, and are compared as ``Piopiy/NumberKey`` has it.
///
/// Most numbers are told as digits, with or without a `+` or `00`: those few forms are looked up by the index. For what
/// is grouped by blanks or dashes, which is rare, the function below is asked.
enum NumberSQL {
    /// `number_key(told)`: the digits in which numbers are compared, NULL for what is not a whole number.
    static let key = DatabaseFunction("number_key", argumentCount: 1, pure: true) { values in
        String.fromDatabaseValue(values[0]).flatMap { NumberKey($0)?.digits }
    }

    /// Makes the function known to a connection: every connection that asks about calls needs it.
    static func prepare(_ db: Database) { db.add(function: key) }

    /// A condition, and what stands in its places.
    typealias Condition = (sql: String, values: [String])

    /// Whether a column tells a number that begins with certain digits, or is another text that begins as it was typed.
    static func isTold(_ column: String, beginning typed: String) -> Condition {
        let text = typed.hasSuffix("*") ? String(typed.dropLast()) : typed
        guard let digits = NumberPattern(text + "*")?.digits else { return ("\(column) GLOB ?", [glob(text) + "*"]) }
        var beginnings = [digits, "+\(digits)", "00\(digits)"]
        if !beginnings.contains(text) { beginnings.append(glob(text)) }
        let parts = beginnings.map { _ in "\(column) GLOB ?" } + ["\(isOdd(column)) AND number_key(\(column)) GLOB ?"]
        return ("(\(parts.joined(separator: " OR ")))", (beginnings + [digits]).map { $0 + "*" })
    }

    /// Whether a column tells a number, in any form, or is the very text.
    static func isTold(_ column: String, _ told: String) -> Condition {
        guard let key = NumberKey(told) else { return ("\(column) = ?", [told]) }
        let forms = forms(of: key, told)
        let places = forms.map { _ in "?" }.joined(separator: ", ")
        return ("(\(column) IN (\(places)) OR \(isOdd(column)) AND number_key(\(column)) = ?)", forms + [key.digits])
    }

    /// As ``isTold(_:_:)`` of the called number, found by its index in a table however long.
    static func isCalled(_ told: String, in table: String) -> Condition {
        guard let key = NumberKey(told) else { return ("to_number = ?", [told]) }
        let forms = forms(of: key, told)
        let places = forms.map { _ in "?" }.joined(separator: ", ")
        // Two questions, as one with an OR would be answered by reading every call: the first takes the index, the
        // second reads the index alone.
        let sql = """
            id IN (SELECT id FROM \(table) WHERE to_number IN (\(places)) UNION ALL
                   SELECT id FROM \(table) WHERE \(isOdd("to_number")) AND number_key(to_number) = ?)
            """
        return (sql, forms + [key.digits])
    }

    /// Whether a column tells a number that has certain digits and is grouped, so that no text of it has them in a row.
    static func isTold(_ column: String, having digits: String) -> Condition {
        ("(\(isOdd(column)) AND instr(number_key(\(column)), ?) > 0)", [digits])
    }

    /// The forms that a number is told in by nearly everybody.
    static func forms(of key: NumberKey) -> [String] { [key.digits, "+\(key.digits)", "00\(key.digits)"] }

    private static func forms(of key: NumberKey, _ told: String) -> [String] {
        let forms = forms(of: key)
        return forms.contains(told) ? forms : forms + [told]
    }

    /// Whether a column holds more than digits behind a plus.
    private static func isOdd(_ column: String) -> String { "ltrim(\(column), '+') GLOB '*[^0-9]*'" }

    private static func glob(_ text: some StringProtocol) -> String {
        text.map { "*?[".contains($0) ? "[\($0)]" : String($0) }.joined()
    }
}
