import Foundation
import Logging
import Piopiy
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Webhooks

@Suite("Starting and stopping the listener")
struct StartAndStopTests {
    @Test("The URL names the port and ends in the secret")
    func url() async throws {
        try await listening { listener in
            #expect(listener.url == "http://127.0.0.1:\(listener.port)/hooks/\(testSecret.text)")
            #expect(listener.port > 0)
        }
    }

    @Test("A port in use is an error that names the port and what to do, and nothing is run")
    func portInUse() async throws {
        try await listening { listener in
            let configuration = WebhookListener.Configuration(port: listener.port, secret: testSecret)
            let error = await #expect(throws: WebhookListenerError.self) {
                try await withWebhookListener(configuration, logger: .silent, sink: { _ in }) { _ in
                    Issue.record("it ran")
                }
            }
            #expect(error == .portInUse(host: "127.0.0.1", port: listener.port))
            let text = error.map { "\($0)" } ?? ""
            #expect(text.contains("\(listener.port)"))
            #expect(text.contains("in use"))
            #expect(text.contains("another port"))
            #expect(!text.contains(testSecret.text))
        }
    }

    @Test("An address that is not this machine's is an error that says so")
    func wrongAddress() async throws {
        for host in ["192.0.2.1", "host.invalid"] {
            let configuration = WebhookListener.Configuration(host: host, port: 0, secret: testSecret)
            let error = await #expect(throws: WebhookListenerError.self) {
                try await WebhookListener(configuration: configuration, logger: .silent, sink: { _ in }).run()
            }
            #expect(error.map { "\($0)".contains(host) } == true)
        }
    }

    @Test("A graceful shutdown answers what has come, closes idle connections, and listens no more")
    func gracefulShutdown() async throws {
        let (urls, continuation) = AsyncStream.makeStream(of: String.self)
        let gate = Gate()
        let listener = WebhookListener(
            configuration: .init(port: 0, secret: testSecret, grace: .seconds(60)),
            logger: .silent,
            onRunning: { continuation.yield($0) },
            sink: { _ in await gate.pass() }
        )
        let group = ServiceGroup(configuration: .init(services: [.init(service: listener)], logger: .silent))
        async let running: Void = group.run()
        let url = try #require(await urls.first { _ in true })
        let access = Listening(url: url, deliveries: Deliveries(), log: LogRecorder())

        let idle = try await RawConnection.open(port: access.port)
        let request = "POST \(access.path) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
        let busy = try await RawConnection.open(port: access.port)
        try await busy.send(request)
        try await eventually("the sink has it") { gate.waiting == 1 }

        await group.triggerGracefulShutdown()
        try await eventually("the idle connection is closed") { idle.isClosed }
        #expect(busy.statuses.isEmpty)
        gate.open()
        try await eventually("it is answered all the same") { busy.statuses == [200] }
        try await running
        await #expect(throws: (any Error).self) { try await RawConnection.open(port: access.port) }
        await busy.close()
    }

    @Test("Cancelling ends it at once, whatever connections are in the middle of")
    func cancelled() async throws {
        let (urls, continuation) = AsyncStream.makeStream(of: String.self)
        let deliveries = Deliveries()
        let listener = WebhookListener(
            configuration: .init(port: 0, secret: testSecret, bodyTimeout: .seconds(3600)),
            logger: .silent,
            onRunning: { continuation.yield($0) },
            sink: { delivery in
                deliveries.add(delivery)
                try await Task.sleep(for: .seconds(3600))
            }
        )
        let running = Task { try await listener.run() }
        let url = try #require(await urls.first { _ in true })
        let access = Listening(url: url, deliveries: deliveries, log: LogRecorder())
        let idle = try await RawConnection.open(port: access.port)
        let halfHead = try await RawConnection.open(port: access.port)
        try await halfHead.send("POST /hooks")
        let halfBody = try await RawConnection.open(port: access.port)
        try await halfBody.send(
            "POST \(access.path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
        )
        let inSink = try await RawConnection.open(port: access.port)
        try await inSink.send("POST \(access.path) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        try await eventually("the sink has one") { deliveries.count == 1 }

        running.cancel()
        try await running.value
        for connection in [idle, halfHead, halfBody, inSink] {
            try await eventually("closed") { connection.isClosed }
            await connection.close()
        }
        // What was broken off by the end is no delivery.
        #expect(deliveries.count == 1)
    }

    @Test("What the body of withWebhookListener returns or throws comes out, and the port is free again")
    func scope() async throws {
        struct Oops: Error {}
        // Below the ports that the system gives to whoever asks for any: no other test takes it meanwhile.
        let port = Int.random(in: 20_000..<32_000)
        let configuration = WebhookListener.Configuration(port: port, secret: testSecret)
        await #expect(throws: Oops.self) {
            try await withWebhookListener(configuration, logger: .silent, sink: { _ in }) { _ in throw Oops() }
        }
        let value = try await withWebhookListener(configuration, logger: .silent, sink: { _ in }) { _ in 42 }
        #expect(value == 42)
    }
}

/// Holds whoever comes until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    var waiting: Int { state.withLock(\.waiting.count) }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
