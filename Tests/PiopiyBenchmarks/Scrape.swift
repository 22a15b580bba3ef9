import AsyncHTTPClient
import CallBoard
import CoreMetrics
import Foundation
import Logging
import NIOCore
import Piopiy
import PrometheusMetrics

/// What a scrape of Prometheus takes with many calls on the board, and what counting costs whoever dials.
enum Scrape {
    private static let scrapes = 1000

    static func run(calls: Int) async throws {
        let registry = PrometheusRegistry(describing: MetricFamily.emitted)
        let board = withFactory(registry) { CallBoard(platform: NoPlatform()) }
        for call in 0..<calls {
            let body = Array(Events.body(of: call, step: 2).utf8)
            await board.receive(WebhookDecoder.decode(body, receivedAt: .now))
        }
        registry.collect {
            BuildReadings.readings(version: PiopiyVersion.current) + ProcessReadings.readings()
                + BoardReadings.readings(of: await board.snapshot)
        }
        let up = await board.snapshot.counts.up
        guard up == calls else { throw Program.Failure(description: "\(up) of \(calls) calls are up") }

        let (urls, continuation) = AsyncStream.makeStream(of: String.self)
        let silent = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        let listener = MetricsListener(
            configuration: .init(port: 0),
            registry: registry,
            logger: silent,
            onRunning: { continuation.yield($0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await listener.run()
            }
            for await url in urls {
                try await measure(url, calls)
                break
            }
            group.cancelAll()
        }
        count(registry)
    }

    private static func measure(_ url: String, _ calls: Int) async throws {
        var latencies = Latencies()
        var size = 0
        for index in 0..<scrapes + 50 {
            let start = ContinuousClock.now
            let answer = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
            let body = try await answer.body.collect(upTo: 1 << 20)
            // The first ones have to connect, and to fill caches.
            if index >= 50 { latencies.add(start.duration(to: .now)) }
            guard String(buffer: body).contains("piopiy_calls{state=\"talking\"} \(calls)\n") else {
                throw Program.Failure(description: "a scrape does not have the \(calls) calls")
            }
            size = body.readableBytes
        }
        let numbers = [0.5, 0.99, 1].map { String(format: "%.2f", latencies.quantile($0)) }
        print(
            """
            Scrapes, \(scrapes) with \(calls) calls up, \(size) bytes each, in milliseconds:

              median \(numbers[0]), p99 \(numbers[1]), longest \(numbers[2])

            """
        )
    }

    /// What one placement costs more: it counts its outcome and measures its two writes.
    private static func count(_ registry: PrometheusRegistry) {
        let rounds = 1_000_000
        let factories: [(String, any MetricsFactory)] = [
            ("no metrics", NOOPMetricsHandler.instance), ("metrics", registry),
        ]
        for (name, factory) in factories {
            let counter = Counter(label: "piopiy_placements_total", dimensions: [("outcome", "x")], factory: factory)
            let timer = Timer(label: "piopiy_journal_commit_seconds", factory: factory)
            let start = ContinuousClock.now
            for index in 0..<rounds {
                counter.increment()
                timer.recordNanoseconds(Int64(index))
                timer.recordNanoseconds(Int64(index))
            }
            let taken = start.duration(to: .now).inMilliseconds * 1_000_000 / Double(rounds)
            print("  Counting a placement, \(name): \(String(format: "%.0f", taken)) ns")
        }
        print()
        Output.flush()
    }

    /// The metrics of what is made in `body` go to this backend.
    private static func withFactory<Value>(_ factory: any MetricsFactory, _ body: () -> Value) -> Value {
        withMetricsFactory(factory, body)
    }
}
