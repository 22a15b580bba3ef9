import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("The command language")
struct CommandLineTests {
    private func parse(_ line: String) throws(CommandMistake) -> ConsoleCommandLine {
        try ConsoleCommandLine(parsing: line)
    }

    private func mistake(_ line: String) -> String {
        do {
            return "\(try parse(line)) is no mistake"
        } catch {
            return error.words
        }
    }

    @Test("Words are cut at blanks, and quotation marks hold them together")
    func words() {
        let cut = CommandWords(#"  hang-up 3  reason "said \"stop\" \\ twice" note="a b" "#)
        #expect(cut.words.map(\.text) == ["hang-up", "3", "reason", #"said "stop" \ twice"#, "note=a b"])
        #expect(cut.words.map(\.isQuoted) == [false, false, false, true, true])
        #expect(!cut.isOpen)
        #expect(CommandWords("reason \"begun").isOpen)
        #expect(CommandWords(#"a """#).words.map(\.text) == ["a", ""])
        for text in ["plain", "two words", #"a "quoted" one"#, "", #"back\slash and blank"#] {
            #expect(CommandWords(CommandWords.typed(text)).words.map(\.text) == [text])
        }
    }

    @Test("Every action of the board's keys is a command by its name")
    func actions() throws {
        let bindings = Keymap.standard.bindings.filter { $0.contexts.contains(.board) }
        let actions = Set(bindings.map(\.action)).subtracting([.command])
        #expect(actions.count > 20)
        for action in actions {
            // It takes what the calls are to be like; without a word it asks for all.
            let expected = action == .history ? ConsoleCommandLine.history("") : .perform(action)
            #expect(try parse(action.rawValue) == expected, "\(action.rawValue)")
        }
        #expect(Set(CommandBook.entries.map(\.name)).count == CommandBook.entries.count)
    }

    @Test("A call takes its keywords in any order, and variables")
    func call() throws {
        let line =
            #"call 918888888888 record agent "Support EN" max 600 from 919999999999 ring 30 order=A-17 note="12""#
        let words = try #require(parse(line).call)
        #expect(words.to == "918888888888" && words.from == "919999999999" && words.agent == "Support EN")
        #expect(words.maxDuration == "600" && words.ringTimeout == "30" && words.record == true)
        #expect(words.variables.map(\.key) == ["order", "note"])
        #expect(words.variables.map(\.isText) == [false, true])
        #expect(words.isWhole)
        #expect(try parse("call") == parse("CALL"))
        let part = try #require(parse("call from 919999999999").call)
        #expect(part.to == nil && !part.isWhole)
    }

    @Test("Hang-up, transfer and settle say which call, how, and why")
    func others() throws {
        #expect(
            try parse(#"hang-up 3 #4 cause USER_BUSY reason "wrong number""#)
                == .hangUp(["3", "#4"], cause: "USER_BUSY", reason: "wrong number")
        )
        #expect(try parse("hang-up cause USER_BUSY") == .hangUp([], cause: "USER_BUSY", reason: nil))
        #expect(try parse(":hangup 3") == .hangUp(["3"], cause: nil, reason: nil))
        let line = #"transfer 3 warm 918888888802 ring 20 confirm summary "A refund""#
        let transfer = try #require(parse(line).transfer)
        #expect(transfer.call == "3" && transfer.isWarm == true && transfer.target == "918888888802")
        #expect(transfer.ringTimeout == "20" && transfer.confirm && transfer.summary == "A refund")
        let selected = try #require(parse("transfer blind sip:desk@example.com").transfer)
        #expect(selected.call == nil && selected.isWarm == false && selected.target == "sip:desk@example.com")
        #expect(try parse("settle 3 was-not-placed") == .settle("3", .wasNotPlaced))
        #expect(try parse("settle is 0000") == .settle(nil, .isCall("0000")))
        #expect(try parse("settle 3 again") == .settle("3", .again))
        #expect(try parse("settle 3 is-over") == .settle("3", .isOver))
        #expect(try parse("filter  state:ringing \"9188") == .filter("state:ringing \"9188"))
        #expect(try parse("sort time reversed") == .sort(.time, isReversed: true))
        #expect(try parse("columns to var:order to") == .columns([.to, .variable("order")]))
        #expect(try parse("mark all") == .perform(.markAll))
        #expect(try parse("unmark 3 4") == .unmark(["3", "4"]))
        #expect(try parse("quit") == .perform(.quit))
    }

    @Test(
        "A mistake says what would be right",
        arguments: [
            ("", "help lists the commands"), ("hagn-up 3", "did you mean hang-up?"), ("mess", "did you mean messages?"),
            ("xyzzy", "help lists them"), ("call 918888888888 form 919999999999", "did you mean from?"),
            ("call 918888888888 from", "from needs a value: a number"),
            ("call 9188 from 1 from 2", "from appears twice"),
            ("call 9188 record no-record", "appears twice"),
            ("hang-up 3 reason \"begun", "a quotation mark is missing"),
            ("hang-up 3 cause", "cause needs a value: a cause such as NORMAL_CLEARING"),
            ("hang-up 3 reason \"\"", "it must have 1 to 256"),
            ("hang-up 3 cause X resaon Y", "did you mean reason?"), ("transfer 3 cold 9188", "neither warm nor blind"),
            ("transfer 3 blind 9188 confirm", "works only with a warm transfer"),
            ("sort name", "the columns are newest, state"),
            ("sort to backwards", "Usage: sort"), ("columns form", "did you mean from?"),
            ("theme", "needs a name"),
            ("settle 3 was-palced", "did you mean was-placed?"), ("mark 3 all", "use all alone"),
            ("calls now", "unexpected word"), ("quit now", "unexpected word"),
            ("help hnag-up", "did you mean hang-up?"),
            ("settle 3 again now", "unexpected word"),
        ]
    )
    func mistakes(line: String, words: String) {
        let said = mistake(line)
        #expect(said.contains(words), "\(said)")
    }

    @Test(
        "What a call is to hold is checked before anything is done",
        arguments: [
            ("call 123 from 919999999999 agent x", "has only 3 digits"),
            ("call 918888888888 from 0919999999999 agent x", "from starts with 0"),
            ("call reception from 919999999999", "“reception” is neither a number nor a contact's name"),
            ("call 918888888888 agent support", "there is no agent “support”; did you mean Support EN?"),
            (
                "call 918888888888 agent Twin",
                "“Twin” is the name of 2 agents; give the id: \(Desk.id(1)), \(Desk.id(2))"
            ),
            ("call 918888888888 max 5", "max is 5; it must be 30 to 7200 seconds"),
            ("call 918888888888 ring soon", "ring must be a whole number of seconds from 5 to 120"),
            ("call 918888888888 a=1 a=2", "a appears twice"),
        ]
    )
    func values(line: String, words: String) throws {
        let call = try #require(parse(line).call)
        let agents = [
            AgentName(id: Desk.agent, name: "Support EN"), AgentName(id: Desk.id(1), name: "Twin"),
            AgentName(id: Desk.id(2), name: "twin"),
        ]
        do {
            var book = AddressBook()
            book.agents = AgentBook(platform: [], configured: agents)
            _ = try call.filled(CallForm(), book: book)
            Issue.record("\(line) is taken")
        } catch {
            #expect(error.words.contains(words), "\(error.words)")
        }
    }

    @Test("A contact's and an agent's name stand for their numbers, and formatting of a number is dropped")
    func names() throws {
        let line = #"call "Front desk" from "+91 99999-99999" agent "support en""#
        let call = try #require(parse(line).call)
        var book = AddressBook()
        book.contacts = [Contact(name: "Front Desk", number: "447700900123")]
        book.agents = AgentBook(platform: [], configured: [AgentName(id: Desk.agent, name: "Support EN")])
        let form = try call.filled(CallForm(), book: book)
        #expect(form.destination.text == "447700900123")
        #expect(form.caller.text == "919999999999")
        #expect(form.agent.text == Desk.agent)
    }
}
