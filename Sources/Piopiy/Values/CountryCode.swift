/// How numbers look in the countries that share a country code: lengths, trunk prefixes and first digits, by
/// libphonenumber's data (`Values/number-plan.txt`, made by `.ci/make-number-plan`).
struct CountryCode: Sendable {
    /// First digits of a number, and how many digits one that begins so has.
    private struct Pattern: Sendable {
        /// For each place a bit for each digit that can stand there.
        let first: [UInt16]
        let lengths: Lengths
    }

    /// A set of lengths, a bit each.
    private struct Lengths: Sendable {
        private var bits: UInt32 = 0

        /// Reads `7,9-11`.
        init(_ text: Substring) {
            for part in text.split(separator: ",") {
                let ends = part.split(separator: "-").compactMap { Int($0) }
                guard let low = ends.first, let high = ends.last, low <= high, high < 32 else { continue }
                for length in low...high { bits |= 1 << length }
            }
        }

        func contains(_ length: Int) -> Bool { length < 32 && bits & (1 << length) != 0 }
    }

    /// 1 to 3 digits.
    let digits: String
    /// What is dialed before a number within the country, the longest first; none where nothing is.
    private let trunks: [[UInt8]]
    private let lengths: Lengths
    private let patterns: [Pattern]

    /// Whether it is a whole national number, without a trunk prefix.
    func takes(_ national: some RandomAccessCollection<UInt8>) -> Bool {
        patterns.contains { pattern in
            pattern.lengths.contains(national.count)
                && zip(pattern.first, national).allSatisfy { bits, digit in bits & (1 << UInt16(digit & 0x0F)) != 0 }
        }
    }

    /// Whether some number of the country is as long, be it one that is dialed within its area alone.
    func hasNumbers(ofLength length: Int) -> Bool { lengths.contains(length) }

    /// The national number that digits are which were told within the country, without their trunk prefix; `nil` when
    /// they are none.
    func national(_ told: some RandomAccessCollection<UInt8>) -> [UInt8]? {
        for trunk in trunks where told.starts(with: trunk) {
            let rest = Array(told.dropFirst(trunk.count))
            if takes(rest) { return rest }
        }
        return takes(told) ? Array(told) : nil
    }

    /// The number as its owner's phone has it, behind a trunk prefix.
    func withTrunk(_ national: String) -> String? {
        trunks.last.map { String(decoding: $0, as: UTF8.self) + national }
    }

    // MARK: The table

    /// The country code that digits begin with. None is the beginning of another.
    static func of(_ digits: some RandomAccessCollection<UInt8>) -> CountryCode? {
        // No country code begins with a zero.
        guard digits.first != UInt8(ascii: "0") else { return nil }
        var code = 0
        for digit in digits.prefix(3) {
            code = code * 10 + Int(digit & 0x0F)
            if let found = all[code] { return found }
        }
        return nil
    }

    static let all: [Int: CountryCode] = {
        let text = String(decoding: PackageResources.number_plan_txt, as: UTF8.self)
        let codes = text.split(separator: "\n").compactMap { CountryCode(line: $0) }
        return Dictionary(codes.compactMap { code in Int(code.digits).map { ($0, code) } }) { first, _ in first }
    }()

    private init?(line: Substring) {
        let parts = line.split(separator: " ")
        guard line.first != "#", parts.count > 3 else { return nil }
        digits = String(parts[0])
        trunks =
            parts[1] == "-"
            ? [] : parts[1].split(separator: ",").map { Array($0.utf8) }.sorted { $0.count > $1.count }
        lengths = Lengths(parts[2])
        patterns = parts[3...].compactMap { part in
            guard let colon = part.lastIndex(of: ":") else { return nil }
            return Pattern(first: Self.places(part[..<colon]), lengths: Lengths(part[part.index(after: colon)...]))
        }
    }

    /// Reads `8[0-46-9].`: a digit, any digit, or one of several, for each place.
    private static func places(_ text: Substring) -> [UInt16] {
        var places: [UInt16] = []
        var ofClass: UInt16?
        var last: UInt16 = 0
        var isRange = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "["): ofClass = 0
            case UInt8(ascii: "]"):
                places.append(ofClass ?? 0)
                ofClass = nil
            case UInt8(ascii: "."): places.append(0x3FF)
            case UInt8(ascii: "-"): isRange = true
            default:
                let digit = UInt16(byte & 0x0F)
                guard let bits = ofClass else {
                    places.append(1 << digit)
                    continue
                }
                ofClass = (isRange ? last...digit : digit...digit).reduce(bits) { $0 | 1 << $1 }
                (last, isRange) = (digit, false)
            }
        }
        return places
    }
}
