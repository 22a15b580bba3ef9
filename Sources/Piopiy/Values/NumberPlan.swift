/// In which country numbers are told, and so how those without a country code are completed.
///
/// It is one value, made of the setting `country` and passed to whatever reads or compares numbers:
///
///     let plan = try NumberPlan(country: "91")
///     try NumberReading.read("070000 03006", plan: plan).digits   // 917000003006
///     try NumberReading.read("9876543210", plan: plan)            // throws: it may be +98 76543210
///
/// A number without `+` or `00` that can be read as one of the country and as one with its country code is ambiguous. It
/// is never dialed, as one of the two readings is a stranger's; where such a number was told, it matches both.
public struct NumberPlan: Hashable, Sendable {
    /// The country code, such as 91; `nil` where all numbers are told with theirs.
    public let country: Int?

    /// No country: nothing is completed, and digits alone are a number with its country code.
    public static let international = NumberPlan()

    private init() { country = nil }

    /// - Parameters:
    ///   - text: a country code of 1 to 3 digits.
    ///   - field: what the error calls it.
    /// - Throws: ``ValidationError`` for what is not a country code.
    public init(country text: String, field: String = "country") throws(ValidationError) {
        let isCode = (1...3).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isCode, text.utf8.first != 0x30, let code = Int(text), CountryCode.all[code] != nil else {
            let what = isCode ? "is “\(text)”, which is not a country code" : "is not a country code"
            throw ValidationError(field: field, "\(what); it must be \(Self.rule)")
        }
        country = code
    }

    static let rule = "1 to 3 digits, such as 91 for India or 44 for the United Kingdom"

    /// The country's numbers.
    var code: CountryCode? { country.flatMap { CountryCode.all[$0] } }

    /// What is dialed before a country code: `00`, and `011` within country code 1.
    var internationalPrefixes: [String] { country == 1 ? ["00", "011"] : ["00"] }

    /// What digits without `+` and international prefix can be.
    enum Reading: Hashable, Sendable {
        /// A number of the country: its digits with the country code.
        case national(String)
        /// A number with its country code.
        case international
        /// Both.
        case either(national: String)
        /// Neither, as far as lengths and first digits are known.
        case neither
    }

    /// - Parameter digits: ASCII digits.
    func reading(_ digits: String) -> Reading {
        guard let code else { return .international }
        let told = Array(digits.utf8)
        let foreign = CountryCode.of(told)
        // One that is only dialed within its area counts: the platform would take it.
        let isForeign = foreign.map { $0.hasNumbers(ofLength: told.count - $0.digits.utf8.count) } ?? false
        // In some countries a number with the country's own code is, by its digits, one without too. So long a one is
        // told with it.
        if foreign?.digits == code.digits, told.count >= 11, code.takes(told.dropFirst(code.digits.utf8.count)) {
            return .international
        }
        // Fewer digits are an extension.
        guard let national = code.national(told), national.count >= 7 else {
            return isForeign ? .international : .neither
        }
        let whole = code.digits + String(decoding: national, as: UTF8.self)
        if whole == digits { return .international }
        guard (7...16).contains(whole.utf8.count) else { return isForeign ? .international : .neither }
        return isForeign ? .either(national: whole) : .national(whole)
    }

    // MARK: Numbers that are to be dialed

    /// A number that was written as digits alone.
    func completed(_ number: PhoneNumber) throws(NumberRefusal) -> PhoneNumber {
        switch reading(number.digits) {
        case .international, .neither: return number
        case .national(let whole): return try Self.number(whole)
        case .either(let whole): throw .ambiguous(international: number.digits, national: whole)
        }
    }

    /// A number in groups; `nil` where the country has no part in it.
    func completed(_ written: WrittenNumber) throws(NumberRefusal) -> PhoneNumber? {
        guard country != nil, !written.hasPlus else { return nil }
        let first = written.groups[0].digits
        // The longer one first: with country code 1 an area code can begin with neither.
        for prefix in internationalPrefixes.reversed() where first.hasPrefix(prefix) {
            var groups = written.groups
            groups[0].digits = String(first.dropFirst(prefix.utf8.count))
            if groups[0].digits.isEmpty { groups.removeFirst() }
            guard !groups.isEmpty else { return nil }
            let rest = WrittenNumber(hasPlus: true, groups: groups)
            try NumberGrouping.check(rest)
            return try Self.number(rest.digits)
        }
        let digits = written.digits
        switch reading(digits) {
        case .international, .neither: return nil
        case .national(let whole):
            try NumberGrouping.checkNational(written, hasTrunk: digits.hasPrefix("0"))
            return try Self.number(whole)
        case .either(let whole):
            try NumberGrouping.checkNational(written, hasTrunk: digits.hasPrefix("0"))
            throw .ambiguous(international: digits, national: whole)
        }
    }

    private static func number(_ digits: String) throws(NumberRefusal) -> PhoneNumber {
        do throws(ValidationError) {
            return try PhoneNumber(validating: digits)
        } catch {
            throw .rule(error.problem)
        }
    }
}
