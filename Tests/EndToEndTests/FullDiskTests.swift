import CallBoard
import Foundation
import TerminalDriver
import TestSupport
import Testing

/// A disk that has no room: no file of the console's may grow.
@Suite("A console on a full disk", .serialized)
struct FullDiskTests {
    @Test("It says so, shows what is up, places nothing, and hangs up")
    func fullDisk() async throws {
        try await SharedDesk.with { desk in
            try await desk.console { console in
                try await console.see("STATE", "hooks")
                try await console.place("918888888888")
                try await console.seeRow("918888888888", "talking")
                try await console.kill()
            }
            // Less than the journal has by now: nothing can be added to it.
            try await desk.console(after: "ulimit -f 100;") { console in
                try await console.see("no call can be placed: The disk is full")
                try await console.seeRow("918888888888", "talking")
                try await console.terminal.send("End")
                try await console.ask("x", "Hang up 918888888888", answer: "y")
                // Told by a webhook that cannot be kept: it is shown all the same.
                try await console.seeRow("918888888888", "ended", "completed")
                try await console.place("918888888802")
                try await console.see("The journal could not record it: The disk is full")
                try await console.seeRow("918888888802", "ended", "failed")
            }
            let dials = try await desk.sandbox.dials()
            #expect(dials.count == 1)
            let calls = try await desk.journal()
            #expect(calls.map(\.to) == ["918888888888"])
            // With room again the record that the platform sends once more, or asking, settles it.
            try await desk.console { console in
                try await console.see("STATE")
                let isOver = try await wait(for: "the end to be known") { () -> Bool? in
                    let calls = try await desk.journal()
                    return calls.allSatisfy(\.isEnded) ? true : nil
                }
                #expect(isOver)
            }
        }
    }

    @Test("Commands read what can be read, and place nothing")
    func commands() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            let call = "call --from 919999999999 --agent \(CallCommandTests.agent) --api-url \(desk.sandbox.base)"
            let first = try await desk.program.shell("\"$piopiy\" \(call) --to 918888888888")
            #expect(first.status == 0, "\(first.errors)")
            let limited = "ulimit -f 0; \"$piopiy\""
            // The output goes to a file here, which may not grow either: a pipe takes it.
            let second = try await desk.program.shell(
                "(\(limited) \(call) --to 918888888802 --output json; echo \"exit $?\") 2>&1 | cat"
            )
            #expect(second.output.contains("not_recorded") && second.output.contains("The disk is full"))
            #expect(second.output.contains("exit 69"))
            let history = try await desk.program.shell(
                "(\(limited) history --api-url \(desk.sandbox.base); \(limited) calls --api-url \(desk.sandbox.base)) 2>&1 | cat"
            )
            #expect(history.output.components(separatedBy: "918888888888").count == 3, "\(history.output)")
            let dials = try await desk.sandbox.dials()
            #expect(dials.count == 1)
        }
    }
}
