import CallBoard
import Foundation
import Piopiy
import Synchronization
import TerminalDriver
import TestSupport
import Testing

@testable import PiopiyCommand

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
        try program.keep(webhookSecret: Self.secret)
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
            #expect(result.errors.contains("It goes on."))

            let running = try program.start(arguments(sandbox, port, to: "918888888802", "ended"))
            defer { running.stop() }
            _ = try await wait(for: "the ringing") { running.written.contains("ringing") ? true : nil }
            running.signal(SIGINT)
            let stopped = try await running.result()
            #expect(stopped.status == 75)
            #expect(stopped.errors.contains("Stopped waiting. The call goes on."))
            let states = try await sandbox.calls().compactMap { $0["state"] as? String }
            #expect(states.count == 2 && !states.contains("ended"))
        }
    }

    @Test("Where the port is somebody else's and no call id is told, it says that it cannot follow")
    func deaf() async throws {
        try await withSandbox { program, sandbox, port in
            let stranger = try TinyServer { _ in .json("{}") }
            defer { stranger.stop() }
            let result = try await program.run(
                arguments(sandbox, stranger.port, to: "918888888802", "answered") + ["--output", "json"]
            )
            #expect(result.status == 75)
            #expect(result.outcome == "accepted")
            #expect(result.errors.contains("is in use"))
            #expect(result.errors.contains("so the call cannot be followed. It goes on."))
        }
    }

    @Test("Several at once follow their calls, though one alone hears")
    func together() async throws {
        try await withSandbox(speed: "4") { program, sandbox, port in
            // It talks for longer than the others take.
            let first = try program.start(arguments(sandbox, port, to: "918888888801", "ended"))
            defer { first.stop() }
            _ = try await wait(for: "the first call") { first.written.contains("ringing") ? true : nil }
            let others = [("918888888802", "answered"), ("918888880001", "ended"), ("918888880002", "ended")]
            let running = try others.map { number, goal in
                try program.start(
                    arguments(sandbox, port, to: number, goal) + ["--ring-timeout", "5", "--output", "json"]
                )
            }
            defer { running.forEach { $0.stop() } }
            for (command, end) in zip(running, [nil, "busy", "noAnswer"]) {
                let result = try await command.result()
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.errors.isEmpty)
                #expect(result.object["end"] as? String == end)
            }
            #expect(!first.written.contains("ended"))
            #expect(try await first.result().output.contains("ended  completed"))
            #expect(try await sandbox.calls().count == 4)
        }
    }

    @Test("When the one that hears ends, another goes on hearing")
    func takesOver() async throws {
        try await withSandbox(speed: "4") { program, sandbox, port in
            let listener = try program.start(["listen", "--api-url", sandbox.base, "--port", "\(port)"])
            defer { listener.stop() }
            _ = try await wait(for: "the listener") { listener.written.contains("/hooks/") ? true : nil }
            let call = try program.start(arguments(sandbox, port, to: "918888888801", "ended"))
            defer { call.stop() }
            _ = try await wait(for: "the answer") { call.written.contains("answered") ? true : nil }
            listener.signal(SIGTERM)
            _ = try await listener.result()
            let result = try await call.result()
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("ended  completed  918888888801  call "))
        }
    }

    @Test("Beside piopiy listen it follows by what that one hears")
    func besideListener() async throws {
        try await withSandbox { program, sandbox, port in
            let listener = try program.start(["listen", "--api-url", sandbox.base, "--port", "\(port)"])
            defer { listener.stop() }
            _ = try await wait(for: "the listener") { listener.written.contains("/hooks/") ? true : nil }
            let result = try await program.run(arguments(sandbox, port, to: "918888888801", "ended"))
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.errors.isEmpty)
            let words = result.output.split(separator: "\n").map { $0.split(separator: " ").first ?? "" }
            #expect(words == ["accepted", "ringing", "answered", "ended"])
            #expect(result.output.contains("ended  completed  918888888801  call "))
        }
    }

    @Test("When no webhook comes at all it says so, once, and goes on")
    func silence() async throws {
        let platform = FakePlatform.unknown
        let client = try RestClient(token: Token(validating: "s3cret-token"))
        let board = CallBoard(platform: platform)
        let said = Mutex(0)
        var watch = CallWatch(
            platform: client,
            board: board,
            news: CallNews(board: board, ref: nil),
            goal: .answered,
            timeout: .milliseconds(300),
            hearsWebhooks: true,
            onSilence: { _ in said.withLock { $0 += 1 } },
            onMilestone: { _, _ in }
        )
        watch.silence = .milliseconds(10)
        guard case .timedOut = await watch.run() else {
            Issue.record("nothing happened, so the time runs out")
            return
        }
        #expect(said.withLock { $0 } == 1)
        // A webhook that nobody can read is no news; one of any call shows that they come.
        await watch.news.hear(.unreadable("nothing"))
        _ = await watch.run()
        #expect(said.withLock { $0 } == 2)
        #expect(await watch.news.unreadable == 1)
        await watch.news.hear(.events([PlatformEvent(kind: .live, status: .ringing, callID: CallID("x"), at: .now)]))
        _ = await watch.run()
        #expect(said.withLock { $0 } == 2)
        await client.shutdown()
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
        #expect(result.errors.contains("The call is followed by polling only."))
    }
}
