/// Bodies in the codings of HTTP, made by hand so that a test knows each bit.
enum Packed {
    /// A gzip member (RFC 1952) whose only block is stored as it is.
    static func gzip(_ body: [UInt8]) -> [UInt8] {
        gzipHead + stored(body) + littleEndian(checksum(body)) + littleEndian(UInt32(body.count))
    }

    /// The zlib form (RFC 1950), which HTTP calls deflate.
    static func deflate(_ body: [UInt8]) -> [UInt8] {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in body {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return [0x78, 0x01] + stored(body) + littleEndian((b << 16 | a).byteSwapped)
    }

    /// A gzip body of about 1 KB for each 160 KB that it unpacks to: a letter, and then "258 bytes as the one before"
    /// again and again. Its end is missing; nobody gets that far.
    static func bomb(unpackingTo count: Int) -> [UInt8] {
        var bits = Bits()
        bits.append(0b1, 1)
        bits.append(0b01, 2)
        // Fixed codes: the letter x, and the longest match at the shortest distance.
        bits.appendCode(0x30 + UInt32(UInt8(ascii: "x")), 8)
        for _ in 0...(count / 258) {
            bits.appendCode(0b1100_0101, 8)
            bits.appendCode(0, 5)
        }
        return gzipHead + bits.bytes
    }

    /// CRC-32.
    private static func checksum(_ body: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in body {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }

    private static let gzipHead: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

    private static func stored(_ body: [UInt8]) -> [UInt8] {
        precondition(body.count <= 0xFFFF, "a stored block holds no more")
        let count = UInt16(body.count)
        return [1, UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF), UInt8(~count >> 8)] + body
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        let shifts: [UInt32] = [0, 8, 16, 24]
        return shifts.map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private struct Bits {
        var bytes: [UInt8] = []
        private var count = 0

        mutating func append(_ value: UInt32, _ width: Int) {
            for place in 0..<width {
                if count % 8 == 0 { bytes.append(0) }
                if value >> place & 1 == 1 { bytes[bytes.count - 1] |= 1 << UInt8(count % 8) }
                count += 1
            }
        }

        /// A Huffman code: its first bit is its highest.
        mutating func appendCode(_ code: UInt32, _ width: Int) {
            for place in (0..<width).reversed() { append(code >> place & 1, 1) }
        }
    }
}
