#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The date of HTTP headers, in the form that is sent today and in the two older ones that a reader must take (RFC
/// 9110): `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov 6 08:49:37 1994`.
enum HTTPDate {
    /// - Parameter now: tells the century of a year of two digits, which is none more than 50 years ahead.
    static func parse(_ text: String, now: Date) -> Date? {
        let parts = text.split { $0 == " " || $0 == "-" }.map(String.init)
        switch (parts.count, parts.last) {
        // A date with a dash in another place would have been cut into other parts.
        case (6, "GMT") where !text.contains("-"):
            guard parts[3].utf8.count == 4 else { return nil }
            return date(year: Int(parts[3]), parts[2], day: parts[1], time: parts[4])
        case (6, "GMT"):
            guard parts[3].utf8.count == 2, let short = Int(parts[3]) else { return nil }
            let year = 1970 + Int(now.timeIntervalSince1970 / 31_556_952)
            let near = year - year % 100 + short
            return date(year: near > year + 50 ? near - 100 : near, parts[2], day: parts[1], time: parts[4])
        case (5, let year?) where !text.contains("-"):
            return date(year: Int(year), parts[1], day: parts[2], time: parts[3])
        default:
            return nil
        }
    }

    private static func date(year: Int?, _ month: String, day: String, time: String) -> Date? {
        guard let year, (1970...9999).contains(year), let month = months.firstIndex(of: month), let day = Int(day),
            (1...31).contains(day)
        else { return nil }
        let time = time.split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]))
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Days from a civil date, Gregorian, counting years from March so that the leap day comes last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
