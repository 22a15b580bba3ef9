import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

/// The header says what webhooks have told, not that somebody listens for them.
@Suite("Webhooks in the header")
struct HooksHeaderTests {
    private static let accepted = Outcome.accepted(
        Acceptance(status: 200, requestID: RequestID("R1"), message: "call_queued")
    )

    @Test("Until one has come there is no tick; one that can be read brings it, with its time")
    func firstNews() {
        var desk = Desk()
        #expect(desk.lines[0].hasSuffix("hooks none yet "))
        #expect(!desk.lines[0].contains("✓"))
        desk.event("answered", call: Desk.id(1))
        #expect(desk.lines[0].contains("hooks ✓ 22:13:20"))
    }

    @Test("One that cannot be read is no news: it is named, until a later one can be read")
    func unreadable() {
        var desk = Desk()
        desk.happen(.webhook(.unreadable("the body is not JSON")))
        #expect(desk.lines[0].contains("hooks unreadable"))
        #expect(desk.status.hasPrefix("a webhook could not be read: the body is not JSON"))
        desk.pass(.seconds(5))
        desk.event("answered", call: Desk.id(1))
        #expect(desk.lines[0].contains("hooks ✓ 22:13:25"))
        desk.pass(.seconds(5))
        let line = JournalLine.webhook(.unreadable("x"), body: Array("x".utf8), at: desk.now)
        desk.happen(.lines([line]))
        #expect(desk.lines[0].contains("hooks unreadable"))
    }

    @Test("A call of which nothing is heard shows in the header, in its row and in its details")
    func silence() throws {
        var desk = Desk(width: 120)
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        desk.pass(.seconds(60))
        desk.place("918888888802")
        let ref = try #require(desk.sent.placedRefs.last)
        desk.happen(.outcome(ref, Self.accepted))
        #expect(desk.lines[0].contains("hooks ✓ 22:13:20"))
        #expect(desk.line(holding: "918888888802")?.contains("no news") == false)
        desk.pass(.seconds(662))
        #expect(desk.lines[0].contains("hooks silent 22:13:20"))
        let row = try #require(desk.lines.first { $0.contains("918888888802") && $0.contains("queued") })
        #expect(row.contains("no news") && row.contains("11:02"))
        desk.press(.enter)
        let heard = try #require(desk.line(holding: "No news"))
        #expect(heard.contains("since 22:14:20, for 11:02"), "\(desk.screen)")
        desk.press(.escape)
        desk.event("ringing", call: Desk.id(2), to: "918888888802", extra: ["request_id": "R1"])
        #expect(desk.lines[0].contains("hooks ✓ 22:25:22"), "\(desk.lines[0])")
        #expect(desk.line(holding: "918888888802")?.contains("no news") == false)
    }

    @Test("The plain console says that somebody listens, and that nothing has come")
    func plain() {
        let desk = PlainDesk()
        #expect(desk.lines.contains { $0.hasSuffix("this console listens for webhooks; none has come yet") })
    }
}
