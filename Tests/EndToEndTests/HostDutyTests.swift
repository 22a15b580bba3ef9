import CallBoard
import Foundation
import TerminalDriver
import TestSupport
import Testing

/// What one process does for all of its host: hearing the webhooks, asking the platform.
@Suite("One for all of a host", .serialized)
struct HostDutyTests {
    @Test("A console that is stopped by Ctrl-Z hands the webhooks over, and holds up nobody who writes")
    func suspended() async throws {
        try await SharedDesk.with { desk in
            try await desk.job { first in
                try await first.see("STATE", "hooks")
                try await desk.console { second in
                    try await second.see("STATE", "hooks")
                    try await first.terminal.send("C-z")
                    try await first.see("Stopped")
                    try await second.place("918888888888")
                    try await second.seeRow("918888888888", "talking")
                    try await first.terminal.type("fg\n")
                    try await first.seeRow("918888888888", "talking")
                }
                // The second is gone: the first hears again, and so learns how the call ends.
                _ = try await wait(for: "the first to listen") {
                    try? await HTTP.post("http://127.0.0.1:\(desk.port)/", [])
                }
                try await first.terminal.send("End")
                try await first.ask("x", "Hang up 918888888888", answer: "y")
                try await first.seeRow("918888888888", "ended", "completed")
            }
        }
    }

    @Test("piopiy listen hears, and a console asks all the same for what nobody tells")
    func asksBesideListener() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            let listener = try desk.program.start(["listen", "--port", "\(desk.port)", "--api-url", desk.sandbox.base])
            defer { listener.stop() }
            _ = try await wait(for: "the listener") { listener.written.contains("/hooks/") ? true : nil }
            _ = try await desk.program.run([
                "call", "--from", "919999999999", "--to", "918888888888", "--agent", CallCommandTests.agent,
                "--api-url",
                desk.sandbox.base,
            ])
            let id = try await wait(for: "the call") { try await desk.sandbox.calls().first?["call_id"] as? String }
            // The one webhook that comes; of all that follows none does.
            let event =
                #"{"call_id":"\#(id)","request_id":"R","to":"918888888888","from":"919999999999","status":"started"}"#
            _ = try await HTTP.post("http://127.0.0.1:\(desk.port)/hooks/\(SharedDesk.secret)", Array(event.utf8))
            try await desk.console { console in
                try await console.seeRow("918888888888", "talking")
                _ = try await desk.program.run(["hangup", id, "--api-url", desk.sandbox.base])
                try await console.seeRow("918888888888", "ended")
            }
        }
    }

    @Test("Where nobody hears webhooks, all consoles show when the one that asks was last answered")
    func askedAt() async throws {
        try await SharedDesk.with(hooks: false) { desk in
            // The port is another program's.
            let taken = try desk.program.start(["sandbox", "--port", "\(desk.port)"])
            defer { taken.stop() }
            _ = try await wait(for: "the port to be taken") { taken.written.isEmpty ? nil : true }
            try await desk.console { first in
                try await desk.console { second in
                    try await first.see("STATE", "polling")
                    try await second.see("STATE", "polling")
                    // A call that is up, whose id is known; nothing changes, so no line is written of it.
                    try await first.place("918888888888")
                    let id = try await wait(for: "the call") {
                        try await desk.sandbox.calls().first?["call_id"] as? String
                    }
                    _ = try await desk.program.run([
                        "transfer", id, "--to", "918888888801", "--warm", "--api-url", desk.sandbox.base,
                    ])
                    for console in [first, second] {
                        _ = try await console.terminal.wait(until: "the header tells when") { screen in
                            screen.split(separator: "\n").first?.contains(/polling \d\d:\d\d:\d\d/) ?? false
                        }
                    }
                }
            }
        }
    }

    @Test("piopiy call --wait follows its call by the webhooks that another process hears")
    func followsByOthers() async throws {
        try await SharedDesk.with(sandboxArguments: ["--speed", "20"]) { desk in
            let listener = try desk.program.start(["listen", "--port", "\(desk.port)", "--api-url", desk.sandbox.base])
            defer { listener.stop() }
            _ = try await wait(for: "the listener") { listener.written.contains("/hooks/") ? true : nil }
            let result = try await desk.program.run([
                "call", "--from", "919999999999", "--to", "918888888888", "--agent", CallCommandTests.agent,
                "--api-url",
                desk.sandbox.base, "--wait", "ended", "--output", "json",
            ])
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.object["end"] as? String == "completed")
            #expect(result.errors.isEmpty)
        }
    }
}
