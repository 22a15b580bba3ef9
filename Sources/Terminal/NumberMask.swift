/// Phone numbers kept from whoever looks over a shoulder.
public enum NumberMask {
    /// The fewest digits that are taken for a phone number.
    public static let shortest = 7
    /// The most digits of one phone number.
    static let longest = 16

    /// The text with the middle of every phone number hidden: all digits but the first two and the last two are `*`.
    ///
    /// A number is seven or more digits in a row, or that many in groups as people write them (`+91 88888 88801`,
    /// `(415) 555-0100`). Dates, decimals and addresses of machines stay, and so do the digits of a UUID: ids have to
    /// be read and copied, and ring nobody.
    public static func masked(_ text: some StringProtocol) -> String {
        var bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            if let end = endOfUUID(bytes, from: index) {
                index = end
                continue
            }
            guard isDigit(bytes[index]) else {
                index += 1
                continue
            }
            if let end = endOfTime(bytes, from: index) {
                index = end
                continue
            }
            var run = DigitGroups(bytes, from: index)
            if run.beginsWithDate {
                index = run.groups[2].upperBound
                continue
            }
            run.dropTime(bytes)
            for number in run.numbers {
                let digits = number.flatMap { Array($0) }
                for hidden in digits.dropFirst(2).dropLast(2) { bytes[hidden] = UInt8(ascii: "*") }
            }
            index = max(run.end, index + 1)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    /// Where the minutes or seconds that begin here end; `nil` when it is not those of a time.
    private static func endOfTime(_ bytes: [UInt8], from start: Int) -> Int? {
        guard start > 1, bytes[start - 1] == UInt8(ascii: ":"), isDigit(bytes[start - 2]) else { return nil }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        return end - start == 2 ? end : nil
    }

    /// Where the UUID that begins here ends; `nil` when none does.
    private static func endOfUUID(_ bytes: [UInt8], from start: Int) -> Int? {
        guard start + 36 <= bytes.count, bytes[start + 8] == UInt8(ascii: "-") else { return nil }
        for offset in 0..<36 {
            let isHyphen = [8, 13, 18, 23].contains(offset)
            guard isHyphen ? bytes[start + offset] == UInt8(ascii: "-") : isHex(bytes[start + offset]) else {
                return nil
            }
        }
        // Digits that go on are a number beside it.
        if start + 36 < bytes.count, isDigit(bytes[start + 36]) { return nil }
        return start + 36
    }
}

/// Digits in groups, with no more between two groups than a phone number has: a blank, a dash, a dot, brackets.
private struct DigitGroups {
    private(set) var groups: [Range<Int>] = []
    /// What stands between them, each as text.
    private var separators: [String] = []
    private let hasPlus: Bool

    init(_ bytes: [UInt8], from start: Int) {
        hasPlus = start > 0 && (bytes[start - 1] == UInt8(ascii: "+") || bytes[..<start].suffix(2) == [0x2B, 0x28])
        var index = start
        while true {
            var end = index
            while end < bytes.count, NumberMask.isDigit(bytes[end]) { end += 1 }
            groups.append(index..<end)
            guard let next = Self.next(bytes, after: end) else { return }
            separators.append(String(decoding: bytes[end..<next], as: UTF8.self))
            index = next
        }
    }

    var end: Int { groups.last?.upperBound ?? 0 }

    /// Where the next group begins.
    private static func next(_ bytes: [UInt8], after end: Int) -> Int? {
        var index = end
        func take(_ some: [UInt8]) {
            if bytes[index...].starts(with: some) { index += some.count }
        }
        take([0x29])
        let blanks = index
        take([0xC2, 0xA0])
        if index == blanks, index < bytes.count, [0x20, 0x2D, 0x2E].contains(bytes[index]) { index += 1 }
        take([0x28])
        return index > end && index < bytes.count && NumberMask.isDigit(bytes[index]) ? index : nil
    }

    /// Whether it begins as `2026-11-30` does.
    var beginsWithDate: Bool {
        !hasPlus && groups.count >= 3 && groups.prefix(3).map(\.count) == [4, 2, 2]
            && separators.prefix(2) == ["-", "-"]
    }

    /// Leaves out a last group that is the hour of a time.
    mutating func dropTime(_ bytes: [UInt8]) {
        guard groups.count > 1, end < bytes.count, bytes[end] == UInt8(ascii: ":"), groups[groups.count - 1].count <= 2
        else {
            return
        }
        groups.removeLast()
        separators.removeLast()
    }

    /// The numbers among them, each as its groups.
    var numbers: [[Range<Int>]] {
        let count = groups.reduce(0) { $0 + $1.count }
        let isOne = (NumberMask.shortest...NumberMask.longest).contains(count)
        if groups.count == 1 || (isOne && hasPlus) { return count >= NumberMask.shortest ? [groups] : [] }
        // Of several that are whole numbers each is one by itself.
        if groups.contains(where: { $0.count >= NumberMask.shortest }) {
            return groups.filter { $0.count >= NumberMask.shortest }.map { [$0] }
        }
        let isDecimal = separators == ["."]
        let isAddress = groups.count == 4 && separators.allSatisfy { $0 == "." }
        return isOne && !isDecimal && !isAddress ? [groups] : []
    }
}
