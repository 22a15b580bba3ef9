import Foundation
import Piopiy
import Synchronization
import TerminalDriver
import Testing

@Suite("piopiy call --wait")
struct CallWaitTests {
    private static let secret = "0123456789abcdef0123456789abcdef"

    /// A sandbox that posts to where the command listens.
    private func withSandbox(
        speed: String = "20",
        _ body: (_ program: Program, _ sandbox: RunningSandbox, _ port: UInt16) async throws -> Void
    ) async throws {
        let program = try Program()
        defer { program.clean() }
        let state = program.home.appending(path: ".local/state/piopiy")
        try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        let file = state.appending(path: "webhook-secret").path
        try Data("\(Self.secret)\n".utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let port = try FreePort.find()
        let webhook = "http://127.0.0.1:\(port)/hooks/\(Self.secret)"
        try await RunningSandbox.with(program, ["--webhook", webhook, "--speed", speed]) { sandbox in
            try await body(program, sandbox, port)
        }
    }

    private func arguments(_ sandbox: RunningSandbox, _ port: UInt16, to number: String, _ goal: String) -> [String] {
        [
            "call", "--api-url", sandbox.base, "--from", "919999999999", "--to", number, "--agent",
            CallCommandTests.agent, "--wait", goal, "--webhook-port", "\(port)", "--wait-timeout", "100",
        ]
    }

    @Test(
        "It ends with the call's state, its end and its id",
        arguments: [
            ("918888888801", "answered", Int32(0), "talking", nil), ("918888888801", "ended", 0, "ended", "completed"),
            ("918888880001", "answered", 1, "ended", "busy"), ("918888880001", "ended", 0, "ended", "busy"),
            ("918888880002", "answered", 1, "ended", "noAnswer"), ("918888880003", "ended", 0, "ended", "failed"),
            ("918888880011", "ended", 0, "ended", "completed"), ("918888880012", "answered", 0, "ended", "completed"),
        ] as [(String, String, Int32, String, String?)]
    )
    func endings(number: String, goal: String, status: Int32, state: String, end: String?) async throws {
        try await withSandbox { program, sandbox, port in
            let result = try await program.run(
                arguments(sandbox, port, to: number, goal) + ["--output", "json"]
            )
            #expect(result.status == status, "\(result.errors)")
            #expect(result.outcome == "accepted")
            #expect(result.object["state"] as? String == state)
            #expect(result.object["end"] as? String == end)
            let call = try #require(try await sandbox.calls().first)
            #expect(result.object["call_id"] as? String == call["call_id"] as? String)
            if end == "completed" { #expect((result.object["talk_sec"] as? Int ?? 0) >= 20) }
            let dials = try await sandbox.dials()
            #expect(dials.count == 1)
        }
    }

    @Test("People read a line for each milestone")
    func text() async throws {
        try await withSandbox { program, sandbox, port in
            let result = try await program.run(arguments(sandbox, port, to: "918888888801", "ended"))
            #expect(result.status == 0)
            let words = result.output.split(separator: "\n").map { $0.split(separator: " ").first ?? "" }
            #expect(words == ["accepted", "ringing", "answered", "ended"])
            #expect(result.output.contains("ended  completed  918888888801  call "))
        }
    }

    @Test("When time runs out, or at Ctrl-C, the call goes on: 75 and a word of it")
    func goesOn() async throws {
        try await withSandbox(speed: "1") { program, sandbox, port in
            var late = arguments(sandbox, port, to: "918888888801", "ended")
            late[late.count - 1] = "1"
            let result = try await program.run(late + ["--output", "json"])
            #expect(result.status == 75)
            #expect(result.outcome == "accepted")
            #expect(result.errors.contains("The call goes on."))

            let running = try program.start(arguments(sandbox, port, to: "918888888802", "ended"))
            defer { running.stop() }
            _ = try await wait(for: "the ringing") { running.written.contains("ringing") ? true : nil }
            running.signal(SIGINT)
            let stopped = try await running.result()
            #expect(stopped.status == 75)
            #expect(stopped.errors.contains("Stopped. The call goes on."))
            let states = try await sandbox.calls().compactMap { $0["state"] as? String }
            #expect(states.count == 2 && !states.contains("ended"))
        }
    }

    @Test("Where the port is taken and no call id is told, it says that it cannot follow")
    func deaf() async throws {
        // At the world's speed: the first call must be up while the second is tried.
        try await withSandbox(speed: "1") { program, sandbox, port in
            let other = try program.start(
                arguments(sandbox, port, to: "918888888801", "ended") + ["--max-duration", "7200"]
            )
            defer { other.stop() }
            _ = try await wait(for: "the first call") { other.written.contains("ringing") ? true : nil }
            let result = try await program.run(
                arguments(sandbox, port, to: "918888888802", "answered") + ["--output", "json"]
            )
            #expect(result.status == 75)
            #expect(result.outcome == "accepted")
            #expect(result.errors.contains("is in use"))
            #expect(result.errors.contains("it cannot be followed. The call goes on."))
        }
    }

    @Test("What is refused or in doubt is not waited for")
    func notPlaced() async throws {
        try await withSandbox { program, sandbox, port in
            let refused = try await program.run(arguments(sandbox, port, to: "918888880005", "ended"))
            #expect(refused.status == 76)
            let doubtful = try await program.run(arguments(sandbox, port, to: "918888880006", "ended"))
            #expect(doubtful.status == 75)
        }
    }

    @Test(
        "Without webhooks it asks, when the call id was told at once; that a call is gone does not tell how it ended",
        arguments: [
            (["ringing", "answered"], "answered", Int32(0), "talking", nil),
            (["ringing", "answered"], "ended", 0, "ended", "completed"), (["ringing"], "answered", 1, "ended", nil),
            (["ringing"], "ended", 0, "ended", nil),
        ] as [([String], String, Int32, String, String?)]
    )
    func asks(states: [String], goal: String, status: Int32, state: String, end: String?) async throws {
        let id = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"
        let polls = Mutex(0)
        let server = try TinyServer { request in
            if request.method == "POST" {
                return .json(#"{"message":"call_queued","request":"r1","call_id":"\#(id)"}"#)
            }
            let poll = polls.withLock { count in
                count += 1
                return count
            }
            guard poll <= states.count else { return .json(#"{"error":"not_found"}"#, status: 404) }
            return .json(#"{"call_id":"\#(id)","state":"\#(states[poll - 1])"}"#)
        }
        defer { server.stop() }
        let program = try Program()
        defer { program.clean() }
        // Its own port is one that is taken.
        let result = try await program.run([
            "call", "--api-url", "\(server.origin)/v3", "--from", "919999999999", "--to", "918888888801", "--agent",
            CallCommandTests.agent, "--wait", goal, "--webhook-port", "\(server.port)", "--output", "json",
        ])
        #expect(result.status == status, "\(result.errors)")
        #expect(result.object["call_id"] as? String == id)
        #expect(result.object["state"] as? String == state)
        #expect(result.object["end"] as? String == end)
        #expect(result.errors.contains("The call is followed by asking alone."))
    }
}
