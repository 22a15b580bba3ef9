import Piopiy
import Testing

@testable import CallBoard
@testable import Campaigns

@Suite("A campaign's list")
struct CampaignListTests {
    static let agent = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"

    static func read(
        _ text: String,
        from: String? = "919999999999",
        agent: String? = agent,
        allowRepeats: Bool = false
    ) throws(CampaignList.Mistake) -> CampaignList.Reading {
        try CampaignList.read(
            Array(text.utf8),
            name: "spring",
            source: "spring.csv",
            defaults: CampaignList.Defaults(callerID: from, agentID: agent),
            pace: .standard,
            allowRepeats: allowRepeats
        )
    }

    private func mistake(_ text: String, from: String? = "919999999999", agent: String? = agent) -> String? {
        do throws(CampaignList.Mistake) {
            _ = try Self.read(text, from: from, agent: agent)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("Columns have their meaning by name, and the rest are variables")
    func columns() throws {
        let reading = try Self.read(
            """
            to,agent_id,record,max_duration_sec,order,balance:=,vip:=
            918888888801,67e55044-10b1-426f-9247-bb680e5fe0c8,yes,600,A-17,12.5,true
            918888888802,,,,,,
            """
        )
        #expect(reading.problems.isEmpty)
        let first = reading.list.rows[0].call
        #expect(first.toNumber.digits == "918888888801" && first.callerID.digits == "919999999999")
        #expect(first.agentID.text == "67e55044-10b1-426f-9247-bb680e5fe0c8")
        #expect(first.options == CallOptions(maxDuration: 600, record: true))
        #expect(
            first.variables == [
                "order": .text("A-17"), "balance": .number(12.5), "vip": .flag(true), "campaign": .text("spring"),
            ]
        )
        // What a row does not say holds for all of them, or is left out.
        let second = reading.list.rows[1].call
        #expect(second.agentID.text == Self.agent && second.options == nil)
        #expect(second.variables == ["campaign": .text("spring")])
        #expect(reading.list.rows.map(\.number) == [1, 2] && reading.list.rows.map(\.line) == [2, 3])
    }

    @Test(
        "Numbers as people write them are taken, and what could be another number is not",
        arguments: [
            ("+91 88888-88801", "918888888801"), ("(91) 8888 888801", "918888888801"),
            ("918888888801.0", nil), ("9.18889E+11", nil), ("+44 (0)7700 900123", nil), ("+44 ( 0)7700900123", nil),
            ("0918888888801", nil),
            ("918888\n888801", nil),
            ("918888888801/02", nil), ("'918888888801", nil), ("91 8888 88880l", nil), ("", nil),
        ]
    )
    func numbers(text: String, digits: String?) throws {
        let reading = try Self.read("to,order\n\"\(text)\",1\n")
        #expect(reading.list.rows.map(\.call.toNumber.digits) == [digits].compactMap(\.self))
        #expect(reading.problems.count == (digits == nil ? 1 : 0))
    }

    @Test("A number that stands twice is rung once, unless that is wanted")
    func repeats() throws {
        let text = "to\n918888888801\n+918888888801\n918888888802\n"
        let reading = try Self.read(text)
        #expect(reading.list.rows.map(\.line) == [2, 4])
        #expect(reading.problems.map(\.line) == [3])
        #expect(reading.problems[0].words.contains("is already in line 2"))
        #expect(try Self.read(text, allowRepeats: true).list.rows.count == 3)
    }

    @Test("Quotation marks, line ends, a byte order mark, semicolons and tabs are what spreadsheets write")
    func dialects() throws {
        let quoted = try Self.read("to,note\r\n918888888801,\"says \"\"hi\"\",\r\nthen goes\"\r\n918888888802,x\r\n")
        #expect(quoted.list.rows[0].call.variables?["note"] == .text("says \"hi\",\r\nthen goes"))
        #expect(quoted.list.rows.map(\.line) == [2, 4])
        let marked = try Self.read("\u{FEFF}to;note\n918888888801;a,b")
        #expect(marked.list.rows[0].call.variables?["note"] == .text("a,b"))
        let tabs = try Self.read("\n\nphone\tnote\r918888888801\ta b\r\r")
        #expect(tabs.list.rows.count == 1 && tabs.list.rows[0].line == 4)
        let named = try Self.read("sep=|\r\nto|note\r\n918888888801|a,b\r\n")
        #expect(named.list.rows[0].call.variables?["note"] == .text("a,b") && named.list.rows[0].line == 3)
        // A separator at the end of each line makes a column of nothing.
        let trailing = try Self.read("to,note,\n918888888801,a,\n918888888802,b,c\n")
        #expect(trailing.list.rows.map(\.line) == [2] && trailing.problems.map(\.line) == [3])
        let last = try Self.read("to,note\n918888888801,")
        #expect(last.list.rows.count == 1)
    }

    @Test("Names of columns may have blanks and dashes where the known ones have underscores")
    func blanks() throws {
        let reading = try Self.read("Phone Number,Ring-Timeout\n918888888801,30\n")
        #expect(reading.list.rows[0].call.options == CallOptions(ringTimeout: 30))
        let reduced = try Self.read("to\n918888888801\n0918\n918888888802\n918888888803\n").list.without([
            "918888888802"
        ])
        #expect(reduced.rows.map(\.number) == [1, 2] && reduced.rows.map(\.line) == [2, 5])
        #expect(reduced.leftOut == [3, 4])
    }

    @Test("Where a column is called to, a number is what the order has")
    func otherNumbers() throws {
        let reading = try Self.read("number,to\n17,918888888801\n")
        #expect(reading.list.rows[0].call.variables?["number"] == .text("17"))
    }

    @Test(
        "A file that is half understood rings nobody",
        arguments: [
            ("", "has no numbers"), ("to\n\n", "has no numbers"),
            ("name\nanna\n", "has no column to"),
            ("to,to_number\n1,2\n", "names the same column twice"),
            ("to,first name\n918888888801,x\n", "cannot be a variable"),
            ("to,first name\n1,x\n", "use first_name"),
            ("to,campaign\n918888888801,x\n", "reserved for the console"),
            (
                "to,note\n918888888801,\"never closed\n918888888802,x\n",
                "line 2 has a quotation mark that is never closed"
            ),
            ("to,note\n918888888801,\"closed\" and on\n", "line 2 has text after a closing quotation mark"),
            ("to,note\n918888888801,5\" disk\n", "line 2 has a quotation mark in the middle"),
        ]
    )
    func mistakes(text: String, words: String) {
        #expect(mistake(text)?.contains(words) == true, "\(mistake(text) ?? "no mistake")")
    }

    @Test("Without a caller or an agent for all, each needs its column")
    func defaults() {
        #expect(mistake("to\n918888888801\n", from: nil)?.contains("no column from") == true)
        #expect(
            mistake("to,from\n918888888801,919999999999\n", from: nil, agent: nil)?.contains("no column agent") == true
        )
        #expect(mistake("to,from,agent\n918888888801,919999999999,\(Self.agent)\n", from: nil, agent: nil) == nil)
    }

    @Test("Text that is no UTF-8 is no list")
    func encoding() {
        #expect(throws: CampaignList.Mistake.self) {
            try CampaignList.read(
                Array("to,note\n918888888801,".utf8) + [0xE9, 0x0A],
                name: "x",
                source: "x.csv",
                defaults: CampaignList.Defaults(callerID: "919999999999", agentID: Self.agent),
                pace: .standard
            )
        }
    }

    @Test("A row that breaks a rule is named with its line, and the others stay")
    func rows() throws {
        let reading = try Self.read(
            "to,max_duration,record\n918888888801,5,\n918888888802,,perhaps\n918888888803\n918888888804,60,no\n"
        )
        #expect(reading.list.rows.map(\.line) == [5])
        #expect(reading.problems.map(\.line) == [2, 3, 4])
        // By the name that the column has.
        #expect(reading.problems[0].words.hasPrefix("“max_duration” "))
        #expect(reading.problems[1].words.contains("yes or no"))
        #expect(reading.problems[2].words.contains("has 1 cell, but the first line names 3 columns"))
    }

    @Test("The same calls are the same list, others are not")
    func digest() throws {
        let one = try Self.read("to\n918888888801\n918888888802\n").list
        #expect(one.digest == (try Self.read("number\r\n+91 8888888801\r\n918888888802\r\n").list.digest))
        #expect(one.digest != (try Self.read("to\n918888888802\n918888888801\n").list.digest))
        #expect(one.digest != (try Self.read("to\n918888888801\n").list.digest))
        // Whatever it is called.
        let rows = one.rows.map { row in
            CampaignRow(
                number: row.number,
                line: row.line,
                call: (try? row.call.with(Campaign.variableName, .text("autumn"))) ?? row.call
            )
        }
        #expect(rows != one.rows)
        #expect(CampaignList(name: "autumn", source: "x", rows: rows, pace: .standard).digest == one.digest)
    }

    @Test("Names that cannot be shown or told apart are not taken")
    func names() {
        for name in ["", " x", "x ", "a\u{1B}b", "a\u{202E}b", String(repeating: "x", count: 65)] {
            #expect(Campaign.problem(withName: name) != nil, "\(name)")
        }
        #expect(Campaign.problem(withName: "Spring 2026, renewals") == nil)
    }

    @Test("A cell of the column agent holds an id or the name of one agent; a name of two is refused with both ids")
    func agentNames() throws {
        let other = "67e55044-10b1-426f-9247-bb680e5fe0c8"
        let text =
            "to,Agent ID\n918888888801,NIGHT desk\n918888888802,\(other)\n918888888803,twin\n918888888804,nobody\n"
        let reading = try CampaignList.read(
            Array(text.utf8),
            name: "spring",
            source: "spring.csv",
            defaults: CampaignList.Defaults(
                callerID: "919999999999",
                agentID: Self.agent,
                agentNames: ["night desk": [Self.agent], "twin": [Self.agent, other]]
            ),
            pace: .standard
        )
        #expect(reading.list.rows.map(\.call.agentID.text) == [Self.agent, other])
        #expect(reading.problems.map(\.line) == [4, 5])
        #expect(reading.problems.map(\.isOfAgent) == [true, true])
        let words = reading.problems.map(\.words)
        #expect(
            words[0].contains("is the name of 2 agents") && words[0].contains(Self.agent) && words[0].contains(other)
        )
        #expect(words[1].contains("“Agent ID” is not the name of an agent: “nobody”"))
        let numbers = try Self.read("to,agent\n12,\n918888888802,nobody\n")
        #expect(numbers.problems.map(\.isOfAgent) == [false, true])
    }
}

@Suite("A campaign's pace")
struct DialPaceTests {
    private let start = Timestamp(milliseconds: 1_700_000_000_000)

    private func begun(_ pace: Campaign.Pace, ticks: [Int]) -> [Int] {
        var dial = DialPace()
        return ticks.map { tick in
            let now = start + .milliseconds(tick)
            var count = 0
            while dial.take(pace, at: now) { count += 1 }
            return count
        }
    }

    @Test("Calls are begun evenly, one at the beginning")
    func even() throws {
        let pace = try Campaign.Pace(checking: 30, atOnce: nil)
        #expect(begun(pace, ticks: [0, 200, 1999, 2000, 3999, 4000]) == [1, 0, 0, 1, 0, 1])
    }

    @Test("A rate faster than the ticks is kept up with")
    func fast() throws {
        let pace = try Campaign.Pace(checking: 600, atOnce: nil)
        let ticks = Array(stride(from: 0, through: 60_000, by: 200))
        #expect(abs(begun(pace, ticks: ticks).reduce(0, +) - 600) <= 1)
    }

    @Test("What could not be rung for a while is not made up for in a burst")
    func noBurst() throws {
        let pace = try Campaign.Pace(checking: 60, atOnce: nil)
        #expect(begun(pace, ticks: [0, 600_000]).last ?? 0 <= 2)
        // One that has become faster does not wait as the slower one would have, nor for a clock that was set back.
        var slow = DialPace()
        _ = slow.take(try Campaign.Pace(checking: 1, atOnce: nil), at: start)
        let fast = try Campaign.Pace(checking: 600, atOnce: nil)
        let ticks = [0, 100, 200].map { slow.isDue(fast, at: start + .milliseconds($0)) }
        #expect(ticks == [false, true, true])
        var clock = DialPace()
        _ = clock.take(pace, at: start)
        let back = start + .seconds(-3600)
        let later = [0, 1000].map { clock.isDue(pace, at: back + .milliseconds($0)) }
        #expect(later == [false, true])
        var dial = DialPace()
        _ = dial.take(pace, at: start)
        dial.rest(at: start + .seconds(600))
        let first = dial.take(pace, at: start + .seconds(600))
        let second = dial.take(pace, at: start + .milliseconds(600_900))
        #expect(first && !second)
    }

    @Test(
        "Paces beyond their ranges are refused with what is right",
        arguments: [(0, 5), (601, 5), (30, 0), (30, 501)]
    )
    func ranges(perMinute: Int, atOnce: Int) {
        #expect(throws: ValidationError.self) { try Campaign.Pace(checking: perMinute, atOnce: atOnce) }
    }
}

@Suite("When a campaign stops by itself")
struct DialTripTests {
    private let refused = Outcome<Acceptance>.refused(Refusal(status: 403, code: "app_not_active", message: "no"))
    private let doubt = Outcome<Acceptance>.unknown(Doubt(.interrupted))
    private let accepted = Outcome<Acceptance>.accepted(Acceptance(status: 200))

    private func reasons(_ outcomes: [Outcome<Acceptance>]) -> [Bool] {
        var trip = DialTrip()
        return outcomes.map { trip.take($0) != nil }
    }

    @Test("Five refusals in a row stop it, four and a success do not")
    func refusals() {
        #expect(reasons([refused, refused, refused, refused, refused]) == [false, false, false, false, true])
        #expect(!reasons([refused, refused, refused, refused, accepted, refused]).contains(true))
        // What is neither does not excuse them.
        #expect(reasons([refused, doubt, refused, doubt, refused, doubt]).last == true)
    }

    @Test("Three in doubt in a row stop it: each may be ringing somebody")
    func doubts() {
        #expect(reasons([doubt, doubt, doubt]) == [false, false, true])
        #expect(!reasons([doubt, doubt, accepted, doubt]).contains(true))
    }

    @Test(
        "No worker of the agent, or a caller id of another account, stops it at once: every other call would fare alike"
    )
    func ownTroubles() throws {
        for (code, words) in [("ai_agent_not_running", "Start the agent"), ("app_map_not_valid", "Use a caller id")] {
            var trip = DialTrip()
            #expect(trip.take(accepted) == nil)
            let refusal = Refusal(status: 403, code: code, message: code)
            let stop = trip.take(.refused(refusal), of: "row 7 (from 919999999999)")
            let halt = try #require(stop)
            #expect(halt.kind == .refused)
            #expect(halt.description.hasPrefix("row 7 (from 919999999999) was refused: "))
            #expect(halt.description.contains(words))
            #expect(refusal.isOfEveryCall)
        }
        #expect(!Refusal(status: 403, code: "app_not_active", message: "no").isOfEveryCall)
    }

    @Test("A bad token, and a call that cannot be sent, stop it at once")
    func atOnce() {
        #expect(reasons([.refused(Refusal(status: 401, code: nil, message: "no"))]) == [true])
        #expect(reasons([.notSent(NotSent(reason: .rateLimited, attempts: 5))]) == [true])
        // Given up by whoever ends it: that is no reason of its own.
        #expect(reasons([.notSent(NotSent(reason: .cancelled, attempts: 0))]) == [false])
    }
}
