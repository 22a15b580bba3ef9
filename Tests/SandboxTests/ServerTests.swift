import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import Piopiy
import Sandbox
import ServiceLifecycle
import TestSupport
import Testing

@Suite("The server")
struct ServerTests {
    private func port(_ base: String) throws -> Int {
        try #require(Int(base.dropFirst("http://127.0.0.1:".count).dropLast("/v3".count)))
    }

    @Test("A port that is taken is an error that says so and what to do")
    func portInUse() async throws {
        try await withSandbox { base in
            let port = try port(base)
            let error = await #expect(throws: SandboxError.self) {
                try await withSandbox(.init(port: port)) { _ in }
            }
            #expect(error == .portInUse(host: "127.0.0.1", port: port))
            #expect("\(try #require(error))".contains("0 for any free port"))
        }
    }

    @Test("A host that is not this machine's is an error that says so")
    func foreignHost() async throws {
        // An address that is set aside for documentation.
        let error = await #expect(throws: SandboxError.self) {
            try await withSandbox(.init(host: "192.0.2.1")) { _ in }
        }
        #expect(error == .noSuchHost("192.0.2.1"))
    }

    @Test(
        "Settings that cannot work are refused before anything listens",
        arguments: [
            .init(speed: 0), .init(speed: -1), .init(speed: .nan), .init(speed: .infinity), .init(port: 65536),
            .init(port: -1), .init(webhookURL: "127.0.0.1:8787"), .init(webhookURL: ""), .init(webhookURL: "http://"),
            .init(webhookURL: "ftp://127.0.0.1/"),
        ] as [SandboxServer.Configuration]
    )
    func badConfiguration(configuration: SandboxServer.Configuration) async throws {
        let error = await #expect(throws: SandboxError.self) { try await withSandbox(configuration) { _ in } }
        guard case .badConfiguration = error else {
            throw NeverHappened("a bad configuration; \(error as Any)")
        }
    }

    @Test(
        "A speed at either end of what a number can hold harms nothing",
        arguments: [Double.leastNonzeroMagnitude, 1e300]
    )
    func extremeSpeed(speed: Double) async throws {
        try await withSandbox(.init(speed: speed)) { base in
            let sandbox = SandboxProbe(base: base)
            #expect(try await sandbox.place(try Sample.call()).status == 200)
            let id = try #require(try await sandbox.onlyCall()["call_id"]?.string)
            #expect([200, 404].contains(try await sandbox.hangUp(id).status))
            #expect(try await sandbox.onlyCall()["state"] == "ended")
        }
    }

    @Test("It listens on the host that it was given and on no other")
    func oneHost() async throws {
        try await withSandbox { base in
            // The whole of 127.0.0.0/8 is this machine, so a server that listens everywhere would answer here.
            let elsewhere = SandboxProbe(base: base.replacing("127.0.0.1", with: "127.0.0.2"))
            let outcome = await (try elsewhere.client(retries: .never)).ai.call(try Sample.call())
            guard case .notSent(let reason) = outcome else { throw NeverHappened("notSent; \(outcome)") }
            #expect(reason.code == "cannot_connect")
        }
    }

    @Test("A graceful shutdown ends it, also while a late answer is owed")
    func gracefulShutdown() async throws {
        let (bases, continuation) = AsyncStream.makeStream(of: String.self)
        let server = SandboxServer(logger: .silent) { continuation.yield($0) }
        let group = ServiceGroup(configuration: .init(services: [server], logger: .silent))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = bases.makeAsyncIterator()
            let sandbox = SandboxProbe(base: try #require(await iterator.next()))
            tasks.addTask {
                // 30 s late: the shutdown comes first, and whether an answer still goes out is not said.
                _ = try? await sandbox.place(try Sample.call(to: Sample.number("0007")))
            }
            _ = try await wait(for: "the placement") { try await sandbox.calls().first }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("Neither an idle connection nor a request that is never whole keeps it from ending")
    func slowClient() async throws {
        let (parts, neverEnding) = AsyncStream.makeStream(of: ByteBuffer.self)
        let slow = try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            _ = try await sandbox.calls()
            let slow = Task {
                var request = HTTPClientRequest(url: base + "/voice/ai/call")
                request.method = .POST
                request.body = .stream(parts, length: .unknown)
                _ = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            }
            neverEnding.yield(ByteBuffer(string: "{"))
            _ = try await wait(for: "the request's head") { try await sandbox.requests().first }
            return slow
        }
        // Its connection was closed under it.
        await #expect(throws: (any Error).self) { try await slow.value }
        neverEnding.finish()
    }

    @Test("Ending while clients still connect ends nothing else")
    func endsUnderLoad() async throws {
        // Once in a while is enough to end the process, so it is done often.
        for _ in 1...20 {
            let clients = try await withSandbox { base in
                let sandbox = SandboxProbe(base: base)
                let clients = Task {
                    await withDiscardingTaskGroup { group in
                        for _ in 1...40 {
                            group.addTask {
                                // Each a client of its own, so each request is a new connection.
                                var isUp = true
                                while isUp, let client = try? sandbox.client(retries: .never) {
                                    let answered = await client.voice.hangup(callID: CallID(Sample.agent))
                                    await client.shutdown()
                                    isUp = answered.name == "accepted"
                                }
                            }
                        }
                    }
                }
                try await eventually("a request") { try await sandbox.requests().count > 20 }
                return clients
            }
            await clients.value
        }
    }

    @Test("A configuration's description has neither the token nor the webhook's address")
    func description() {
        let configuration = SandboxServer.Configuration(
            token: "s3cret-one",
            webhookURL: "http://127.0.0.1:1/hooks/s3cret"
        )
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("s3cret"))
        }
    }

    @Test("What `body` throws comes out, and the sandbox has ended by then")
    func bodyThrows() async throws {
        let base = Locked("")
        await #expect(throws: NeverHappened.self) {
            try await withSandbox { running in
                base.set(running)
                throw NeverHappened("thrown on purpose")
            }
        }
        // Its port is free again.
        let port = try port(base.get())
        try await withSandbox(.init(port: port)) { again in #expect(again == base.get()) }
    }

    @Test("Many placements at once are all placed, each with its own ids")
    func many() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...300 { group.addTask { try await sandbox.place(try Sample.call()).status } }
                for try await status in group { #expect(status == 200) }
            }
            let calls = try await sandbox.calls()
            #expect(calls.count == 300)
            #expect(Set(calls.map { $0["call_id"] }).count == 300)
            #expect(try await sandbox.placements().count == 300)
        }
    }
}
