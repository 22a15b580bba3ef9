import Foundation
import TerminalDriver
import TestSupport
import Testing

/// `piopiy campaign` against the sandbox, as processes of their own.
@Suite("piopiy campaign", .serialized)
struct CampaignCommandTests {
    /// A list in the desk's home.
    static func write(_ text: String, _ desk: SharedDesk, _ name: String = "spring.csv") throws -> String {
        let file = desk.program.home.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// Numbers of as many people.
    static func list(_ count: Int, ending: String = "8888") -> String {
        "to,order\n" + (1...count).map { "9188\(String(10_000 + $0).dropFirst())\(ending),A-\($0)\n" }.joined()
    }

    static let who = ["--from", "919999999999", "--agent", CallCommandTests.agent]

    static func arguments(_ desk: SharedDesk, _ more: [String]) -> [String] {
        ["campaign"] + more + ["--api-url", desk.sandbox.base]
    }

    static func run(_ desk: SharedDesk, _ more: String...) async throws -> Program.Result {
        try await desk.program.run(arguments(desk, more))
    }

    /// The status of the one campaign.
    static func status(_ desk: SharedDesk) async throws -> [String: Any] {
        try await run(desk, "status", "--output", "json").object
    }

    static func numbers(_ desk: SharedDesk) async throws -> [String] {
        try await desk.sandbox.calls().compactMap { $0["to_number"] as? String }
    }

    @Test("Everybody on a list is rung once, and what became of each is told")
    func story() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60"]) { desk in
            let text = #"""
                to;name;vip:=
                +91 8888 880001;Anna;true
                918888880002;;
                918888880003;;false
                918888880008;"Ben ""B""";
                918888880011;;
                918888888888;;

                """#
            let file = try Self.write(text, desk)
            let arguments = Self.arguments(
                desk,
                ["run", file, "--rate", "600", "--output", "json", "--webhook-port", "\(desk.port)"] + Self.who
            )
            let result = try await desk.program.run(arguments)
            #expect(result.status == 0, "\(result.errors)")
            let last = try #require(result.objects.last)
            #expect(last["state"] as? String == "done")
            #expect(last["total"] as? Int == 6 && last["rung"] as? Int == 6 && last["left"] as? Int == 0)
            #expect(last["answered"] as? Int == 3 && last["failed"] as? Int == 3)
            let calls = try await desk.sandbox.calls()
            #expect(Set(calls.compactMap { $0["to_number"] as? String }).count == 6 && calls.count == 6)
            // 0008 was turned away once with 429, which is no call.
            let dials = try await desk.sandbox.dials()
            let bodies = dials.compactMap { $0["body"] as? [String: Any] }
            let first = bodies.first { $0["to_number"] as? String == "918888880001" }
            let variables = first?["variables"] as? [String: Any]
            #expect(variables?["campaign"] as? String == "spring" && variables?["name"] as? String == "Anna")
            #expect(variables?["vip"] as? Bool == true)
            #expect(variables?["console_ref"] != nil)
            let bare = bodies.first { $0["to_number"] as? String == "918888880002" }?["variables"] as? [String: Any]
            #expect(Set(bare?.keys.map { $0 } ?? []) == ["campaign", "console_ref"])

            let rows = try await Self.run(desk, "status", "spring", "--rows", "--output", "csv")
            let lines = rows.output.split(separator: "\n")
            #expect(lines.count == 7)
            #expect(lines[1].hasPrefix("2,918888880001,ended,busy,"))
            #expect(lines[2].hasPrefix("3,918888880002,ended,noAnswer,"))
            #expect(lines[6].hasPrefix("7,918888888888,ended,completed,"))

            // It is done: the same list under the same name rings nobody any more.
            let again = try await desk.program.run(Self.arguments(desk, ["run", file] + Self.who))
            #expect(again.status == 64 && again.errors.contains("is done"))
            #expect(try await Self.numbers(desk).count == 6)
        }
    }

    @Test("A list with a mistake rings nobody; its mistakes are named, and can be left out")
    func mistakes() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60"]) { desk in
            let file = try Self.write("to,order\n918888888801,A\n0918,B\n918888888801,C\n", desk)
            let run = ["run", file, "--rate", "600", "--webhook-port", "\(desk.port)"]
            let refused = try await desk.program.run(Self.arguments(desk, run + Self.who))
            #expect(refused.status == 64)
            #expect(refused.errors.contains("line 3 “to” starts with 0"))
            #expect(refused.errors.contains("line 4 to_number 918888888801 is already in line 2"))
            let missing = try await desk.program.run(Self.arguments(desk, run))
            #expect(missing.status == 64 && missing.errors.contains("has no column from"))
            let fast = try await desk.program.run(Self.arguments(desk, ["run", file, "--rate", "601"] + Self.who))
            #expect(fast.status == 64 && fast.errors.contains("--rate is 601; it must be 1 to 600"))
            let gone = try await desk.program.run(Self.arguments(desk, ["run", "/no/such.csv"] + Self.who))
            #expect(gone.status == 64 && gone.errors.contains("/no/such.csv cannot be read"))
            #expect(try await desk.sandbox.requests().isEmpty)
            #expect(try await Self.run(desk, "status", "--output", "json").output.isEmpty)

            let dry = try await desk.program.run(
                Self.arguments(desk, run + ["--skip-invalid", "--dry-run"] + Self.who)
            )
            #expect(dry.status == 0 && dry.output.contains("Would dial 1 number as campaign spring"))
            #expect(try await desk.sandbox.requests().isEmpty)

            let rung = try await desk.program.run(Self.arguments(desk, run + ["--skip-invalid"] + Self.who))
            #expect(rung.status == 0, "\(rung.errors)")
            #expect(try await Self.numbers(desk) == ["918888888801"])
        }
    }

    @Test("Refusals in a row pause it; resume goes on with those that were not rung, and stop ends it for good")
    func pausesByItself() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60"]) { desk in
            let file = try Self.write(Self.list(7, ending: "0005") + "918888888801,B\n918888888802,C\n", desk)
            let run = ["run", file, "--rate", "600", "--at-once", "1", "--webhook-port", "\(desk.port)"]
            let paused = try await desk.program.run(Self.arguments(desk, run + Self.who))
            #expect(paused.status == 76)
            #expect(paused.output.contains("5 calls in a row were refused"))
            #expect(paused.errors.contains("piopiy campaign resume spring continues it."))
            #expect(try await desk.sandbox.dials().count == 5)
            let status = try await Self.status(desk)
            #expect(status["state"] as? String == "paused" && status["left"] as? Int == 4)

            let done = try await Self.run(desk, "resume", "--webhook-port", "\(desk.port)")
            #expect(done.status == 0, "\(done.errors)")
            #expect(try await desk.sandbox.dials().count == 9)
            let stop = try await Self.run(desk, "stop", "spring")
            #expect(stop.status == 64 && stop.errors.contains("campaign spring is done"))
        }
    }

    @Test("A wrong token pauses it at once, with exit code 77, and everybody is still to be rung")
    func wrongToken() async throws {
        try await SharedDesk.with(sandboxArguments: ["--token", "other-token"]) { desk in
            let file = try Self.write(Self.list(3), desk)
            let run = ["run", file, "--webhook-port", "\(desk.port)"]
            let result = try await desk.program.run(Self.arguments(desk, run + Self.who))
            #expect(result.status == 77)
            #expect(try await Self.numbers(desk).isEmpty)
            #expect(try await Self.status(desk)["left"] as? Int == 3)
        }
    }

    @Test("With another token the same list is not rung again: the campaign is taken over, and goes on where it was")
    func otherToken() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60"]) { desk in
            let file = try Self.write(Self.list(12), desk)
            let run = ["run", file, "--rate", "300", "--webhook-port", "\(desk.port)"]
            let ringing = try desk.program.start(Self.arguments(desk, run + Self.who))
            defer { ringing.stop() }
            _ = try await wait(for: "some calls") { try await Self.numbers(desk).count >= 3 ? true : nil }
            ringing.signal(SIGTERM)
            _ = try await ringing.result()
            let before = try await Self.numbers(desk).count

            var renewed = desk.program
            renewed.environment["PIOPIY_TOKEN"] = "a-new-token"
            let again = try await renewed.run(Self.arguments(desk, run + Self.who))
            #expect(again.status == 64)
            #expect(again.errors.contains("campaign spring was run with another token: \(before) of 12"))
            let resumed = try await renewed.run(Self.arguments(desk, ["resume", "spring"]))
            #expect(resumed.status == 64 && resumed.errors.contains("--take-over"))
            #expect(try await Self.numbers(desk).count == before)
            let over = try await renewed.run(
                Self.arguments(desk, ["resume", "spring", "--take-over", "--webhook-port", "\(desk.port)"])
            )
            #expect(over.status == 0, "\(over.errors)")
            let numbers = try await Self.numbers(desk)
            #expect(numbers.count == 12 && Set(numbers).count == 12)
        }
    }

    @Test("Numbers that a campaign has rung are not rung by another list unless that is said, nor by going on with one")
    func overlap() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60"]) { desk in
            let first = try Self.write(Self.list(4), desk)
            let more = try Self.write(Self.list(6), desk, "more.csv")
            let options = ["--rate", "600", "--webhook-port", "\(desk.port)"] + Self.who
            let rung = try await desk.program.run(
                ["campaign", "run", more, "--name", "later", "--api-url", desk.sandbox.base] + options
            )
            #expect(rung.status == 0, "\(rung.errors)")
            #expect(try await Self.numbers(desk).count == 6)

            let refused = try await desk.program.run(Self.arguments(desk, ["run", first] + options))
            #expect(refused.status == 64)
            #expect(refused.errors.contains("4 of 4 numbers of spring were dialed by campaign later"))
            let dry = try await desk.program.run(Self.arguments(desk, ["run", first, "--dry-run"] + options))
            #expect(dry.status == 64)
            let none = try await desk.program.run(Self.arguments(desk, ["run", first, "--skip-rung"] + options))
            #expect(none.status == 64 && none.errors.contains("every number was dialed before"))
            let grown = try Self.write(Self.list(8), desk, "grown.csv")
            let rest = try await desk.program.run(Self.arguments(desk, ["run", grown, "--skip-rung"] + options))
            #expect(rest.status == 0, "\(rest.errors)")
            let numbers = try await Self.numbers(desk)
            #expect(numbers.count == 8 && Set(numbers).count == 8)
        }
    }

    @Test("Going on with a campaign rings nobody whom another has rung meanwhile, unless that is said")
    func meanwhile() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60"]) { desk in
            let first = try Self.write(Self.list(4), desk)
            let more = try Self.write(Self.list(6), desk, "more.csv")
            let hooks = ["--webhook-port", "\(desk.port)"]
            // One a minute: it rings the first, and is ended.
            let slow = try desk.program.start(Self.arguments(desk, ["run", first, "--rate", "1"] + hooks + Self.who))
            defer { slow.stop() }
            _ = try await wait(for: "the first") { try await Self.numbers(desk).count == 1 ? true : nil }
            slow.signal(SIGTERM)
            _ = try await slow.result()
            let others = ["run", more, "--name", "later", "--rate", "600", "--skip-rung"]
            let rung = try await desk.program.run(Self.arguments(desk, others + hooks + Self.who))
            #expect(rung.status == 0, "\(rung.errors)")
            let refused = try await desk.program.run(
                Self.arguments(desk, ["resume", "spring", "--rate", "600"] + hooks)
            )
            #expect(refused.status == 64)
            #expect(refused.errors.contains("3 of 3 numbers of spring were dialed by campaign later"))
            let again = try await desk.program.run(Self.arguments(desk, ["run", first] + hooks + Self.who))
            #expect(again.status == 64)
            let numbers = try await Self.numbers(desk)
            #expect(numbers.count == 6 && Set(numbers).count == 6)
        }
    }

    @Test("A campaign that was made with one token and rung with another rings nobody again with the first")
    func twin() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60", "--token", "right-token"]) { desk in
            let file = try Self.write(Self.list(3), desk)
            let run = ["run", file, "--rate", "600", "--webhook-port", "\(desk.port)"]
            let wrong = try await desk.program.run(Self.arguments(desk, run + Self.who))
            #expect(wrong.status == 77)
            var right = desk.program
            right.environment["PIOPIY_TOKEN"] = "right-token"
            let rung = try await right.run(Self.arguments(desk, run + Self.who))
            #expect(rung.status == 0 && rung.errors.contains("0 of 3 were dialed before"), "\(rung.errors)")
            // It is the other token's now.
            let back = try await desk.program.run(Self.arguments(desk, ["resume", "spring"]))
            #expect(back.status == 64)
            #expect(try await Self.numbers(desk).count == 3)
        }
    }

    @Test("Nothing listens: it pauses with exit code 69, and everybody is still to be rung")
    func nobodyThere() async throws {
        try await SharedDesk.with { desk in
            let file = try Self.write(Self.list(3), desk)
            let port = try FreePort.find()
            let arguments = [
                "campaign", "run", file, "--api-url", "http://127.0.0.1:\(port)/v3", "--webhook-port", "0",
            ]
            let result = try await desk.program.run(arguments + Self.who)
            #expect(result.status == 69)
            #expect(result.output.contains("3 of 3") == false && result.output.contains("could not be sent"))
        }
    }

    @Test(
        "Calls in doubt in a row pause it with exit code 75, and are not rung again when it goes on",
        arguments: ["0009", "0010"]
    )
    func inDoubt(ending: String) async throws {
        try await SharedDesk.with(hooks: false, sandboxArguments: ["--speed", "60"]) { desk in
            let file = try Self.write(Self.list(6, ending: ending), desk)
            let run = ["run", file, "--rate", "120", "--at-once", "10", "--webhook-port", "\(desk.port)"]
            let result = try await desk.program.run(Self.arguments(desk, run + Self.who))
            #expect(result.status == 75, "\(result.output) \(result.errors)")
            #expect(result.output.contains("3 calls in a row are in doubt"))
            let first = try await Self.numbers(desk)
            #expect(first.count < 6)
            let arguments = Self.arguments(desk, ["resume", "--webhook-port", "\(desk.port)"])
            let ringing = try desk.program.start(arguments)
            defer { ringing.stop() }
            _ = try await wait(for: "the rest") { try await Self.numbers(desk).count == 6 ? true : nil }
            ringing.signal(SIGINT)
            _ = try await ringing.result()
            let numbers = try await Self.numbers(desk)
            #expect(Set(numbers).count == numbers.count && numbers.count == 6)
            #expect(try await Self.status(desk)["unknown"] as? Int == 6)
        }
    }

    @Test("Another process pauses it, and from when that returns nobody more is rung; it goes on when told to")
    func fromOutside() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "60"]) { desk in
            let file = try Self.write(Self.list(40), desk)
            let run = ["run", file, "--rate", "300", "--at-once", "40", "--webhook-port", "\(desk.port)"]
            let ringing = try desk.program.start(Self.arguments(desk, run + Self.who))
            defer { ringing.stop() }
            _ = try await wait(for: "some calls") { try await Self.numbers(desk).count >= 3 ? true : nil }
            let paused = try await Self.run(desk, "pause")
            #expect(paused.status == 0 && paused.output.contains("spring: paused"))
            // What had been begun before is on its way.
            let begun = try await Self.status(desk)["rung"] as? Int ?? 0
            let rung = try await wait(for: "all that were begun") {
                let count = try await Self.numbers(desk).count
                return count >= begun ? count : nil
            }
            #expect(rung == begun && begun < 40)
            // Others are told who rings it, and may not ring it beside.
            let beside = try await desk.program.run(Self.arguments(desk, ["run", file] + Self.who))
            #expect(beside.status == 64 && beside.errors.contains("is run by"))
            let resumed = try await Self.run(desk, "resume", "--rate", "600")
            #expect(resumed.status == 0 && resumed.output.contains("spring: running"))
            let end = try await ringing.result()
            #expect(end.status == 0, "\(end.errors)")
            let numbers = try await Self.numbers(desk)
            #expect(numbers.count == 40 && Set(numbers).count == 40)
            #expect(try await Self.status(desk)["rate"] as? Int == 600)
        }
    }

    @Test("At Ctrl-C nothing more is begun, it is paused, and what was under way has its answer")
    func interrupted() async throws {
        try await SharedDesk.with { desk in
            let file = try Self.write(Self.list(40), desk)
            let run = ["run", file, "--rate", "300", "--at-once", "40", "--webhook-port", "\(desk.port)"]
            let ringing = try desk.program.start(Self.arguments(desk, run + Self.who))
            defer { ringing.stop() }
            _ = try await wait(for: "some calls") { try await Self.numbers(desk).count >= 3 ? true : nil }
            ringing.signal(SIGINT)
            let end = try await ringing.result()
            #expect(end.status == 69)
            #expect(end.errors.contains("piopiy campaign resume spring"))
            let status = try await Self.status(desk)
            #expect(status["state"] as? String == "paused" && status["runner"] == nil)
            #expect(status["unknown"] as? Int == 0)
            let numbers = try await Self.numbers(desk)
            #expect(numbers.count == status["rung"] as? Int && numbers.count < 40)
        }
    }
}
