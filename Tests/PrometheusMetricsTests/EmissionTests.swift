import CallBoard
import CoreMetrics
import Foundation
import Journal
import NIOHTTP1
import Piopiy
import TestSupport
import Testing
import Webhooks

@testable import PrometheusMetrics

/// What our libraries say of themselves, through swift-metrics.
@Suite("What is counted")
struct EmissionTests {
    private static func refs() -> () -> CallRef {
        var random = SplitMix64(seed: 11)
        return { CallRef(at: .now, using: &random) }
    }

    @Test("A placement counts once, by its outcome, whatever it was")
    func placements() async throws {
        let registry = PrometheusRegistry(describing: MetricFamily.emitted)
        let platform = FakePlatform(onPlace: { call in
            switch call.toNumber.digits.last {
            case "1": .refused(Refusal(status: 403, code: "no", message: "no"))
            case "2": .unknown(Doubt(.interrupted))
            case "3": .notSent(NotSent(reason: .cancelled, attempts: 1))
            case "5": .notSent(NotSent(reason: .notAdmitted(code: "number_busy", "it is busy"), attempts: 0))
            default: FakePlatform.accepted
            }
        })
        let dialer = withMetricsFactory(registry) { Dialer(platform: platform, journal: NoJournal()) }
        let none = await registry.text()
        #expect(none.contains("piopiy_placements_total{outcome=\"accepted\"} 0\n"))
        let ref = Self.refs()
        for number in ["918888888880", "918888888881", "918888888882", "918888888883", "918888888884", "918888888885"] {
            _ = await dialer.place(TaggedPlacement(try Sample.call(to: number), ref: ref()))
        }
        let text = await registry.text()
        let lines = [
            "accepted\"} 2", "refused\"} 1", "unknown\"} 1", "not_sent\"} 1", "not_admitted\"} 1", "invalid\"} 0",
        ]
        for line in lines {
            #expect(text.contains("piopiy_placements_total{outcome=\"\(line)\n"), "\(text)")
        }
        #expect(!text.contains("91888888888"))
    }

    @Test("A write of the journal is measured, and a repeated webhook is counted")
    func journal() async throws {
        let registry = PrometheusRegistry(describing: MetricFamily.emitted)
        try await TemporaryFolder.with("metrics") { folder in
            let path = folder.appending(path: "journal.sqlite").path
            let journal = try withMetricsFactory(registry) {
                try SQLiteJournal(path: path, origin: JournalOrigin(id: 7, account: "a", operator: "test"), at: .now)
            }
            let body = Array(#"{"call_id":"c-1","status":"ringing","to":"918888888888"}"#.utf8)
            let payload = WebhookDecoder.decode(body, receivedAt: .now)
            for _ in 0..<3 { _ = try await journal.take([.webhook(payload, body: body, at: .now)]) }
            let text = await registry.text()
            #expect(text.contains("piopiy_journal_commit_seconds_count 3\n"), "\(text)")
            #expect(text.contains("piopiy_webhook_repeats_total 2\n"), "\(text)")
            #expect(text.contains("piopiy_journal_write_failures_total 0\n"), "\(text)")
        }
    }

    @Test("A webhook counts by what became of it, and its lag is the time since the event")
    func webhooks() async throws {
        struct Full: Error {}
        let registry = PrometheusRegistry(describing: MetricFamily.emitted)
        let secret = try #require(WebhookSecret("a-secret-for-tests-0123456789"))
        let now = Timestamp(milliseconds: 1_725_942_873_456)
        let (urls, continuation) = AsyncStream.makeStream(of: String.self)
        let listener = withMetricsFactory(registry) {
            WebhookListener(
                configuration: .init(port: 0, secret: secret),
                now: { now },
                logger: .silent,
                onRunning: { continuation.yield($0) },
                sink: { delivery in
                    if String(decoding: delivery.body, as: UTF8.self).contains("full") { throw Full() }
                }
            )
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { continuation.finish() }
                try await listener.run()
            }
            let url = try #require(await urls.first { _ in true })
            // Two seconds before it is recorded; the second does not say when it happened.
            let timed = #"{"call_id":"c-1","status":"ringing","to":"918888888888","time":1725942871456}"#
            let untimed = #"{"call_id":"c-1","status":"ringing","to":"918888888888"}"#
            #expect(try await Web.send(.POST, url, timed).status == 200)
            #expect(try await Web.send(.POST, url, untimed).status == 200)
            #expect(try await Web.send(.POST, url, "<call/>").status == 200)
            #expect(try await Web.send(.POST, url, #"{"call_id":"full","status":"ringing"}"#).status == 503)
            #expect(try await Web.send(.POST, "\(url)x", "{}").status == 404)
            group.cancelAll()
        }
        let text = await registry.text()
        for line in ["recorded\"} 2", "unreadable\"} 1", "failed\"} 1", "refused\"} 1"] {
            #expect(text.contains("piopiy_webhooks_total{result=\"\(line)\n"), "\(text)")
        }
        #expect(text.contains("piopiy_webhook_answer_seconds_count 3\n"), "\(text)")
        #expect(text.contains("piopiy_webhook_lag_seconds_count{kind=\"live\"} 1\n"), "\(text)")
        #expect(text.contains("piopiy_webhook_lag_seconds_sum{kind=\"live\"} 2\n"), "\(text)")
        #expect(text.contains("piopiy_webhook_lag_seconds_count{kind=\"cdr\"} 0\n"), "\(text)")
    }

    @Test("A board's calls stand by state and end, with the doubts")
    func board() async throws {
        let board = CallBoard(platform: FakePlatform.unknown)
        let events = [
            ("c-1", PlatformEvent.Status.ringing), ("c-2", .ringing), ("c-2", .answered), ("c-3", .busy),
            ("c-4", .answered), ("c-4", .ended),
        ]
        for (id, status) in events {
            await board.receive(.events([PlatformEvent(kind: .live, status: status, callID: CallID(id), at: .now)]))
        }
        let registry = PrometheusRegistry()
        registry.collect { BoardReadings.readings(of: await board.snapshot) }
        let text = await registry.text()
        for line in [
            "piopiy_calls{state=\"placing\"} 0", "piopiy_calls{state=\"ringing\"} 1",
            "piopiy_calls{state=\"talking\"} 1", "piopiy_calls_ended_total{end=\"busy\"} 1",
            "piopiy_calls_ended_total{end=\"completed\"} 1", "piopiy_calls_ended_total{end=\"no_answer\"} 0",
            "piopiy_doubts 0",
        ] {
            #expect(text.contains("\(line)\n"), "\(text)")
        }
    }
}
