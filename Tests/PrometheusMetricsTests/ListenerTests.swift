import CoreMetrics
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import PrometheusMetrics

@Suite("The listener for Prometheus")
struct ListenerTests {
    /// Runs `body` with the URL of a listener on a free port, and stops the listener.
    private static func with(
        _ registry: PrometheusRegistry,
        _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let (urls, continuation) = AsyncStream.makeStream(of: String.self)
        let listener = MetricsListener(
            configuration: .init(port: 0),
            registry: registry,
            logger: .silent,
            onRunning: { continuation.yield($0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await listener.run()
            }
            let url = try #require(await urls.first { _ in true })
            try await body(url)
            group.cancelAll()
        }
    }

    @Test("A scrape gets the figures, as what they are")
    func scrape() async throws {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "jobs", factory: registry)
        try await Self.with(registry) { url in
            #expect(url.hasPrefix("http://127.0.0.1:") && url.hasSuffix("/metrics"))
            counter.increment(by: 3)
            let answer = try await Web.send(.GET, url)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == ["text/plain; version=0.0.4; charset=utf-8"])
            #expect(answer.body == "# HELP jobs_total No description.\n# TYPE jobs_total counter\njobs_total 3\n")
            counter.increment()
            #expect(try await Web.send(.GET, "\(url)?name[]=x").body.contains("jobs_total 4\n"))
            let head = try await Web.send(.HEAD, url)
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    @Test("Nothing else is served")
    func refusals() async throws {
        let registry = PrometheusRegistry()
        _ = Counter(label: "jobs", factory: registry)
        try await Self.with(registry) { url in
            let root = url.replacing("/metrics", with: "")
            for path in ["/", "/metrics/", "/metrics2", "/hooks/x", "/Metrics"] {
                let answer = try await Web.send(.GET, root + path)
                #expect(answer.status == 404 && !answer.body.contains("jobs"), "\(path)")
            }
            for method in [HTTPMethod.POST, .PUT, .DELETE, .OPTIONS] {
                let answer = try await Web.send(method, url, method == .POST ? "x" : nil)
                #expect(answer.status == 405 && answer.headers["allow"] == ["GET, HEAD"], "\(method)")
            }
        }
    }

    @Test("A port in use is an error that names it, and says that calls go on")
    func portInUse() async throws {
        try await Self.with(PrometheusRegistry()) { url in
            let port = try #require(URL(string: url)?.port)
            let second = MetricsListener(
                configuration: .init(port: port),
                registry: PrometheusRegistry(),
                logger: .silent
            )
            let error = await #expect(throws: MetricsListenerError.self) { try await second.run() }
            #expect(error == .portInUse(host: "127.0.0.1", port: port))
            #expect(error.map { "\($0)".contains("Calls are not affected") } == true)
        }
    }

    @Test("An address of another machine is an error that says so")
    func wrongAddress() async throws {
        let listener = MetricsListener(
            configuration: .init(host: "192.0.2.1", port: 0),
            registry: PrometheusRegistry(),
            logger: .silent
        )
        let error = await #expect(throws: MetricsListenerError.self) { try await listener.run() }
        #expect(error.map { "\($0)".contains("192.0.2.1") } == true)
    }
}
