import Foundation
import Piopiy
import Testing

@testable import PiopiyCommand

@Suite("Times on the command line")
struct TimeArgumentTests {
    // 2026-11-23 12:00:00 UTC
    private let now = Timestamp(milliseconds: 1_795_435_200_000)

    private func parse(_ text: String, isEnd: Bool = false) -> Int64? {
        TimeArgument.parse(text, now: now, isEnd: isEnd)?.milliseconds
    }

    @Test(
        "A time with a zone means the same everywhere",
        arguments: [
            ("2026-11-23T12:00Z", 0), ("2026-11-23T12:00:00z", 0), ("2026-11-23 17:30:00+05:30", 0),
            ("2026-11-23T09:00:00.250-0300", 250), ("2026-11-23T12:00:01.5Z", 1500), ("1795435200000", 0),
            ("-90s", -90_000), ("-15m", -900_000), ("-2h", -7_200_000), ("-7d", -604_800_000), ("now", 0),
        ] as [(String, Int64)]
    )
    func known(text: String, offset: Int64) {
        #expect(parse(text) == now.milliseconds + offset)
    }

    @Test("Without a zone it is this machine's; a date is its first moment, as an end its last")
    func local() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .current
        let parts = DateComponents(year: 2024, month: 2, day: 29)
        let start = try #require(calendar.date(from: parts))
        let end = try #require(calendar.date(byAdding: .day, value: 1, to: start))
        #expect(parse("2024-02-29") == Int64(start.timeIntervalSince1970 * 1000))
        #expect(parse("2024-02-29", isEnd: true) == Int64(end.timeIntervalSince1970 * 1000) - 1)
        #expect(parse("2024-02-29T00:00:07") == Int64(start.timeIntervalSince1970 * 1000) + 7000)
    }

    @Test(
        "What is no time is none",
        arguments: [
            "", "-", "yesterday", "2026-11-31", "2025-02-29", "2026-13-01", "2026-1-1", "26-11-23", "2026-11-23T",
            "2026-11-23T25:00", "2026-11-23T12:60", "2026-11-23T12", "2026-11-23T12:00+5", "2026-11-23T12:00:61",
            "2026-11-23T12:00:00.", "-2y", "-h", "--2h", "1795435200", "2026-11-23T12:00Zulu", "2026-11-23T12:00:00:00",
            "-99999999d",
        ]
    )
    func wrong(text: String) {
        #expect(parse(text) == nil)
    }
}
