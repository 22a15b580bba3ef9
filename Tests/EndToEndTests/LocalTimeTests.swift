import Foundation
import TestSupport
import Testing

@Suite("Local time")
struct LocalTimeTests {
    @Test("A console that runs while clocks are changed shows the new time from then on")
    func change() async throws {
        var program = try Program(token: nil)
        defer { program.clean() }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let change = Date(timeIntervalSinceNow: 6)
        // A zone that is at UTC up to that second and an hour ahead from then on, in POSIX's words: a day without a leap
        // day, and hours that may go beyond it.
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: change)
        let (hour, minute, second) = (try #require(parts.hour), try #require(parts.minute), try #require(parts.second))
        let day = try #require(calendar.ordinality(of: .day, in: .year, for: change))
        let year = try #require(parts.year)
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let number = isLeap && day > 60 ? day - 1 : day
        program.environment["TZ"] = "STD0DST-1,J\(number)/\(hour):\(minute):\(second),J\(number)/167"
        try await PlainSession.with(program) { console in
            _ = try await wait(for: "clocks to be changed") { () -> Bool? in
                Date.now > change.addingTimeInterval(1) ? true : nil
            }
            let before = Date.now
            try console.type("call 918888888888 from 919999999999 agent \(CallCommandTests.agent)")
            let line = try await console.see("call 1 to 918888888888: talking")
            let hours = [before, Date.now].map { (calendar.component(.hour, from: $0) + 1) % 24 }
            #expect(hours.contains(try #require(Int(line.prefix(2)))), "\(line), hours \(hours)")
        }
    }
}
