import Campaigns
import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Campaigns on the console")
struct CampaignTests {
    private static let two = "to\n918888888801\n918888888802\n"

    private func desk(width: Int = 80, height: Int = 24, _ settings: ConsoleModel.Settings? = nil) -> Desk {
        var desk = Desk(width: width, height: height, settings: settings ?? .init(place: "sandbox"))
        desk.hear(.campaign(.all(Campaign.examples)))
        return desk
    }

    // MARK: Beginning

    @Test("A list is read, then asked about, and rung after a y alone")
    func run() throws {
        var desk = desk()
        desk.hear(.agents(Desk.agents))
        desk.readList(Self.two, " rate 60 at-once 3")
        #expect(desk.status == "Dial 2 numbers, 60 per minute, 3 at once? y/n")
        #expect(desk.line(holding: "Numbers ")?.contains("2: 918888888801, 918888888802") == true)
        #expect(desk.line(holding: "From ")?.contains("919999999999") == true)
        #expect(desk.line(holding: "Agent ")?.contains("support-en  \(Desk.agent)") == true)
        #expect(desk.line(holding: "Variables ")?.contains(#"{"campaign":"spring"}"#) == true)
        for key in [Key.enter, .character("x"), .character(" "), .paste("y\n")] {
            desk.press(key)
            #expect(desk.campaignActs.isEmpty && desk.model.question == nil, "\(key)")
            desk.readList(Self.two, " rate 60 at-once 3")
        }
        desk.press(.character("y"))
        let list = try #require(desk.campaignActs.first?.listToRing)
        #expect(list.rows.map(\.call.toNumber.digits) == ["918888888801", "918888888802"])
        #expect(list.pace == (try Campaign.Pace(checking: 60, atOnce: 3)))
        #expect(list.rows[0].call.variables?["campaign"] == .text("spring"))
        #expect(desk.screen.contains("Campaigns 5"))
        desk.hear(.campaign(.started(.example(9, "spring", left: 2, runner: "me"))))
        #expect(desk.line(holding: "› spring  ") != nil)
        // A second y rings nobody a second time.
        desk.press(.character("y"))
        #expect(desk.campaignActs.count == 1)
    }

    @Test("No, and Esc, ring nobody")
    func no() {
        for key in [Key.character("n"), .escape, .control("c")] {
            var desk = desk()
            desk.readList(Self.two)
            desk.press(key)
            #expect(desk.campaignActs.isEmpty && desk.model.question == nil)
            #expect(desk.status == "nothing was done: nobody is dialed")
            #expect(desk.screen.contains("Calls 0") || desk.screen.contains("No calls."))
            desk.press(.character("y"))
            #expect(desk.campaignActs.isEmpty)
        }
    }

    @Test("A list that has begun before is gone on with, or said to be over; nothing is begun anew")
    func before() throws {
        for (state, words) in [
            (Campaign.State.paused, "Resume spring: 10 numbers, 30/min, 5 at once? y/n"),
            (.done, "campaign spring is done"), (.stopped, "campaign spring was stopped"),
        ] {
            var desk = Desk()
            desk.command("campaign run spring.csv from 919999999999 agent \(Desk.agent)")
            let ask = try #require(desk.listAsked)
            let there = Campaign.example(3, "spring", state)
            desk.hear(.campaign(.read(ask, Desk.reading(Self.two, of: ask), of: there)))
            #expect(desk.status.hasPrefix(words), "\(desk.status)")
            desk.pass(.seconds(1))
            desk.press(.character("y"))
            #expect(desk.campaignActs == (state == .paused ? [.order(.resume, 3)] : []))
        }
    }

    @Test("That numbers of a list were rung before is seen before they are rung again")
    func namesake() throws {
        var desk = Desk()
        desk.command("campaign run spring.csv from 919999999999 agent \(Desk.agent)")
        let ask = try #require(desk.listAsked)
        let before = RungBefore(count: 1, by: ["easter"])
        desk.hear(.campaign(.read(ask, Desk.reading(Self.two, of: ask), rungBefore: before)))
        #expect(desk.line(holding: "Dialed before")?.contains("1 of 2 numbers, by campaign easter") == true)
        #expect(desk.status == "Dial 2 numbers, 1 of them dialed before, 30 per minute, 5 at once? y/n")
    }

    @Test("A list that comes after a key was pressed asks nothing, and says that nobody is rung")
    func late() throws {
        var desk = desk()
        desk.command("campaign run spring.csv from 919999999999 agent \(Desk.agent)")
        let ask = try #require(desk.listAsked)
        desk.press(.down)
        #expect(desk.status.contains("nobody on spring.csv is dialed"))
        desk.hear(.campaign(.read(ask, Desk.reading(Self.two, of: ask))))
        #expect(desk.model.question == nil)
        desk.press(.character("y"))
        #expect(desk.campaignActs.isEmpty)
    }

    @Test("Rows that break a rule are listed, and nothing is rung unless they are to be left out")
    func problems() {
        let text = "to,order\n918888888801,A\n0918,B\n918888888801,C\n"
        var desk = desk()
        desk.readList(text)
        #expect(desk.model.question == nil)
        #expect(desk.screen.contains("Nobody is dialed"))
        #expect(desk.line(holding: "line 3")?.contains("starts with 0") == true)
        #expect(desk.line(holding: "line 4")?.contains("is already in line 2") == true)
        desk.press(.escape)
        desk.readList(text, " skip-invalid")
        #expect(desk.status == "Dial 1 number, 30 per minute, 5 at once? y/n")
        #expect(desk.line(holding: "Skipped")?.contains("2 rows: line 3, 4") == true)
    }

    @Test(
        "A mistake in the command says what is right, and reads nothing",
        arguments: [
            ("campaign", "run, pause, resume, stop, pace"), ("campaign begin x", "unknown campaign command"),
            ("campaign run", "needs a list's file"), ("campaign run x.csv from 0918", "from starts with 0"),
            ("campaign run x.csv agent nobody", "no agent"),
            ("campaign run x.csv rate 0", "rate is 0; it must be 1 to 600"),
            ("campaign run x.csv at-once many", "at-once is “many”"), ("campaign run x.csv max 5", "30 to 7200"),
            ("campaign run x.csv name \" x\"", "begins or ends with a space"),
            ("campaign run x.csv campaign=autumn", "reserved for the console"),
            ("campaign run x.csv 9x=1", "starts with a digit"), ("campaign run x.csv order=1 order=2", "appears twice"),
            ("campaign run x.csv y.csv", "unexpected word"), ("campaign pause nobody", "there is no campaign"),
            ("campaign pace survey", "pace needs rate N"), ("campaign resume autumn", "is done"),
            ("campaign pause survey", "already paused"),
        ]
    )
    func mistakes(command: String, words: String) {
        var desk = desk()
        desk.command(command)
        #expect(desk.screen.contains(words) || desk.model.notice?.text.contains(words) == true, "\(desk.status)")
        #expect(desk.campaignActs.isEmpty && desk.listAsked == nil)
    }

    // MARK: Orders

    @Test("Pausing is done at once; going on and stopping ask first, and take a y alone")
    func orders() {
        var desk = desk()
        desk.press(.character("c"), .character("p"))
        #expect(desk.campaignActs == [.order(.pause, 1)])
        desk.press(.down, .character("r"))
        #expect(desk.status == "Resume survey: 86 numbers, 30/min, 5 at once? y/n")
        desk.press(.enter, .character("y"))
        #expect(desk.campaignActs.count == 1)
        // One that came with the key before is no answer: nobody can have read the question.
        desk.burst([.character("r"), .character("y")])
        #expect(desk.campaignActs.count == 1)
        desk.press(.character("r"), .character("y"))
        #expect(desk.campaignActs.last == .order(.resume, 2))
        desk.press(.home, .character("x"))
        #expect(desk.status == "Stop spring renewals for good, 190 numbers not dialed? 5 calls go on. y/n")
        desk.press(.character("n"))
        desk.burst([.character("x"), .character("y")])
        #expect(desk.campaignActs.count == 2)
        desk.press(.character("x"), .character("y"))
        #expect(desk.campaignActs.last == .order(.stop, 1))
    }

    @Test("The order is for the campaign that was looked at when the key was pressed, however the list changes")
    func selection() {
        var desk = desk()
        desk.press(.character("c"), .down, .character("x"))
        desk.hear(.campaign(.all([.example(7, "newer")] + Campaign.examples.reversed())))
        #expect(desk.line(holding: "› ")?.contains("survey") == true)
        #expect(desk.status.hasPrefix("Stop survey for good"))
        desk.pass(.seconds(1))
        desk.press(.character("y"))
        #expect(desk.campaignActs == [.order(.stop, 2)])
    }

    @Test("A question about a campaign that ends meanwhile is taken away")
    func endedMeanwhile() {
        var desk = desk()
        desk.press(.character("c"), .down, .character("r"))
        desk.hear(.campaign(.all([.example(2, "survey", .stopped)])))
        #expect(desk.status == "the campaign has ended meanwhile")
        desk.press(.character("y"))
        #expect(desk.campaignActs.isEmpty)
    }

    @Test("What is over, or rung already, is not ordered about")
    func impossible() {
        var desk = desk()
        desk.press(.character("c"), .end, .character("r"))
        #expect(desk.status.contains("was stopped for good"))
        desk.press(.up, .character("x"))
        #expect(desk.status.contains("is done"))
        desk.press(.home, .character("r"))
        #expect(desk.status.contains("is already run by ops@desk pts/1"))
        // Nobody rings the third, though it was to be rung: it can be gone on with.
        desk.press(.down, .down, .character("r"))
        #expect(desk.status.hasPrefix("Resume reminders"))
        #expect(desk.campaignActs.isEmpty)
    }

    @Test("Plus and minus ring faster and slower, in steps, within the limits")
    func pace() throws {
        var desk = desk()
        desk.press(.character("c"), .character("+"))
        #expect(desk.campaignActs == [.change(try Campaign.Pace(checking: 45, atOnce: 5), 1)])
        desk.press(.character("-"))
        #expect(desk.campaignActs.last == .change(try Campaign.Pace(checking: 20, atOnce: 5), 1))
        let slowest = try Campaign.Pace(checking: 1, atOnce: 5)
        desk.hear(.campaign(.all([.example(1, "slow", pace: slowest)])))
        desk.press(.character("-"))
        #expect(desk.status == "1/min is the minimum")
        #expect(desk.campaignActs.count == 2)
    }

    @Test("Commands name a campaign, or mean the only one that it can be")
    func commands() throws {
        var desk = desk()
        desk.command("campaign pause spring renewals")
        #expect(desk.campaignActs.last == .order(.pause, 1))
        desk.command("campaign pace survey rate 90")
        #expect(desk.campaignActs.last == .change(try Campaign.Pace(checking: 90, atOnce: 5), 2))
        desk.command("campaign pause")
        #expect(desk.screen.contains("which campaign? spring renewals, reminders of november"))
        desk.press(.escape)
        desk.hear(.campaign(.all([Campaign.examples[0]])))
        desk.command("campaign pause")
        #expect(desk.campaignActs.count == 3)
    }

    @Test("A console that only looks orders nothing")
    func readOnly() {
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.isReadOnly = true
        var desk = desk(settings)
        desk.press(.character("c"))
        for key in "prx+-" { desk.press(.character(key), .character("y")) }
        desk.press(.escape)
        for command in ["campaign pause survey", "campaign run x.csv", "campaign stop"] { desk.command(command) }
        #expect(desk.campaignActs.isEmpty && desk.listAsked == nil)
        #expect(!desk.lines[23].contains("pause"))
    }

    @Test("Quitting says which campaign is paused by it, also when no call is up")
    func quitting() {
        var desk = desk()
        desk.press(.character("q"))
        #expect(desk.wantsToQuit)
        desk = self.desk()
        desk.hear(.campaign(.all(Campaign.examples, rungHere: [1, 2])))
        desk.press(.character("q"))
        #expect(desk.status == "Campaign spring renewals will be paused. Quit? y/n")
        desk.press(.character("n"))
        #expect(!desk.wantsToQuit)
    }

    // MARK: What is seen

    @Test("f shows its calls on the board")
    func calls() {
        var desk = desk()
        desk.event("answered", call: Desk.id(1), extra: ["extra_params": #"{"campaign":"spring renewals"}"#])
        desk.event("answered", call: Desk.id(2), to: "918888888802", extra: ["extra_params": #"{"campaign":"other"}"#])
        desk.press(.character("c"), .character("f"))
        #expect(desk.screen.contains("Calls 1 of 2"))
        #expect(desk.line(holding: "918888888888") != nil && desk.line(holding: "918888888802") == nil)
        // Of no other campaign, whatever its name begins with.
        desk.event(
            "answered",
            call: Desk.id(3),
            to: "918888888803",
            extra: ["extra_params": #"{"campaign":"spring renewals 2"}"#]
        )
        #expect(desk.line(holding: "918888888803") == nil)
        #expect(desk.model.filterText == "campaign:spring_renewals")
    }

    @Test("Details tell how it stands, and what happened")
    func details() {
        var desk = desk()
        desk.press(.character("c"), .enter)
        desk.hear(.campaign(.events(1, CampaignEvent.examples)))
        #expect(desk.line(holding: "Dialed  ")?.contains("310 of 500, 190 left") == true)
        #expect(desk.line(holding: "Not answered")?.contains("101: 75 no answer, 20 busy, 6 failed") == true)
        #expect(desk.line(holding: "In doubt")?.contains("3, each may have been dialed") == true)
        #expect(desk.line(holding: "At this rate")?.contains("06:20") == true)
        #expect(desk.screen.contains("created from spring renewals.csv"))
        desk.press(.escape, .escape)
        #expect(desk.screen.contains("Calls"))
    }

    @Test("What cannot be read is said where it is looked at, and an errand that failed where it was asked for")
    func failures() {
        var desk = Desk()
        desk.press(.character("c"))
        #expect(desk.screen.contains("Loading campaigns"))
        desk.hear(.campaign(.unreadable("the disk is gone")))
        #expect(desk.screen.contains("could not be read. the disk is gone"))
        desk.hear(.failed(.campaign(.order(.pause, 1)), "campaign spring is done"))
        #expect(desk.status == "campaign spring is done")
        desk.readList(Self.two)
        desk.hear(
            .failed(.campaign(.start(CampaignList(name: "spring", source: "x", rows: [], pace: .standard))), "full")
        )
        #expect(desk.model.notice?.text == "campaign spring was not started: full")
    }

    @Test("At every width the columns keep apart, and the bar is as long as its part of the list", arguments: 40...220)
    func widths(width: Int) {
        let columns = CampaignListColumns(width: width)
        let all: [CampaignListColumns.Column?] = [
            columns.name, columns.state, columns.bar, columns.percent, columns.rung, columns.answered, columns.failed,
            columns.unknown, columns.up, columns.rate, columns.atOnce, columns.operator, columns.when,
        ]
        let shown = all.compactMap(\.self).sorted { $0.x < $1.x }
        for (one, next) in zip(shown, shown.dropFirst()) { #expect(one.x + one.width < next.x) }
        #expect(shown.last.map { $0.x + $0.width <= width } == true)
        var desk = desk(width: width)
        desk.press(.character("c"))
        guard let bar = columns.bar else {
            #expect(width < 60)
            return
        }
        let line = Array(desk.lines[3])
        let done = line[bar.x..<(bar.x + bar.width)].count { $0 == "█" }
        #expect(done == Int(0.62 * Double(bar.width)))
    }

    // MARK: Lines

    @Test("As lines: listed, rung after a yes, held up by name")
    func plain() throws {
        var desk = PlainDesk()
        desk.hear(.campaign(.all(Campaign.examples)))
        let listed = desk.type("campaigns")
        #expect(listed.first == "5 campaigns")
        #expect(
            listed.contains { $0.hasPrefix("campaign survey: paused, 14 of 100 dialed, 9 answered, 5 not answered") }
        )
        desk.type("campaign run spring.csv from 919999999999 agent \"support en\"")
        let ask = try #require(desk.errands.last?.listRead)
        let asked = desk.hear(.campaign(.read(ask, Desk.reading(Self.two, of: ask))))
        #expect(asked.contains("Agent: Support EN \(Desk.agent)"))
        #expect(asked.last == "Dial 2 numbers, 30 per minute, 5 at once? yes or no")
        desk.type("perhaps", "yes")
        #expect(!desk.errands.contains { if case .campaign(.start) = $0 { true } else { false } })
        desk.type("campaign run spring.csv from 919999999999 agent \"support en\"")
        desk.hear(.campaign(.read(ask, Desk.reading(Self.two, of: ask))))
        desk.type("yes")
        let list = try #require(desk.errands.last?.listToRing)
        #expect(list.rows.count == 2)
        desk.type("campaign pause survey")
        #expect(desk.lines.last == "error: campaign survey is already paused")
        desk.type("campaign pause spring renewals")
        #expect(desk.errands.last == .campaign(.order(.pause, 1)))
    }

    @Test("As lines, rows that cannot be rung are printed")
    func plainProblems() throws {
        var desk = PlainDesk()
        desk.type("campaign run spring.csv from 919999999999 agent \(Desk.agent)")
        let ask = try #require(desk.errands.last?.listRead)
        let lines = desk.hear(.campaign(.read(ask, Desk.reading("to\n0918\n", of: ask))))
        #expect(lines.contains { $0.hasPrefix("line 2: “to” starts with 0") }, "\(lines)")
        #expect(desk.model.model.question == nil)
    }
}
