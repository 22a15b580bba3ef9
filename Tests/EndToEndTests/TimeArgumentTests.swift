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
        "As an end, a day, a minute or a second is meant whole, a fraction as it is written",
        arguments: [
            ("2026-11-23T12:00Z", 59_999), ("2026-11-23T12:00:00Z", 999), ("2026-11-23T12:00:00+00:00", 999),
            ("2026-11-23T12:00:01.5Z", 1500), ("1795435200000", 0), ("-90s", -90_000), ("now", 0),
        ] as [(String, Int64)]
    )
    func ends(text: String, offset: Int64) {
        #expect(parse(text, isEnd: true) == now.milliseconds + offset)
    }

    /// Berlin's clock goes forward on 29 March 2026 at 02:00, and back on 25 October at 03:00: both at 01:00 UTC. The rule
    /// stands here, because a machine need not have a list of zones.
    private func berlin(_ text: String, isEnd: Bool) throws -> String? {
        let summer: Range<Int64> = 1_774_746_000..<1_792_890_000
        let local = LocalZone { summer.contains($0) ? 7200 : 3600 }
        let time = TimeArgument.parse(text, now: now, isEnd: isEnd, zone: local)
        return time.map { $0.date.ISO8601Format(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
    }

    @Test("In the hour that comes twice a beginning is the earlier and an end the later, always")
    func repeatedHour() throws {
        #expect(try berlin("2026-10-25T02:30", isEnd: false) == "2026-10-25T00:30:00.000Z")
        #expect(try berlin("2026-10-25T02:30", isEnd: true) == "2026-10-25T01:30:59.999Z")
        #expect(try berlin("2026-10-25T02:30:10", isEnd: true) == "2026-10-25T01:30:10.999Z")
        #expect(try berlin("2026-10-25T02:30+02:00", isEnd: true) == "2026-10-25T00:30:59.999Z")
        for isEnd in [false, true] {
            let rest = isEnd ? "59.999Z" : "00.000Z"
            #expect(try berlin("2026-10-25T01:59", isEnd: isEnd) == "2026-10-24T23:59:\(rest)")
            #expect(try berlin("2026-10-25T03:00", isEnd: isEnd) == "2026-10-25T02:00:\(rest)")
        }
    }

    @Test("A time that is skipped goes on by the clock from before; days begin and end where they do there")
    func skippedHour() throws {
        #expect(try berlin("2026-03-29T02:30", isEnd: false) == "2026-03-29T01:30:00.000Z")
        #expect(try berlin("2026-03-29T02:30", isEnd: true) == "2026-03-29T01:30:59.999Z")
        #expect(try berlin("2026-03-29T03:00", isEnd: false) == "2026-03-29T01:00:00.000Z")
        #expect(try berlin("2026-10-25", isEnd: false) == "2026-10-24T22:00:00.000Z")
        #expect(try berlin("2026-10-25", isEnd: true) == "2026-10-25T22:59:59.999Z")
        #expect(try berlin("2026-03-29", isEnd: true) == "2026-03-29T21:59:59.999Z")
    }

    @Test("This machine's clock is asked as the calendar does")
    func thisMachine() {
        for month in 0..<24 {
            let seconds = 1_767_225_600 + Int64(month) * 2_629_800
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            #expect(LocalZone.current.offset(seconds) == Int64(TimeZone.current.secondsFromGMT(for: date)))
        }
    }

    @Test("A beginning after the end is an error, and so is what is no time; the same moment is not")
    func range() throws {
        func range(_ from: String?, _ to: String?) throws -> (Timestamp?, Timestamp?) {
            try TimeArgument.range(from: ("--since", from), to: ("--until", to), now: now)
        }
        for (from, to) in [("2026-11-24", "2026-11-23T23:59"), ("now", "-1s"), ("x", nil), (nil, "x")]
            as [(String?, String?)]
        {
            let failure = #expect(throws: CommandFailure.self) { _ = try range(from, to) }
            #expect(failure?.status == .invalid)
        }
        for (from, to) in [("2026-11-23", "2026-11-23"), ("now", "now"), (nil, nil)] as [(String?, String?)] {
            let (first, last) = try range(from, to)
            #expect((first == nil) == (from == nil) && (last == nil) == (to == nil))
        }
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
