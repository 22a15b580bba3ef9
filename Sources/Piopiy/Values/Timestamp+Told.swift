extension Timestamp {
    /// Reads a moment in any of the ways in which webhooks and records tell one. It is the one reader of both.
    ///
    /// - Numbers, or strings that hold one: seconds, milliseconds, microseconds or nanoseconds since 1970, told apart
    ///   by their size, which is possible as every moment lies between 1973 and 2200.
    /// - ISO 8601 with date, time and zone: `2026-11-30T07:51:40Z`, `2026-11-30 13:21:40.25+05:30`, `20261130T075140Z`.
    ///
    /// A date and time without a zone is not read: nothing public says whose clock it would be, and a guess could be
    /// hours wrong. The result is in whole milliseconds; what is finer is cut off.
    /// - Returns: `nil` for what is not such a moment, among them 0, which the platform sends for "never".
    public init?(told json: JSONValue?) {
        guard let json else { return nil }
        if let number = json.looseNumber {
            guard let milliseconds = Self.milliseconds(number) else { return nil }
            self.init(milliseconds: milliseconds)
            return
        }
        guard let text = json.string else { return nil }
        let trimmed = text.drop { $0.isWhitespace }
        let bare = trimmed.prefix(trimmed.count - trimmed.reversed().prefix { $0.isWhitespace }.count)
        if let number = Double(bare) {
            self.init(told: .number(number))
        } else {
            self.init(iso8601: bare)
        }
    }

    private static func milliseconds(_ number: Double) -> Int64? {
        // 3 March 1973, and the end of 2199.
        let (first, end) = (1e8, 7_258_118_400.0)
        for (unit, perMillisecond) in [(1.0, 0.001), (1e3, 1.0), (1e6, 1e3), (1e9, 1e6)]
        where number >= first * unit && number < end * unit {
            // A fraction of a second is told in decimals, of which a `Double` has some a little below.
            if perMillisecond < 1 { return Int64((number * 1000).rounded()) }
            return Int64((number / perMillisecond).rounded(.down))
        }
        return nil
    }

    /// Date, time and zone, in the extended or the basic format.
    private init?(iso8601 text: some StringProtocol) {
        var reader = DigitReader(text.utf8)
        guard let year = reader.digits(4), (1973..<2200).contains(year) else { return nil }
        let isExtended = reader.take("-")
        guard let month = reader.digits(2), (1...12).contains(month), !isExtended || reader.take("-"),
            let day = reader.digits(2), (1...31).contains(day),
            reader.take("T") || reader.take("t") || reader.take(" "), let hour = reader.digits(2), hour <= 23
        else {
            return nil
        }
        let hasColons = reader.take(":")
        // A second of 60 is a leap second, which no clock here counts.
        guard let minute = reader.digits(2), minute <= 59 else { return nil }
        var (second, fraction) = (0, 0)
        if hasColons ? reader.take(":") : reader.isAtDigit {
            guard let read = reader.digits(2), read <= 60 else { return nil }
            second = read
            if reader.take(".") || reader.take(",") {
                guard let read = reader.fraction() else { return nil }
                fraction = read
            }
        }
        _ = reader.take(" ")
        guard let ahead = reader.zone(), reader.isAtEnd, let days = Self.days(year, month, day) else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - ahead
        self.init(milliseconds: Int64(seconds) * 1000 + Int64(fraction))
    }

    /// Days since 1970-01-01 in the Gregorian calendar; `nil` for a day that its month does not have.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        let before = year - 1
        let leapDays = (before / 4 - before / 100 + before / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400)
        return (year - 1970) * 365 + leapDays + lengths[..<(month - 1)].reduce(0, +) + day - 1
    }
}

/// Reads fixed numbers of digits off the front of a text.
private struct DigitReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: some Sequence<UInt8>) { rest = Array(text)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var isAtDigit: Bool { rest.first.map(Self.isDigit) ?? false }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func digits(_ count: Int) -> Int? {
        guard rest.count >= count, rest.prefix(count).allSatisfy(Self.isDigit) else { return nil }
        let value = rest.prefix(count).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        rest.removeFirst(count)
        return value
    }

    /// Milliseconds of the digits behind a point; finer ones are cut off.
    mutating func fraction() -> Int? {
        let digits = rest.prefix(while: Self.isDigit)
        guard !digits.isEmpty else { return nil }
        rest.removeFirst(digits.count)
        return (0..<3).reduce(0) { value, place in
            value * 10 + (place < digits.count ? Int(digits[digits.startIndex + place] - UInt8(ascii: "0")) : 0)
        }
    }

    /// Seconds ahead of UTC: `Z`, `UTC`, `GMT`, `+05:30`, `+0530`, `+05`.
    mutating func zone() -> Int? {
        let word = String(decoding: rest, as: UTF8.self).uppercased()
        if ["Z", "UTC", "GMT"].contains(word) {
            rest = []
            return 0
        }
        let isBehind = take("-")
        guard isBehind || take("+"), let hours = digits(2), hours <= 14 else { return nil }
        var minutes = 0
        if take(":") || isAtDigit {
            guard let read = digits(2), read <= 59 else { return nil }
            minutes = read
        }
        let ahead = hours * 3600 + minutes * 60
        return isBehind ? -ahead : ahead
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
