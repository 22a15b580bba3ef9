/// Phone numbers kept from whoever looks over a shoulder.
public enum NumberMask {
    /// The fewest digits in a row that are taken for a phone number.
    public static let shortest = 7

    /// The text with the middle of every phone number hidden: of seven or more digits in a row all but the first two and the
    /// last two are `*`. The digits of a UUID stay: ids have to be read and copied, and ring nobody.
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
            let start = index
            while index < bytes.count, isDigit(bytes[index]) { index += 1 }
            guard index - start >= shortest else { continue }
            for hidden in start + 2..<index - 2 { bytes[hidden] = UInt8(ascii: "*") }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
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
