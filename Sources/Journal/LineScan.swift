import CallBoard
import GRDB

/// Finds a number in lines that nobody has added up, without reading them as JSON, which takes a hundred times as long.
enum LineScan {
    /// Whether a line may tell a number with these last digits: in doubt it does.
    /// - Parameter orAnyLine: any line will do.
    static func tells(
        _ tail: NumberTail,
        after position: Int64,
        orAnyLine: Bool,
        _ db: Database
    ) throws -> Bool {
        guard let number = UInt32(tail.digits) else { return true }
        let statement = try db.cachedStatement(
            sql: "SELECT IFNULL(facts, body) FROM line WHERE position > ? ORDER BY position"
        )
        let lines = try Row.fetchCursor(statement, arguments: [position])
        while let line = try lines.next() {
            if orAnyLine { return true }
            let isFound = try line.withUnsafeData(atIndex: 0) { data in
                data?.withUnsafeBytes { tells($0, number) } ?? false
            }
            if isFound { return true }
        }
        return false
    }

    /// Whether seven digits stand in a text one after another, with nothing between them that a told number may hold:
    /// blanks, dashes, dots, slashes, brackets, marks that take no room, and these escaped as in a form or in JSON.
    /// - Parameter number: the digits as a number.
    static func tells(_ text: UnsafeRawBufferPointer, _ number: UInt32) -> Bool {
        // Several events in one: the ids by which the line is found are the first one's.
        if text.first == UInt8(ascii: "[") { return true }
        var last: UInt32 = 0
        var count = 0
        var hasDot = false
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                last = (last * 10 + UInt32(byte - UInt8(ascii: "0"))) % 10_000_000
                count += 1
                if count >= NumberTail.length, last == number { return true }
            case UInt8(ascii: "%"):
                // `%3x` is a digit; whoever writes one so is read.
                if index < text.count, text[index] == UInt8(ascii: "3") { return true }
                index += 2
            case UInt8(ascii: "\\") where index < text.count:
                if text[index] == UInt8(ascii: "u") {
                    if index + 3 < text.count, text[index + 3] == UInt8(ascii: "3") { return true }
                    index += 5
                } else {
                    if text[index] == UInt8(ascii: "\"") { (count, hasDot) = (0, false) }
                    index += 1
                }
            case UInt8(ascii: "."): hasDot = count > 0
            // A number with an exponent has not all of its digits there.
            case UInt8(ascii: "e") where hasDot, UInt8(ascii: "E") where hasDot: return true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "\""),
                UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["),
                UInt8(ascii: "]"), UInt8(ascii: "="), UInt8(ascii: "&"):
                count = 0
                hasDot = false
            default: break
            }
        }
        return false
    }
}
