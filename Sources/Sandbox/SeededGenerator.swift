/// Random numbers that a seed makes repeatable (SplitMix64). Good enough for ids and talk times, for nothing secret.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A generator of its own for the `number`th call, so that what one call draws does not move the next one's ids.
    init(seed: UInt64, number: Int) {
        var parent = SeededGenerator(seed: seed)
        state = parent.next() ^ (UInt64(number) &* 0xD1B5_4A32_D192_ED03)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A random UUID (version 4), in lower case.
    mutating func uuid() -> String {
        let high = next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = [high, low].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        let dashes: Set = [8, 12, 16, 20]
        var text = ""
        for (index, digit) in digits.joined().enumerated() {
            if dashes.contains(index) { text += "-" }
            text.append(digit)
        }
        return text
    }

    /// An id such as the platform's request ids: letters and digits, no UUID.
    mutating func token(length: Int = 22) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &self)] })
    }
}
