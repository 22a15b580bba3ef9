/// A phone number in the one form in which numbers are compared, filtered and counted.
///
/// Events, records and people write one number in many ways: `917000003006`, `+91 70000-03006`, `0091 (70000) 03006`,
/// `070000 03006` in India, or as a JSON number. This is what they have in common. It stands beside the told form, which
/// is what is shown.
///
///     let plan = try NumberPlan(country: "91")
///     NormalizedNumber("070000 03006", plan: plan)?.digits        // 917000003006
///     NormalizedNumber("+44 (0)20 7946 0018")?.national           // 2079460018
///
/// Two numbers are one person's when they ``matches(_:)-(NormalizedNumber)``; that is more than being equal:
///
/// - A number that cannot be completed (``isComplete``), such as `070000 03006` where no country is set, matches whatever
///   ends in it: in doubt nobody is dialed. So does one that can be read in two ways.
/// - Country codes 52 and 54 are told with and without the digit for mobile phones (`521…`, `549…`), which is left out here.
///
/// What is nobody's number has none, and so matches nobody: a withheld number, a SIP user, an agent's id, an extension of
/// fewer than 7 digits.
public struct NormalizedNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 7 to 16 ASCII digits, the first from 1 to 9; with the country code first when it ``isComplete``.
    public let digits: String
    /// Whether it is certainly the whole number with its country code.
    public let isComplete: Bool
    /// In which country it was told.
    public let plan: NumberPlan

    /// How many of the digits are the country code: 0 where that is not known.
    private let codeLength: Int
    /// Whether it was told with a zero before it.
    private let hasZero: Bool

    /// The number within its country, without trunk prefix.
    public var national: String { String(digits.dropFirst(codeLength)) }

    /// A text that is read as this number again.
    public var text: String { (isComplete ? "+" : hasZero ? "0" : "") + digits }

    /// A number that keeps the platform's rule, and so has its country code.
    public init(_ number: PhoneNumber, plan: NumberPlan = .international) { self.init(whole: number.digits, plan) }

    /// Reads a number as somebody told it; `nil` for what is not certainly one.
    public init?(_ told: String, plan: NumberPlan = .international) {
        guard let read = ToldDigits(told, plan) else { return nil }
        let isWhole = (7...16).contains(read.digits.utf8.count) && !read.digits.hasPrefix("0")
        if read.isInternational {
            guard isWhole else { return nil }
            self.init(whole: read.digits, plan)
            return
        }
        switch plan.reading(read.digits) {
        case .national(let whole): self.init(whole: whole, plan)
        case .international where isWhole: self.init(whole: read.digits, plan)
        // A trunk prefix behind the country code.
        case .neither where isWhole && Self.isWhole(read.digits): self.init(whole: read.digits, plan)
        default:
            let bare = read.digits.hasPrefix("0") ? String(read.digits.dropFirst()) : read.digits
            guard (7...16).contains(bare.utf8.count), !bare.hasPrefix("0") else { return nil }
            self.init(part: bare, hasZero: bare != read.digits, plan)
        }
    }

    private static func isWhole(_ digits: String) -> Bool {
        let told = Array(digits.utf8)
        return CountryCode.of(told).map { $0.national(told.dropFirst($0.digits.utf8.count)) != nil } ?? false
    }

    private init(part: String, hasZero: Bool, _ plan: NumberPlan) {
        (digits, isComplete, codeLength) = (part, false, 0)
        (self.plan, self.hasZero) = (plan, hasZero)
    }

    private init(whole: String, _ plan: NumberPlan) {
        (isComplete, self.plan, hasZero) = (true, plan, false)
        let told = Array(whole.utf8)
        guard let code = CountryCode.of(told) else {
            (digits, codeLength) = (whole, 0)
            return
        }
        codeLength = code.digits.utf8.count
        var national = Array(told.dropFirst(codeLength))
        // A trunk prefix that was told behind the country code.
        if !code.takes(national), let without = code.national(national), without.count >= 7 { national = without }
        if let mobile = Self.mobileDigits[code.digits], national.count == 11, national.first == mobile {
            national.removeFirst()
        }
        digits = code.digits + String(decoding: national, as: UTF8.self)
    }

    /// The digit that mobile numbers of ten digits have behind the country code when they are told from abroad, and that
    /// is told or not: Mexico gave it up, Argentina has it.
    private static let mobileDigits: [String: UInt8] = ["52": UInt8(ascii: "1"), "54": UInt8(ascii: "9")]

    // MARK: Comparing

    /// Whether both may be one person's number.
    public func matches(_ other: NormalizedNumber) -> Bool {
        switch (isComplete, other.isComplete) {
        case (true, true): digits == other.digits
        case (true, false): wholeForms.contains { Self.ends($0, in: other.digits) }
        case (false, true): other.wholeForms.contains { Self.ends($0, in: digits) }
        case (false, false): Self.ends(digits, in: other.digits) || Self.ends(other.digits, in: digits)
        }
    }

    /// Whether somebody told this number, in whatever form: quick for numbers that came as digits alone.
    public func matches(_ told: String?) -> Bool {
        guard let told else { return false }
        if told == digits { return true }
        // All that match end in the same digits.
        if Self.isPlain(told), !Self.ends(told, in: String(digits.suffix(7))) { return false }
        return NormalizedNumber(told, plan: plan).map { matches($0) } ?? false
    }

    private static func ends(_ digits: String, in tail: String) -> Bool {
        digits.utf8.count >= tail.utf8.count && digits.utf8.suffix(tail.utf8.count).elementsEqual(tail.utf8)
    }

    /// The number with its country code, with and without the digit for mobile phones.
    public var wholeForms: [String] {
        let code = String(digits.prefix(codeLength))
        guard isComplete, let mobile = Self.mobileDigits[code], digits.utf8.count - codeLength == 10 else {
            return [digits]
        }
        return [digits, code + String(UnicodeScalar(mobile)) + national]
    }

    /// The forms in which nearly everybody tells it: with `+`, `00` or nothing before it, and within the plan's country
    /// without its country code. Each of them is this number, or may be.
    public var usualForms: [String] {
        guard isComplete else { return [digits, "0\(digits)"] }
        var forms = wholeForms.flatMap { [$0, "+\($0)", "00\($0)"] }
        let isOurs = plan.code.map { $0.digits == digits.prefix(codeLength) } ?? false
        if isOurs, let code = plan.code, national.utf8.count >= 7 {
            forms += [national] + [code.withTrunk(national)].compactMap(\.self)
        }
        return forms
    }

    /// The digits of a number as somebody wrote it, or of a part of one, without what groups them and without an
    /// international prefix; `nil` for a text that holds anything else, or no digit.
    public static func digits(of told: String) -> String? { ToldDigits(told)?.digits }

    /// Whether a text is digits alone, without a leading zero.
    public static func isPlain(_ told: String) -> Bool {
        told.utf8.first != UInt8(ascii: "0") && told.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    public static func == (a: NormalizedNumber, b: NormalizedNumber) -> Bool {
        a.isComplete == b.isComplete && a.digits == b.digits
    }

    /// What counts in ``==(_:_:)``.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(isComplete)
        hasher.combine(digits)
    }

    public static func < (a: NormalizedNumber, b: NormalizedNumber) -> Bool {
        (a.digits, a.isComplete ? 1 : 0) < (b.digits, b.isComplete ? 1 : 0)
    }

    public var description: String { text }
}
