import Foundation
import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("Examples: placing calls")
struct PlacingCallsTests {
    static let quick = SandboxServer.Configuration(speed: 500)

    @Test("A client is made of a token alone")
    func client() async throws {
        await (try PlacingCalls.client("token")).shutdown()
        await (try PlacingCalls.patient(Token(validating: "token"))).shutdown()
        #expect(throws: ValidationError.self) { try PlacingCalls.client("") }
    }

    @Test(
        "The five outcomes say what happened",
        arguments: [
            ("918888888888", "request "), ("918888880005", "The platform refused (403)"),
            ("918888880006", "The call may have been placed: do not place it again."),
        ]
    )
    func outcomes(number: String, start: String) async throws {
        try await withSandbox(Self.quick) { base in
            let text = await PlacingCalls.everyOutcome(try Sample.client(base), try Sample.call(to: number))
            #expect(text.contains(start))
        }
    }

    @Test("A call's values are in its request")
    func call() throws {
        let body = try PlacingCalls.call().json
        #expect(body["variables"] == ["order": "A-17", "tries": 3])
        #expect(body["options"] == ["max_duration_sec": 600, "record": true])
        let failover = try PlacingCalls.failover(Sample.otherAgent)
        #expect(failover.request.path == "/voice/pcmo/call")
    }

    @Test("A call in doubt is settled by a webhook that carries its mark")
    func marks() async throws {
        try await withSandbox(Self.quick) { base in
            let intents = Intents()
            let call = try Sample.call(to: "918888880009")
            let outcome = try await PlacingCalls.marked(try Sample.client(base), call, intents)
            #expect(outcome.name == "unknown")
            let mark = try #require(await intents.states.keys.first)
            #expect(await intents.states[mark] == .inDoubt)
            let event = PlatformEvent(
                kind: .live,
                status: .ringing,
                requestID: RequestID("r1"),
                at: .now,
                variables: ["console_ref": .string(mark)]
            )
            await intents.settle([event])
            #expect(await intents.states[mark] == .placed(RequestID("r1")))
        }
    }

    @Test("A refused call was not placed, an accepted one was")
    func intents() async throws {
        try await withSandbox(Self.quick) { base in
            for (number, isPlaced) in [("918888888888", true), ("918888880004", false)] {
                let intents = Intents()
                _ = try await PlacingCalls.marked(try Sample.client(base), try Sample.call(to: number), intents)
                #expect((await intents.states.values.first == .notPlaced) == !isPlaced)
            }
        }
    }

    @Test("A call that is cancelled says whether a phone may ring")
    func cancelling() async throws {
        try await withSandbox(Self.quick) { base in
            let text = await PlacingCalls.cancelled(try Sample.client(base), try Sample.call())
            #expect(text.contains("No phone rings.") || text.contains("A phone may ring.") || text.contains("too late"))
        }
    }

    @Test("Who would rather throw gets an error that says what to do")
    func throwing() async throws {
        try await withSandbox(Self.quick) { base in
            let client = try Sample.client(base)
            #expect(try await PlacingCalls.throwing(client, try Sample.call()) != nil)
            let failure = await #expect(throws: RequestFailure.self) {
                try await PlacingCalls.throwing(client, try Sample.call(to: "918888880006"))
            }
            #expect(failure?.platformMayHaveActed == true)
        }
    }

    @Test("A failure in the log has no whole number in it")
    func logging() async throws {
        try await withSandbox(Self.quick) { base in
            let log = LogRecorder()
            await PlacingCalls.logged(try Sample.client(base), try Sample.call(to: "918888880005"), log.logger)
            let text = log.text
            #expect(text.contains("403"))
            #expect(text.contains("POST"))
            #expect(!text.contains("918888880005"))
        }
    }

    @Test("Ending a call that has ended is a success")
    func hangUp() async throws {
        try await withSandbox(Self.quick) { base in
            let client = try Sample.client(base)
            #expect(await PlacingCalls.hangUp(client, Sample.callID) == "It had ended already.")
        }
    }
}
