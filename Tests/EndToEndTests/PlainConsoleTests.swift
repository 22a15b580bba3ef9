import Foundation
import TerminalDriver
import Testing

/// The console as lines: a script at its pipes, a person at a terminal.
@Suite("The plain console", .serialized)
struct PlainConsoleTests {
    private static func call(_ number: String) -> String {
        "call \(number) from 919999999999 agent \(CallCommandTests.agent)"
    }

    @Test("A script places calls, waits for lines, and hangs up by number")
    func script() async throws {
        var program = try Program(token: nil)
        defer { program.clean() }
        program.environment["TERM"] = "dumb"
        let arguments = ["console", "--plain", "--sandbox", "--seed", "\(patientSeed)"]
        try await PlainSession.with(program, arguments) { console in
            try console.type(Self.call("918888888888"))
            try await console.see("call 1 to 918888888888: talking")
            try console.type(Self.call("918888888802") + " order=A-17")
            try await console.see("call 2 to 918888888802: ringing")
            try console.type("hang-up 1")
            try await console.see("Hang up call 1 to 918888888888, talking? yes or no")
            try console.type("yes")
            try await console.see("call 1 to 918888888888: ended, completed")
            try await console.see("call 2 to 918888888802: talking")
            try console.type("show 2")
            try await console.see("Variables: ", "A-17")
            // A second call to a number that is up asks first.
            try console.type(Self.call("918888888802"))
            try await console.see("918888888802 is already on the board. Dial it again? yes or no")
            try console.type("no")
            try console.type("quit")
            // What ends calls takes a word of its own.
            try console.type("yes")
            try await console.see("nothing was done: “yes” is neither end nor no")
            try console.type("quit")
            try console.type("end")
            let result = try await console.running.result()
            #expect(result.status == 0 && result.errors.isEmpty)
            #expect(result.output.contains("nothing was done\n1 call ends with the sandbox. Quit? end or no\n"))
            #expect(result.output.hasSuffix("\n1 call ends with the sandbox. Quit? end or no\n"))
            #expect(result.output.components(separatedBy: ": placing\n").count == 3)
            #expect(!result.output.contains("> "))
        }
    }

    @Test("An agent's name is known to the first line that a script writes")
    func firstLine() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        try await PlainSession.with(program) { console in
            try console.type("call 918888888888 from 919999999999 agent support-en")
            try await console.see("call 1 to 918888888888: talking")
        }
    }

    @Test("The sandbox inside has a speed and a seed; nothing else has")
    func seeded() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        for (arguments, complaint) in [
            (["--plain", "--seed", "7"], "--seed works only with --sandbox"),
            (["--plain", "--speed", "7"], "--speed works only with --sandbox"),
            (["--plain", "--sandbox", "--speed", "0"], "--speed is 0.0; it must be more than 0 up to 100000."),
        ] {
            let result = try await program.run(arguments)
            #expect(result.status == 64)
            #expect(result.errors.contains(complaint))
        }
        // A talk of a minute and more is over while nobody could have waited for it.
        try await PlainSession.with(
            program,
            ["--plain", "--sandbox", "--seed", "\(patientSeed)", "--speed", "100"]
        ) { console in
            try console.type(Self.call("918888888888"))
            try await console.see("call 1 to 918888888888: ended, completed")
        }
    }

    @Test("On the platform: what the sandbox was asked is what was typed, and no more")
    func platform() async throws {
        try await SharedDesk.with { desk in
            let arguments = ["--plain"] + desk.arguments.split(separator: " ").map(String.init)
            try await PlainSession.with(desk.program, arguments) { console in
                try console.type(Self.call("918888888888"))
                try await console.see("call 1 to 918888888888: talking")
                // Its answer is lost: it is said, and not repeated.
                try console.type(Self.call("918888880006"))
                try await console.see(anyOf: [
                    "error: call 2: call to 918888880006: in doubt, not repeated (show 2: details)",
                    // Where its events were quicker than the end of its connection.
                    "call 2: call placed to 918888880006: the answer was lost, but events confirm the call",
                ])
                try console.type("hang-up 91888888")
                try await console.see("error: no call here matches “91888888”")
                try console.type("yes")
                try await console.see("error: “yes” is not a command")
                try console.type("hang-up 918888888888")
                try console.type("yes")
                try await console.see("call 1 to 918888888888: ended, completed")
                try console.closeInput()
                let result = try await console.running.result()
                #expect(result.status == 0)
            }
            let calls = try await desk.sandbox.calls()
            #expect(calls.compactMap { $0["to_number"] as? String }.sorted() == ["918888880006", "918888888888"])
            let hangUps = try await desk.sandbox.requests().filter {
                ($0["path"] as? String)?.hasSuffix("hangup") ?? false
            }
            #expect(hangUps.count == 1)
        }
    }

    @Test("Hostile text from webhooks never prints a control byte", arguments: ["C.UTF-8", "C", ""])
    func hostile(locale: String) async throws {
        try await SharedDesk.with { desk in
            var program = desk.program
            program.environment["LC_ALL"] = locale
            let arguments = ["--plain"] + desk.arguments.split(separator: " ").map(String.init)
            try await PlainSession.with(program, arguments) { console in
                let evil = "\\u001b]0;owned\\u0007\\u009b31m\\r\\n\\u0000\\u007f\\u202e\\u2028"
                let event = """
                    {"cmiuuid":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","status":"in_ringing","direction":"inbound","leg":"a",
                     "from":"\(evil)","to":"9188\(evil)","agent_id":"\(evil)","time":1725942871456,
                     "extra_params":{"note":"\(evil)","\(evil)":"1"}}
                    """
                let hooks = "http://127.0.0.1:\(desk.port)/hooks/\(SharedDesk.secret)"
                try await HTTP.post(hooks, Array(event.utf8))
                try await HTTP.post(hooks, Array("\u{1B}[2Jno JSON".utf8))
                try await console.see("call 1 to 9188", "ringing")
                try await console.see("warning: a webhook could not be read")
                for line in ["calls", "show 1", "columns var:note agent", "calls", "hang-up 1", "no", "messages"] {
                    try console.type(line)
                }
                try console.type("hang-up \u{1B}[A1")
                try await console.see("error: the line holds a control character")
                try console.type("quit")
                let result = try await console.running.result()
                #expect(result.status == 0)
                for scalar in result.output.unicodeScalars where scalar != "\n" {
                    #expect(
                        scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
                    )
                    // A byte of a longer sequence is a control character where the locale has bytes for characters.
                    if locale != "C.UTF-8" { #expect(scalar.isASCII, "\(scalar)") }
                }
            }
        }
    }

    @Test("The end of the input ends it; a line that was cut off is not run")
    func cutOff() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        try await PlainSession.with(program) { console in
            try console.type(Self.call("918888888888"))
            try await console.see("call 1 to 918888888888: talking")
            try console.write(Self.call("9188888888"))
            try console.closeInput()
            let result = try await console.running.result()
            #expect(result.status == 0)
            #expect(result.output.contains("error: the input ended in the middle of a line, which was not run"))
            #expect(result.output.hasSuffix("1 call ends with the sandbox.\n"))
            #expect(!result.output.contains("9188888888:"))
        }
    }

    @Test("A signal ends it at once, as it ends any other program", arguments: [SIGTERM, SIGINT, SIGHUP])
    func signals(number: Int32) async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        try await PlainSession.with(program) { console in
            try console.type(Self.call("918888888888"))
            try await console.see("call 1 to 918888888888: ringing")
            console.running.signal(number)
            let result = try await console.running.result()
            #expect(result.status == 128 + number)
            #expect(result.errors.isEmpty)
        }
    }

    @Test("Started to ignore a hangup, as by nohup, it goes on")
    func nohup() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let script = """
            trap '' HUP
            mkfifo in; "$piopiy" --plain --sandbox < in > out & console=$!
            exec 3> in
            until grep -q 'help lists' out; do sleep 0.05; done
            kill -HUP $console
            echo calls >&3
            until grep -q '^0 calls' out; do sleep 0.05; kill -0 $console || exit 1; done
            exec 3>&-
            wait $console
            """
        let result = try await program.shell("cd \"$HOME\"; \(script)")
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test("When nobody reads any more it ends with 74, and what was typed after rings nobody")
    func closedOutput() async throws {
        try await SharedDesk.with { desk in
            let script = """
                cd "$HOME"
                { { until [ -e gone ]; do sleep 0.05; done; echo '\(Self.call("918888888888"))'; } \\
                    | "$piopiy" --plain \(desk.arguments); echo $? > status; } | { head -n 1; exec <&-; touch gone; }
                cat status
                """
            let result = try await desk.program.shell(script)
            #expect(result.output.hasSuffix("\n74\n"), "\(result.output) \(result.errors)")
            let dials = try await desk.sandbox.dials()
            #expect(dials.isEmpty)
        }
    }

    @Test("At a terminal there is a prompt, and an event in the middle of a line leaves the line whole")
    func terminal() async throws {
        try await ConsoleOnScreen.with("--plain --sandbox", columns: 120, environment: ["TERM": "dumb"]) { console in
            try await console.see("help lists the commands", "\n>")
            try await console.terminal.type(Self.call("918888888888"))
            try await console.terminal.send("Enter")
            try await console.see("call 1 to 918888888888: ringing")
            try await console.terminal.type("hang-")
            let screen = try await console.see("call 1 to 918888888888: talking")
            #expect(screen.contains("> hang-\n"))
            try await console.terminal.type("up 1")
            try await console.terminal.send("Enter")
            try await console.see("Hang up call 1 to 918888888888, talking? yes or no")
            try await console.terminal.type("yes")
            try await console.terminal.send("Enter")
            try await console.see("call 1 to 918888888888: ended, completed")
            // An empty line does nothing but bring the prompt back.
            try await console.terminal.send("Enter", "C-d")
            let code = try await console.exitCode()
            #expect(code == "[exit 0]")
        }
    }

    @Test("Ctrl-Z stops it, fg brings it back, and what was asked is still asked")
    func stopped() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let terminal = try await TmuxTerminal(
            columns: 100,
            rows: 30,
            term: "tmux-256color",
            environment: program.environment.merging(["PS1": "shell: "]) { _, new in new },
            command: ["/bin/bash", "--norc", "-i"]
        )
        let console = ConsoleOnScreen(program: program, terminal: terminal)
        do {
            try await terminal.type("'\(Program.path)' --plain --sandbox")
            try await terminal.send("Enter")
            try await console.see("help lists the commands")
            try await terminal.type("call 918888888888")
            try await terminal.send("Enter")
            try await console.see("from which number?")
            try await terminal.send("C-z")
            try await console.see("Stopped")
            try await terminal.type("fg")
            try await terminal.send("Enter")
            try await terminal.type("12")
            try await terminal.send("Enter")
            try await console.see("error: from has only 2 digits")
            try await terminal.type("cancel")
            try await terminal.send("Enter")
            try await console.see("nothing was done")
            await terminal.close()
        } catch {
            await terminal.close()
            throw error
        }
    }

    @Test("Where no screen can be drawn, --plain is offered")
    func offered() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await program.run("--sandbox")
        #expect(result.status == 78)
        #expect(result.errors.contains("`piopiy --plain` is the console as plain lines"))
    }
}
