/// Reads comma-separated values (RFC 4180): one record after the other, each with the line that it began in.
///
/// It is strict where a lenient one could ring the wrong number: a quotation mark that is never closed would swallow the rest
/// of the list, and text behind a closed one was meant for another cell. Commas, semicolons, tabs or bars separate the
/// cells: a line `sep=;` says which, else the first line does.
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
        var remedy: CampaignList.Remedy?
    }

    private let bytes: [UInt8]
    private var place: Int
    private var line = 1
    private let separator: UInt8

    /// - Parameters:
    ///   - bytes: the file, with or without a byte order mark.
    ///   - isHead: tells whether the first record, cut at one of the separators, names the columns as it should. The
    ///     separator with which it does is the file's; among several, the one that makes the most cells.
    init(_ bytes: [UInt8], isHead: (Record) -> Bool) {
        self.bytes = bytes
        // A byte order mark is no part of the first name.
        place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let first = bytes[place...].prefix { $0 != 0x0A && $0 != 0x0D }
        if let given = Self.declaredSeparator(first) {
            separator = given
            place = first.endIndex
            if place < bytes.count, bytes[place] == 0x0D { place += 1 }
            if place < bytes.count, bytes[place] == 0x0A { place += 1 }
            line = 2
            return
        }
        separator = Self.separator(of: bytes, from: place, isHead)
    }

    private init(_ bytes: [UInt8], from place: Int, separator: UInt8) {
        self.bytes = bytes
        self.place = place
        self.separator = separator
    }

    /// The separator that a line of its own declares, as some spreadsheets write it: `sep=;`, also in capitals, between
    /// quotation marks, and with the empty cells behind it that a spreadsheet adds.
    private static func declaredSeparator(_ line: ArraySlice<UInt8>) -> UInt8? {
        guard line.count <= 1024 else { return nil }
        let quote = UInt8(ascii: "\"")
        var rest = line.first == quote ? line.dropFirst() : line
        guard rest.prefix(4).elementsEqual("sep=".utf8, by: { $0 | 0x20 == $1 | 0x20 }) else { return nil }
        rest = rest.dropFirst(4)
        let isTab = rest.starts(with: "\\t".utf8)
        guard let given = isTab ? 0x09 : rest.first, given != quote, given == 0x09 || given > 0x20 else { return nil }
        let isLetterOrDigit =
            given > 0x7E || Unicode.Scalar(given).properties.isAlphabetic || (0x30...0x39).contains(given)
        let end = rest.dropFirst(isTab ? 2 : 1)
        return !isLetterOrDigit && end.allSatisfy { $0 == given || $0 == quote || $0 == 0x20 } ? given : nil
    }

    private static func separator(of bytes: [UInt8], from place: Int, _ isHead: (Record) -> Bool) -> UInt8 {
        let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
        var best: (separator: UInt8, isHead: Bool, cells: Int)?
        for candidate in candidates {
            var trial = CSVReader(bytes, from: place, separator: candidate)
            guard let record = try? trial.nextFilled() else { continue }
            let found = (separator: candidate, isHead: isHead(record), cells: record.cells.count)
            guard let before = best else {
                best = found
                continue
            }
            let isBetter = found.isHead == before.isHead ? found.cells > before.cells : found.isHead
            if isBetter { best = found }
        }
        return best?.separator ?? candidates[0]
    }

    /// The next record that is not empty; `nil` at the end.
    mutating func nextFilled() throws(Mistake) -> Record? {
        while let record = try next() {
            if !record.isEmpty { return record }
        }
        return nil
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
                            "has a quotation mark in the middle of a cell; put the whole cell between quotation marks, "
                            + "and write the one inside twice"
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
                words: "has text after a closing quotation mark; quote the whole cell or none of it"
            )
        }
        place += byte == 0x0D && place + 1 < bytes.count && bytes[place + 1] == 0x0A ? 2 : 1
        line += 1
        return true
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(Mistake) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Mistake(line: line, words: "is not UTF-8 text; save the list as UTF-8")
        }
        return text
    }
}
