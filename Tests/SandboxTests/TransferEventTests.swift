import CallBoard
import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("What the sandbox tells of transfers")
struct TransferEventTests {
    /// Places a call that talks, transfers it, and collects the webhooks until the transfer has settled.
    private func told(of ending: String) async throws -> (call: CallID, request: String, bodies: [JSONValue]) {
        try await withReceiver { receiver, url in
            // A talk of 20 s at the least, so four seconds here; the target rings for 0.4 s.
            try await withSandbox(.init(webhookURL: url, speed: 5)) { base in
                let sandbox = SandboxProbe(base: base)
                _ = try await sandbox.place(try Sample.call())
                let call = try await sandbox.onlyCall { $0["state"] == "talking" }
                let id = CallID(try #require(call["call_id"]?.string))
                let answer = try await sandbox.transfer(
                    id,
                    #"{"to_number":"\#(Sample.number(ending))","timeout_sec":5}"#
                )
                let request = try #require(answer.json?["request_id"]?.string)
                let bodies = try await receiver.bodies { bodies in
                    bodies.contains {
                        $0["type"] == "transfer_status" && ($0["status"] == "completed" || $0["status"] == "failed")
                    }
                }
                return (id, request, bodies)
            }
        }
    }

    private func decoded(_ bodies: [JSONValue]) throws -> [PlatformEvent] {
        try bodies.flatMap { body -> [PlatformEvent] in
            guard case .events(let events) = WebhookDecoder.decode(try body.serialized(), receivedAt: .now) else {
                return []
            }
            return events
        }
    }

    @Test("One that completes: started, leg b started, ringing, answered and bridged, then completed")
    func completes() async throws {
        let (id, request, bodies) = try await told(of: "8888")
        let events = try decoded(bodies)
        #expect(events.count == bodies.count)
        let progress = events.filter { $0.kind == .transfer }
        #expect(progress.map(\.status) == [.transferStarted, .transferCompleted])
        let leg = events.filter { $0.leg == .b }
        #expect(leg.map(\.status) == [.created, .ringing, .answered, .bridged])
        for event in progress + leg { #expect(event.callID == id) }
        for event in progress { #expect(event.requestID?.text == request) }
        for event in leg { #expect(event.to == Sample.number("8888")) }
    }

    @Test(
        "One that fails: started, then failed with its reason",
        arguments: [
            ("0001", "busy"), ("0002", "no_answer"), ("0003", "network_error"), ("0005", "rejected"),
            ("0016", "unreachable"),
        ]
    )
    func fails(ending: String, reason: String) async throws {
        let (_, _, bodies) = try await told(of: ending)
        let events = try decoded(bodies)
        let progress = events.filter { $0.kind == .transfer }
        #expect(progress.map(\.status) == [.transferStarted, .transferFailed])
        #expect(progress.last?.reason == reason)
        #expect(!events.contains { $0.leg == .b && $0.status == .bridged })
    }

    @Test("On the board the call goes on, with a second leg only when somebody took it", arguments: ["8888", "0001"])
    func board(ending: String) async throws {
        let (_, _, bodies) = try await told(of: ending)
        let client = try RestClient(token: Token(validating: "token"), .init(baseURL: "http://127.0.0.1:1"))
        let board = CallBoard(platform: client)
        for body in bodies {
            await board.receive(WebhookDecoder.decode(try body.serialized(), receivedAt: .now))
        }
        let snapshot = await board.snapshot
        #expect(snapshot.order.count == 1)
        let call = try #require(snapshot.order.first.flatMap { snapshot.call($0) })
        #expect(call.stage == .talking)
        #expect((call.secondLeg != nil) == (ending == "8888"))
    }
}
