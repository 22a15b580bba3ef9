import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("The history")
struct HistoryTests {
    private func desk(_ journal: FakeJournal, width: Int = 80, height: Int = 24) -> Desk {
        var desk = Desk(width: width, height: height)
        desk.press(.character("h"))
        desk.answer(from: journal)
        return desk
    }

    private func many(_ count: Int) throws -> FakeJournal {
        FakeJournal(try (1...count).map { try StoredCall.past($0) })
    }

    /// The numbers of the rows that are on the screen, from above.
    private func numbers(_ desk: Desk) -> [String] {
        desk.lines.dropFirst(3).dropLast(3).compactMap { line in
            line.split(separator: " ").first { $0.count == 12 && $0.hasPrefix("9188") }.map(String.init)
        }
    }

    @Test("h shows past calls, the newest first, with their end and the agent's name")
    func shows() throws {
        var desk = Desk()
        desk.hear(.agents(Desk.agents))
        desk.press(.character("h"))
        #expect(desk.screen.contains("Loading"))
        let journal = FakeJournal([
            try .past(1, to: "918888888801"), try .past(2, to: "918888888802", end: .answered, talked: 72),
        ])
        desk.answer(from: journal)
        #expect(numbers(desk) == ["918888888802", "918888888801"])
        let row = try #require(desk.line(holding: "918888888802"))
        #expect(row.contains("completed") && row.contains("01:12") && row.contains("support-en"))
        #expect(desk.line(holding: "918888888801")?.contains("busy") == true)
        #expect(desk.screen.contains("History 2"))
    }

    @Test("An empty journal and a journal that cannot be read say so; Ctrl-R tries again")
    func states() throws {
        var desk = Desk(settings: .init(place: "sandbox", isSandbox: true))
        desk.press(.character("h"))
        desk.answer(from: FakeJournal([]))
        #expect(desk.screen.contains("The journal has no calls yet."))
        #expect(desk.screen.contains("this sandbox since its start"))
        desk.press(.control("r"))
        let errand = try #require(desk.errands.last)
        desk.hear(.failed(errand, "It is damaged."))
        #expect(desk.screen.contains("The journal could not be read. It is damaged."))
        desk.asked = []
        desk.press(.control("r"))
        desk.answer(from: try many(3))
        #expect(numbers(desk).count == 3)
    }

    @Test("A long journal is read page by page as the end is reached, each call once")
    func pages() throws {
        let journal = try many(1000)
        var desk = desk(journal)
        #expect(desk.model.history.rows.count == HistoryList.page)
        #expect(desk.screen.contains("History 200+") && desk.screen.contains("+ below"))
        for _ in 1...60 {
            desk.press(.pageDown)
            desk.answer(from: journal)
        }
        let keys = desk.model.history.keys
        #expect(keys.count == 1000 && Set(keys).count == 1000)
        #expect(keys == journal.calls.map(\.call.key))
        #expect(numbers(desk).last == "918888881001")
        #expect(desk.screen.contains("History 1000 "))
    }

    @Test("An answer to an older search is dropped")
    func older() throws {
        var desk = Desk()
        desk.press(.character("h"))
        desk.press(.character("/"))
        desk.type("8802")
        let asks = desk.errands.compactMap { if case .history(let ask) = $0 { ask } else { nil } }
        #expect(asks.count == 5)
        let journal = FakeJournal([try .past(1, to: "918888888801"), try .past(2, to: "918888888802")])
        // Whatever order they come in.
        for ask in asks.reversed() { desk.hear(.history(ask, journal.page(CallQuery()))) }
        #expect(numbers(desk) == ["918888888802"])
        let failed = try #require(asks.first)
        desk.hear(.failed(.history(failed), "too late"))
        #expect(!desk.screen.contains("too late"))
    }

    @Test(
        "A filter looks through all of the journal, not only what is loaded",
        arguments: [
            ("8111111", [7]), ("to:91811*", [7, 900]), ("to:*2222", [900]), ("busy", [900]),
            ("state:ended busy", [900]),
            ("flag:busy", [900]), ("A-17", [12]), ("-busy 2222", []), ("agent:sales", [30]), ("sales-uk", [30]),
            ("agent:3f0c2f4e", [30]), ("time>20m", [77]), ("-completed -busy", [55]), ("no record", [55]),
            ("NO answer -busy", []), ("nothing-like-it", []), ("3f0c2f4e -time>20m", [30]),
        ]
    )
    func filter(text: String, expected: [Int]) throws {
        let calls = try (1...1000).map { number in
            switch number {
            case 7: try StoredCall.past(number, to: "918111111111", end: .answered, talked: 10)
            case 900: try StoredCall.past(number, to: "918111112222", end: .busy)
            case 12: try StoredCall.past(number, variables: ["order": "A-17"], end: .answered, talked: 10)
            case 30: try StoredCall.past(number, agent: Desk.agents[1].id, end: .answered, talked: 10)
            case 77: try StoredCall.past(number, end: .answered, talked: 1300)
            case 55: try StoredCall.past(number, end: .gone)
            default: try StoredCall.past(number, end: .answered, talked: 10)
            }
        }
        let journal = FakeJournal(calls)
        var desk = Desk()
        desk.hear(.agents(Desk.agents))
        desk.press(.character("h"))
        desk.answer(from: journal)
        desk.press(.character("/"))
        desk.type(text)
        desk.answer(from: journal)
        let found = desk.model.history.rows.compactMap { stored in calls.firstIndex(of: stored).map { $0 + 1 } }
        #expect(found.sorted() == expected.sorted())
        if expected.isEmpty { #expect(desk.screen.contains("No call in the journal matches")) }
        desk.press(.enter, .escape)
        desk.answer(from: journal)
        #expect(desk.model.history.rows.count == HistoryList.page && desk.model.history.filterText.isEmpty)
    }

    @Test("A search that finds next to nothing stops for breath, says so, and goes on by a key")
    func pauses() throws {
        let calls = try (1...9000).map { try StoredCall.past($0, talked: $0 == 5 ? 1300 : 10) }
        let journal = FakeJournal(calls)
        var desk = desk(journal)
        desk.press(.character("/"))
        desk.type("time>20m")
        desk.answer(from: journal)
        #expect(desk.model.history.rows.isEmpty)
        #expect(desk.screen.contains("searched back to 2023-11-13") && desk.screen.contains("End searches further"))
        desk.press(.enter, .end)
        desk.answer(from: journal)
        #expect(numbers(desk) == ["918888881005"])
        #expect(!desk.model.history.hasMore)
    }

    @Test("A mistake in the filter says what would be right, and what was shown stays")
    func mistake() throws {
        var desk = desk(try many(3))
        desk.press(.character("/"))
        desk.type("sate:ended")
        #expect(desk.status.contains("sate: is not a column"), "\(desk.status)")
        desk.press(.enter)
        #expect(desk.model.history.field != nil)
        desk.press(.escape)
        desk.answer(from: try many(3))
        #expect(numbers(desk).count == 3)
        desk.press(.character("/"))
        desk.type("time>")
        #expect(desk.status.contains("write a duration") && desk.model.history.mistake != nil)
        desk.press(.control("u"))
        desk.type("st")
        desk.press(.tab)
        #expect(desk.model.history.filterText == "state:")
    }

    @Test("Enter shows the details of a stored call, and y copies its id")
    func details() throws {
        var desk = desk(FakeJournal([try .past(1, variables: ["order": "A-17"])]))
        desk.press(.enter)
        #expect(desk.screen.contains("Call to 918888881001"))
        #expect(desk.line(holding: "Placed")?.contains("2023-11-13 18:26:41") == true)
        #expect(desk.line(holding: "Variables") != nil && desk.screen.contains("A-17"))
        desk.press(.character("y"))
        #expect(desk.asked.contains { if case .copy(Desk.id(1)) = $0 { true } else { false } })
        desk.press(.escape)
        #expect(desk.model.layers == [.history])
        desk.press(.escape)
        #expect(desk.model.layers.isEmpty)
    }

    @Test("A call that is up is shown as it is now, with the details that the board has")
    func running() throws {
        var desk = Desk()
        desk.place("918888888888")
        let call = try #require(desk.model.snapshot.order.first.flatMap { desk.model.snapshot.call($0) })
        let stored = StoredCall(account: "test", call: call, request: nil)
        desk.press(.character("h"))
        desk.answer(from: FakeJournal([stored]))
        #expect(desk.line(holding: "918888888888")?.contains("placing") == true)
        let ref = try #require(desk.sent.placedRefs.first)
        desk.happen(.outcome(ref, .accepted(Acceptance(status: 200, requestID: RequestID("r1")))))
        #expect(desk.line(holding: "918888888888")?.contains("queued") == true)
        desk.press(.enter)
        #expect(desk.model.layers == [.history, .details(call.key)])
    }

    @Test("The selection stays on its call when more is loaded, and a key acts on it")
    func selection() throws {
        let journal = try many(300)
        var desk = Desk()
        desk.press(.character("h"))
        desk.answer(from: journal)
        desk.press(.down, .down)
        let selected = try #require(desk.model.history.selected)
        desk.press(.control("r"))
        desk.answer(from: journal)
        #expect(desk.model.history.selected == selected)
        desk.press(.character("r"))
        #expect(desk.model.form.destination.text == selected.call.to)
    }

    @Test("Each column has its place at every width", arguments: [40, 55, 56, 72, 80, 100, 120, 160, 200])
    func columns(width: Int) throws {
        let columns = HistoryColumns(width: width)
        let places = [columns.from, columns.agent, columns.talk, columns.operator, columns.id].compactMap(\.self)
        var x = columns.to + columns.toWidth
        for place in places {
            #expect(place.x > x && place.x + place.width < width, "\(place) at \(width)")
            x = place.x + place.width - 1
        }
        var desk = desk(FakeJournal([try .past(1)]), width: width)
        #expect(desk.screen.contains("918888881001"), "a number is never cut")
        desk.model.resize(to: Size(width: width, height: 10))
        #expect(desk.lines.allSatisfy { SafeText.width($0) == width })
    }

    @Test("Days are those of the calendar")
    func days() {
        func text(_ seconds: Int64, _ offset: UTCOffset = 0) -> String {
            ClockText.moment(Timestamp(milliseconds: seconds * 1000), utcOffset: offset)
        }
        #expect(text(0) == "1970-01-01 00:00:00")
        #expect(text(951_782_399) == "2000-02-28 23:59:59")
        #expect(text(951_782_400) == "2000-02-29 00:00:00")
        #expect(text(951_868_800) == "2000-03-01 00:00:00")
        #expect(text(1_709_164_800) == "2024-02-29 00:00:00")
        #expect(text(1_735_689_599) == "2024-12-31 23:59:59")
        #expect(text(1_735_689_599, 3600) == "2025-01-01 00:59:59")
        #expect(text(-1) == "1969-12-31 23:59:59")
        let now = Timestamp(milliseconds: 1_709_200_000_000)
        #expect(ClockText.when(Timestamp(milliseconds: 1_709_199_000_000), now: now, utcOffset: 0) == "09:30:00")
        #expect(ClockText.when(Timestamp(milliseconds: 1_709_100_000_000), now: now, utcOffset: 0) == "02-28 06:00")
        #expect(ClockText.when(Timestamp(milliseconds: 1_700_000_000_000), now: now, utcOffset: 0) == "2023-11-14")
    }
}
