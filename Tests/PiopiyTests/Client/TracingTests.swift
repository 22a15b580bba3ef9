import InMemoryTracing
import TestSupport
import Testing
import Tracing

@testable import Piopiy

@Suite("Requests in a trace")
struct TracingTests {
    private static func traced(
        _ script: [Delivery],
        _ body: (RestClient) async throws -> Void
    ) async throws -> [FinishedInMemorySpan] {
        let tracer = InMemoryTracer()
        var configuration = RestClient.Configuration(clock: FakeClock(), random: { 0.5 }, tracer: tracer)
        configuration.messaging = try .token(Token(validating: ScriptedClient.messagingSecret))
        let client = try RestClient(
            token: Token(validating: ScriptedClient.secret),
            configuration,
            transport: FakeTransport(script)
        )
        try await body(client)
        #expect(tracer.activeSpans.isEmpty)
        return tracer.finishedSpans
    }

    private static func call(_ client: RestClient) async -> Outcome<Acceptance> {
        await client.ai.call(callerID: "919999999999", toNumber: "918888888888", agentID: Dialing.agent)
    }

    @Test("A request is a span with its attempts and its outcome, under the one that it was made in")
    func accepted() async throws {
        let parent = InMemoryTracer()
        let spans = try await Self.traced([.answer(429, retryAfter: "1"), .answer(200)]) { client in
            await parent.withSpan("campaign") { _ in #expect(await Self.call(client).name == "accepted") }
        }
        let span = try #require(spans.first)
        #expect(spans.count == 1 && span.operationName == "piopiy ai.call" && span.kind == .client)
        #expect(span.attributes.get("url.path") == .string("/voice/ai/call"))
        #expect(span.attributes.get("piopiy.outcome") == .string("accepted"))
        #expect(span.status == nil)
        #expect(span.events.map { $0.attributes.get("piopiy.result") } == [.string("not acted"), .string("accepted")])
        #expect(span.parentSpanID == parent.finishedSpans.first?.spanID)
    }

    @Test("A failure says whether the platform may have acted")
    func failed() async throws {
        for (delivery, code, mayHaveActed) in [
            (Delivery.lost(.timedOut), "timed_out", true), (.neverLeft(.cancelled), "cancelled", false),
            (.answer(403, #"{"error":"no calls to 918888888888"}"#), "no calls to 91********88", false),
        ] {
            let span = try #require(try await Self.traced([delivery]) { _ = await Self.call($0) }.first)
            #expect(span.status?.code == .error)
            #expect(span.attributes.get("piopiy.code") == .string(code))
            #expect(span.attributes.get("piopiy.may_have_acted") == .bool(mayHaveActed))
        }
    }

    @Test("Nothing of a span is the token, a whole number or a text")
    func secrecy() async throws {
        let spans = try await Self.traced([.answer(200, #"{"code":200,"msg":"sent"}"#)]) { client in
            _ = await Self.call(client)
            _ = await client.messages.send(try TextMessage(to: "918888888888", text: "a secret"))
            _ = await client.recordings.download(fileName: "16-918888888888.wav", to: "/nowhere/at/all")
        }
        #expect(spans.count == 3)
        for span in spans {
            var text = "\(span.operationName) \(span.events)"
            span.attributes.forEach { text += " \($0)=\($1)" }
            for secret in [
                ScriptedClient.secret, ScriptedClient.messagingSecret, "918888888888", "919999999999", "a secret",
            ] {
                #expect(!text.contains(secret), "\(text)")
            }
        }
    }
}
