import Foundation
import TestSupport
import Testing

@testable import Piopiy

@Suite("Retry-After")
struct RetryAfterTests {
    /// Tue, 10 Sep 2024 04:34:31 GMT.
    static let now = Date(timeIntervalSince1970: 1_725_942_871)

    @Test(
        "Seconds and dates are read, decimals are rounded up, and ten years is the longest wait",
        arguments: [
            ("0", 0), ("1", 1), (" 7 ", 7), ("86400", 86_400), ("999999", 999_999), ("007", 7), ("0.0", 0), ("1.0", 1),
            ("1.5", 2), ("0.2", 1), ("120.5", 121), ("120.000000000000000000000001", 121),
            ("99999999999999999999", RetryAfter.longest), ("99999999999999999999.5", RetryAfter.longest),
            ("315360000.5", RetryAfter.longest), ("315360001", RetryAfter.longest),
            ("9223372036854775807", RetryAfter.longest), ("00000000000000000000000005", 5),
            ("Tue, 10 Sep 2024 04:35:31 GMT", 60),
            ("Tue, 10 Sep 2024 04:34:31 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
            ("Fri, 31 Dec 9999 23:59:59 GMT", RetryAfter.longest),
            // The two older forms.
            ("Tuesday, 10-Sep-24 04:35:31 GMT", 60), ("Sunday, 06-Nov-94 08:49:37 GMT", 0),
            ("Tue Sep 10 04:35:31 2024", 60), ("Sun Nov  6 08:49:37 1994", 0),
        ]
    )
    func read(header: String, seconds: Int) {
        #expect(RetryAfter(header, now: Self.now) == .after(.seconds(seconds)))
    }

    /// Headers that say nothing.
    static let unreadable = [
        "", "-1", "1,2", "1, 2", "soon", "5 s", "+5", "1e3", ".5", "1.", "1.2.3", "NaN", "0x10", "५",
    ]

    @Test(
        "What is neither says nothing, which is not the same as no wait",
        arguments: unreadable + [
            "-1.5", "1;2", "1 2", "inf", "--", "Tue, 10 Foo 2024 04:35:31 GMT",
            "Tue, 10 Sep 2024 25:35:31 GMT",
            "Tue, 10 Sep 2024 04:35 GMT", "Tue, 99 Sep 2024 04:35:31 GMT", "Tue, 10 Sep 99999999999 04:35:31 GMT",
            "Tuesday, 10-Sep-2024 04:35:31 GMT", "Tue, 10 Sep 24 04:35:31 GMT", "Tue Sep 10 04:35:31 24",
            "Tue, 10 Sep 2024 04:35:31 CET", "Tue, 10 Sep -2024 04:35:31 GMT", "Tue, 10 Sep 2024 04:-5:31 GMT",
            "Tue, 10 Sep 2024 04:35:31 GMT, 5",
        ]
    )
    func unread(header: String) {
        #expect(RetryAfter(header, now: Self.now) == .unreadable)
    }

    @Test(
        "A year of two digits is none of more than fifty years ahead",
        arguments: [(74, 2074), (75, 1975), (0, 2000)]
    )
    func century(short: Int, year: Int) throws {
        let digits = short < 10 ? "0\(short)" : "\(short)"
        let date = try #require(HTTPDate.parse("Sunday, 01-Jan-\(digits) 00:00:00 GMT", now: Self.now))
        #expect(Calendar(identifier: .gregorian).component(.year, from: date + 43_200) == year)
    }

    @Test("A date is waited for until its second has begun: a part of a second counts as a whole one")
    func withinSecond() {
        let header = "Tue, 10 Sep 2024 04:35:31 GMT"
        #expect(RetryAfter(header, now: Self.now + 0.4) == .after(.seconds(60)))
        #expect(RetryAfter(header, now: Self.now + 59.9) == .after(.seconds(1)))
    }

    @Test("Dates agree with Foundation's calendar", arguments: [1, 2])
    func dates(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        for _ in 0..<300 {
            let date = Date(timeIntervalSince1970: Double(Int.random(in: 0..<253_402_300_800, using: &random)))
            let text = formatter.string(from: date)
            #expect(HTTPDate.parse(text, now: Self.now) == date, "\(text), seed \(seed)")
        }
    }
}
