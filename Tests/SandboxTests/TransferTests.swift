import Foundation
import Piopiy
import Sandbox
import Testing

@Suite("Transfers on the sandbox")
struct TransferTests {
    /// A sandbox with a call that is up, at many times the world's speed.
    private static func withCall(
        speed: Double = 50,
        webhook: String? = nil,
        _ body: @escaping @Sendable (SandboxProbe, RestClient, CallID) async throws -> Void
    ) async throws {
        try await withSandbox(.init(webhookURL: webhook, speed: speed)) { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient()
            // It talks as long as it may: nothing of the test must outlive it.
            _ = try await sandbox.place(
                try Sample.call(to: Sample.number("0002"), options: CallOptions(ringTimeout: 120))
            )
            let call = try await sandbox.onlyCall()
            let id = CallID(try #require(call["call_id"]?.string))
            try await body(sandbox, client, id)
            await client.shutdown()
        }
    }

    private static func warm(_ id: CallID, to ending: String, timeout: Int? = nil) throws -> WarmTransfer {
        let number = try PhoneNumber(validating: "91777777" + ending)
        return try WarmTransfer(callID: id, target: .number(number), ringTimeout: timeout)
    }

    @Test(
        "A warm transfer ends as its target's number says",
        arguments: [
            ("7777", nil), ("0001", "busy"), ("0002", "no_answer"), ("0003", "network_error"), ("0005", "rejected"),
            ("0015", "invalid_number"), ("0016", "unreachable"), ("0017", "call_barred"),
        ] as [(String, String?)]
    )
    func warm(ending: String, reason: String?) async throws {
        try await Self.withCall { _, client, id in
            let receipt = try await client.calls.warmTransfer(try Self.warm(id, to: ending, timeout: 5)).get()
            #expect(!receipt.joined && receipt.callID == id)
            let request = try #require(receipt.requestID)
            let settled = try await client.transfers.settled(request, every: .milliseconds(20)).get()
            #expect(settled.state == (reason == nil ? .completed : .failed) && settled.reason == reason)
            // The caller is where they were.
            guard case .up = try await client.calls.status(id).get() else {
                Issue.record("a warm transfer must not end the call")
                return
            }
        }
    }

    @Test("A second transfer while one rings is told which one runs; afterwards there can be another")
    func inProgress() async throws {
        try await Self.withCall(speed: 1) { sandbox, client, id in
            let first = try await client.calls.warmTransfer(try Self.warm(id, to: "0002", timeout: 5)).get()
            let body = #"{"to_number":"917777777777"}"#
            let answer = try await sandbox.request("POST", "/v3/calls/\(id)/actions/transfer", body: body)
            #expect(answer.status == 409 && answer.json?["error"] == "transfer_in_progress")
            #expect(answer.json?["request_id"]?.string == first.requestID?.text)
            let joined = try await client.calls.warmTransfer(try Self.warm(id, to: "7777")).get()
            #expect(joined.joined && joined.requestID == first.requestID)
        }
        try await Self.withCall { _, client, id in
            let first = try await client.calls.warmTransfer(try Self.warm(id, to: "0001")).get()
            _ = try await client.transfers.settled(try #require(first.requestID), every: .milliseconds(20)).get()
            let second = try await client.calls.warmTransfer(try Self.warm(id, to: "0001")).get()
            #expect(!second.joined && second.requestID != first.requestID)
        }
    }

    @Test(
        "A transfer whose answer is lost is asked for again and joined: one person is rung once",
        arguments: ["0006", "0009"]
    )
    func lostAnswer(ending: String) async throws {
        try await Self.withCall(speed: 1) { sandbox, client, id in
            let receipt = try await client.calls.warmTransfer(try Self.warm(id, to: ending)).get()
            #expect(receipt.joined)
            let held = try #require(try await sandbox.request("GET", "/_sandbox/transfers").json?.array)
            #expect(held.count == 1 && held.first?["request_id"]?.string == receipt.requestID?.text)
        }
    }

    @Test("A blind transfer goes on with the pipeline, a hangup in it ends the call")
    func blind() async throws {
        try await Self.withCall { _, client, id in
            let transfer = try BlindTransfer(callID: id, to: .pstn("917777777777"))
            let receipt = try await client.calls.blindTransfer(transfer).get()
            let settled = try await client.transfers.settled(
                try #require(receipt.requestID),
                every: .milliseconds(20)
            ).get()
            #expect(settled.state == .completed)
            let hangup = try PipelineTransfer(callID: id, pipeline: try PipelineBuilder().hangup().build())
            _ = try await client.pcmo.transfer(hangup).get()
            _ = try await eventually("the call's end") {
                try await client.calls.status(id).get() == .ended ? true : nil
            }
        }
    }

    @Test("When nobody answers a blind transfer the call is over: the agent has left it")
    func blindInVain() async throws {
        try await Self.withCall { _, client, id in
            let transfer = try BlindTransfer(callID: id, to: .pstn("917777770001"))
            _ = try await client.calls.blindTransfer(transfer).get()
            _ = try await eventually("the call's end") {
                try await client.calls.status(id).get() == .ended ? true : nil
            }
        }
    }

    @Test("A call that has ended cannot be transferred, and a transfer fails when its call ends")
    func ended() async throws {
        try await Self.withCall(speed: 1) { _, client, id in
            let receipt = try await client.calls.warmTransfer(try Self.warm(id, to: "0002", timeout: 60)).get()
            let ended = try await client.calls.hangup(try CallHangUp(callID: id)).get()
            #expect(!ended.alreadyEnded && ended.requestID != nil)
            #expect(try await client.calls.hangup(try CallHangUp(callID: id)).get().alreadyEnded)
            let status = try await client.transfers.status(try #require(receipt.requestID)).get()
            #expect(status.state == .failed && status.reason == "unreachable")
            guard case .refused(let refusal) = await client.calls.warmTransfer(try Self.warm(id, to: "7777")) else {
                Issue.record("it has ended")
                return
            }
            #expect(refusal.status == 404 && refusal.code == "call_not_found")
        }
    }

    @Test("What is wrong with a transfer is said by its field, and an unknown one is not found")
    func refused() async throws {
        try await Self.withCall { sandbox, client, id in
            for (body, field) in [
                ("{}", "to_number"), (#"{"to_number":"0"}"#, "to_number"), (#"{"pipeline":[]}"#, "pipeline"),
                (#"{"pipeline":[{"action":"hangup"}],"to_number":"917777777777"}"#, "to_number"),
            ] {
                let answer = try await sandbox.request("POST", "/v3/calls/\(id)/actions/transfer", body: body)
                #expect(answer.status == 400 && answer.json?["field"]?.string == field, "\(body)")
            }
            guard case .refused(let refusal) = await client.transfers.status(RequestID("nobody")) else {
                Issue.record("nobody asked for it")
                return
            }
            #expect(refusal.code == "transfer_not_found")
        }
    }
}
