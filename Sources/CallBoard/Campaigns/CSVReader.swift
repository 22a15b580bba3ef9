/// Reads comma-separated values (RFC 4180): one record after the other, each with the line that it began in.
///
/// It is strict where a lenient one could ring the wrong number: a quotation mark that is never closed would swallow the rest
/// of the list, and text behind a closed one was meant for another cell. What is separated by semicolons or tabs, as some
/// spreadsheets write it, is told by the first line.
struct CSVReader {
    struct Record: Hashable {
        /// From 1.
        let line: Int
        let cells: [String]

        var isEmpty: Bool { cells.allSatisfy { $0.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } } }
    }

    struct Mistake: Error, Hashable {
        let line: Int
        let words: String
    }

    private let bytes: [UInt8]
    private var place: Int
    private var line = 1
    private let separator: UInt8

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark is no part of the first name.
        place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        // Some spreadsheets write what separates the cells into a line of its own.
        let mark = bytes[place...].prefix(6)
        let end = mark.dropFirst(5).first ?? 0x0A
        if mark.prefix(4).elementsEqual("sep=".utf8), let given = mark.dropFirst(4).first, end == 0x0A || end == 0x0D {
            separator = given
            place += 5
            if place < bytes.count, bytes[place] == 0x0D { place += 1 }
            if place < bytes.count, bytes[place] == 0x0A { place += 1 }
            line = 2
            return
        }
        separator = Self.separator(of: Array(bytes[place...]))
    }

    private static func separator(of bytes: [UInt8]) -> UInt8 {
        let first = bytes.drop { $0 == 0x0A || $0 == 0x0D }.prefix { $0 != 0x0A && $0 != 0x0D }
        let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
        return candidates.first { first.contains($0) } ?? candidates[0]
    }

    /// The next record; `nil` at the end.
    mutating func next() throws(Mistake) -> Record? {
        guard place < bytes.count else { return nil }
        let start = line
        var cells: [String] = []
        while true {
            let (cell, isLast) = try cell()
            cells.append(cell)
            if isLast { return Record(line: start, cells: cells) }
        }
    }

    /// One cell, and whether the record ends behind it.
    private mutating func cell() throws(Mistake) -> (String, isLast: Bool) {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
            let start = place
            while place < bytes.count, bytes[place] != separator, !isLineEnd(bytes[place]) {
                if bytes[place] == UInt8(ascii: "\"") {
                    throw Mistake(
                        line: line,
                        words:
                            "has a quotation mark in the middle of a cell; such a cell is put between quotation marks, and each "
                            + "in it is doubled"
                    )
                }
                place += 1
            }
            return (try text(bytes[start..<place]), try endOfCell())
        }
        let first = line
        var content: [UInt8] = []
        place += 1
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "\"") {
                guard place < bytes.count, bytes[place] == byte else {
                    return (try text(content[...]), try endOfCell())
                }
                place += 1
            } else if byte == 0x0A || byte == 0x0D && !(place < bytes.count && bytes[place] == 0x0A) {
                line += 1
            }
            content.append(byte)
        }
        throw Mistake(line: first, words: "has a quotation mark that is never closed")
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    /// Goes past what ends a cell.
    /// - Returns: whether it ends the record.
    private mutating func endOfCell() throws(Mistake) -> Bool {
        guard place < bytes.count else { return true }
        let byte = bytes[place]
        if byte == separator {
            place += 1
            return false
        }
        guard isLineEnd(byte) else {
            throw Mistake(
                line: line,
                words: "has text behind a closed quotation mark; a cell is quoted whole or not at all"
            )
        }
        place += byte == 0x0D && place + 1 < bytes.count && bytes[place + 1] == 0x0A ? 2 : 1
        line += 1
        return true
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(Mistake) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Mistake(line: line, words: "is no text in UTF-8; save the list as UTF-8")
        }
        return text
    }
}
