import Piopiy

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads a time as people and scripts write it: `2026-11-23`, `2026-11-23T18:04`, `…:05`, `…Z`, `…+05:30`, `-2h`, `-7d`,
/// `now`, or milliseconds since 1970. Without a zone it is this machine's.
///
/// As an end, a day, minute or second that is named is meant whole: `--until 2026-11-23T18:04` ends at 18:04:59.999.
/// Where the clocks go back, a time that comes twice is the earlier one as a beginning and the later one as an end, so
/// that nothing is left out. One that is skipped where they go forward is read by the clock from before: 02:30 is 03:30.
enum TimeArgument {
    static let help = "2026-11-23, 2026-11-23T18:04, -2h, -7d, now, or ms since 1970"

    /// A beginning and an end, each with its option's name.
    /// - Throws: `CommandFailure` (64) for what is not a time, and for a beginning after the end.
    static func range(
        from first: (name: String, text: String?),
        to last: (name: String, text: String?),
        now: Timestamp
    ) throws(CommandFailure) -> (from: Timestamp?, to: Timestamp?) {
        func read(_ option: (name: String, text: String?), isEnd: Bool) throws(CommandFailure) -> Timestamp? {
            guard let text = option.text else { return nil }
            guard let time = parse(text, now: now, isEnd: isEnd) else {
                throw CommandFailure(status: .invalid, message: "\(option.name) is not a time; use \(help).")
            }
            return time
        }
        let (from, to) = (try read(first, isEnd: false), try read(last, isEnd: true))
        if let from, let to, from > to {
            throw CommandFailure(
                status: .invalid,
                message:
                    "\(first.name) (\(from.localText)) is after \(last.name) (\(to.localText)): there is nothing "
                    + "between "
                    + "them. Give the earlier time as \(first.name)."
            )
        }
        return (from, to)
    }

    /// - Parameters:
    ///   - isEnd: whether it is the end of a time, so that what is named is meant whole.
    ///   - zone: of times that name none.
    static func parse(
        _ text: String,
        now: Timestamp,
        isEnd: Bool,
        zone: LocalZone = .current
    ) -> Timestamp? {
        if text == "now" { return now }
        if let back = ago(text) { return Timestamp(milliseconds: now.milliseconds - back) }
        // Fewer digits would be seconds, or a year.
        if text.utf8.count >= 12, text.utf8.count <= 14, let milliseconds = whole(text[...]) {
            return Timestamp(milliseconds: Int64(milliseconds))
        }
        return calendar(text, isEnd: isEnd, zone)
    }

    /// Milliseconds of `-90s`, `-15m`, `-2h`, `-7d`, `-2w`.
    private static func ago(_ text: String) -> Int64? {
        guard text.hasPrefix("-"), let unit = text.last,
            let seconds = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800][unit],
            let count = whole(text.dropFirst().dropLast()), count <= 1_000_000
        else { return nil }
        return Int64(count) * Int64(seconds) * 1000
    }

    private static func calendar(_ text: String, isEnd: Bool, _ local: LocalZone) -> Timestamp? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard date.count == 3, date[0].utf8.count == 4, date[1].utf8.count == 2, date[2].utf8.count == 2,
            let year = whole(date[0]), let month = whole(date[1]), let day = whole(date[2]),
            (1970...9999).contains(year), (1...12).contains(month), (1...days(of: month, year)).contains(day)
        else { return nil }
        var moment = tm()
        (moment.tm_year, moment.tm_mon, moment.tm_mday) = (CInt(year - 1900), CInt(month - 1), CInt(day))
        guard parts.count == 2 else {
            // The last moment is the one before the next day begins, which daylight saving may move.
            if isEnd { moment.tm_mday += 1 }
            let midnight = local.moment(Int64(timegm(&moment)), isLater: false)
            return Timestamp(milliseconds: midnight * 1000 - (isEnd ? 1 : 0))
        }
        var clock = parts[1]
        let offset = zone(&clock)
        if case .wrong = offset { return nil }
        let time = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(time.count), time.allSatisfy({ $0.utf8.count >= 2 }), time[0].utf8.count == 2,
            time[1].utf8.count == 2, let hour = whole(time[0]), let minute = whole(time[1]), hour < 24, minute < 60,
            let milliseconds = time.count == 3 ? secondsPart(time[2]) : 0
        else { return nil }
        (moment.tm_hour, moment.tm_min) = (CInt(hour), CInt(minute))
        let wall = Int64(timegm(&moment))
        let seconds: Int64 =
            if case .offset(let ahead) = offset { wall - ahead } else { local.moment(wall, isLater: isEnd) }
        // A minute or a second that ends a time is meant whole; a fraction is as exact as it was written.
        let rest: Int64 = !isEnd ? 0 : time.count == 2 ? 59_999 : time[2].utf8.count == 2 ? 999 : 0
        return Timestamp(milliseconds: seconds * 1000 + milliseconds + rest)
    }

    private enum Zone {
        case here
        /// Seconds ahead of UTC.
        case offset(Int64)
        case wrong
    }

    /// Takes the zone off the end of a time.
    private static func zone(_ clock: inout Substring) -> Zone {
        if clock.hasSuffix("Z") || clock.hasSuffix("z") {
            clock.removeLast()
            return .offset(0)
        }
        guard let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return .here }
        let digits = clock[clock.index(after: sign)...].filter { $0 != ":" }
        guard digits.utf8.count == 4, let number = whole(digits[...]), number / 100 <= 14, number % 100 < 60 else {
            return .wrong
        }
        let ahead = Int64(number / 100 * 3600 + number % 100 * 60)
        let isBehind = clock[sign] == "-"
        clock = clock[..<sign]
        return .offset(isBehind ? -ahead : ahead)
    }

    /// Milliseconds of `05` or `05.25`.
    private static func secondsPart(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].utf8.count == 2, let seconds = whole(parts[0]), seconds < 60 else { return nil }
        guard parts.count == 2 else { return Int64(seconds) * 1000 }
        let fraction = parts[1].prefix(3)
        guard whole(parts[1].prefix(9)) != nil, let part = whole(fraction) else { return nil }
        return Int64(seconds) * 1000 + Int64([100, 10, 1][fraction.utf8.count - 1] * part)
    }

    /// Digits and nothing else.
    private static func whole(_ text: Substring) -> Int? {
        (text.isEmpty || !text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            ? nil : Int(text)
    }

    private static func days(of month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}

/// The clock of a place: how far it is ahead of UTC at any moment.
struct LocalZone: Sendable {
    /// Seconds ahead of UTC at a moment, in seconds since 1970.
    let offset: @Sendable (Int64) -> Int64

    /// This machine's.
    static let current = LocalZone { seconds in
        var moment = time_t(seconds)
        var parts = tm()
        guard localtime_r(&moment, &parts) != nil else { return 0 }
        return Int64(timegm(&parts)) - seconds
    }

    /// The moment at which a clock there shows a time.
    /// - Parameters:
    ///   - wall: the date and time as if they were UTC's, in seconds since 1970.
    ///   - isLater: which of two is meant where the clock shows it twice.
    func moment(_ wall: Int64, isLater: Bool) -> Int64 {
        // No two changes of a clock are within two days of each other.
        let before = offset(wall - 86_400)
        let moments = [before, offset(wall + 86_400)].map { wall - $0 }.filter { $0 + offset($0) == wall }
        // A time that is skipped goes on by the clock from before.
        return (isLater ? moments.max() : moments.min()) ?? wall - before
    }
}

extension Timestamp {
    /// The moment by this machine's zone, for people: `2026-11-23 18:04:05`.
    var localText: String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "" }
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
