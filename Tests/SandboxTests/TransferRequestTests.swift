import Piopiy
import TestSupport
import Testing

@testable import Sandbox

@Suite("Transfers")
struct TransferRequestTests {
    /// A call of ``SandboxProbe/longCall(record:)`` is up for 12 s then, and a transfer rings for 0.2 s.
    private static let brisk = SandboxServer.Configuration(speed: 10)

    @Test(
        "A warm transfer ends as its target's ending says, and the call goes on",
        arguments: [
            ("8888", nil), ("0001", "busy"), ("0002", "no_answer"), ("0003", "network_error"), ("0005", "rejected"),
            ("0015", "invalid_number"), ("0016", "unreachable"), ("0017", "call_barred"),
        ] as [(String, String?)]
    )
    func settles(ending: String, reason: String?) async throws {
        try await withSandbox(Self.brisk) { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient()
            let id = try await sandbox.longCall()
            let target = WarmTransfer.Target.number(try PhoneNumber(validating: Sample.number(ending), field: "to"))
            let receipt = try accepted(
                await client.calls.warmTransfer(
                    try WarmTransfer(callID: id, target: target, ringTimeout: 5, confirm: true)
                )
            )
            #expect(!receipt.joined)
            let requestID = try #require(receipt.requestID)
            let status = try accepted(await client.transfers.settled(requestID, every: .milliseconds(20)))
            #expect(status.state == (reason == nil ? .completed : .failed))
            #expect(status.reason == reason)
            #expect(status.callID == id)
            #expect(try await sandbox.onlyCall()["state"] == "ringing")
            // A settled transfer makes way for the next.
            #expect(try await sandbox.transfer(id, #"{"to_number":"918888888888"}"#).status == 200)
            #expect(try await sandbox.list("transfers").count == 2)
        }
    }

    @Test("A SIP address has an ending too: the last digits of what stands before the @")
    func sip() async throws {
        try await withSandbox(Self.brisk) { base in
            let sandbox = SandboxProbe(base: base)
            let id = try await sandbox.longCall()
            let answer = try await sandbox.transfer(
                id,
                #"{"sip_uri":"sip:desk-0001@example.com","sip_headers":{"X-Team":"night"}}"#
            )
            let settled = try await sandbox.settled(try #require(answer.json?["request_id"]?.string))
            #expect(settled["reason"] == "busy")
        }
    }

    @Test("It is queued, then started, then settled; while it rings another is answered 409 with its id")
    func second() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let id = try await sandbox.longCall()
            // 0002 rings for 30 s.
            let first = try await sandbox.transfer(id, #"{"to_number":"\#(Sample.number("0002"))"}"#)
            #expect(first.status == 200)
            let requestID = try #require(first.json?["request_id"]?.string)
            #expect(first.json?["call_id"]?.string == id.text)
            let queued = try await sandbox.request("GET", "/v3/transfers/\(requestID)").json
            #expect(queued?["status"] == "queued" || queued?["status"] == "started")
            _ = try await wait(for: "the ringing") {
                try await sandbox.request("GET", "/v3/transfers/\(requestID)").json?["status"] == "started" ? true : nil
            }

            let second = try await sandbox.transfer(id, #"{"to_number":"918888888888"}"#)
            #expect(second.status == 409)
            #expect(second.json?["error"] == "transfer_in_progress")
            #expect(second.json?["request_id"]?.string == requestID)
            let blind = try await sandbox.transfer(id, #"{"pipeline":[{"action":"hangup"}]}"#)
            #expect(blind.status == 409)
            let client = try sandbox.wholeClient()
            let joined = try accepted(
                await client.calls.warmTransfer(try WarmTransfer(callID: id, target: .sip(uri: "sip:a@example.com")))
            )
            #expect(joined.joined)
            #expect(joined.requestID?.text == requestID)
            #expect(try await sandbox.list("transfers").count == 1)
        }
    }

    @Test("Each call has its own transfer, and each transfer its own id")
    func several() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            var ids: Set<String> = []
            for _ in 1...3 {
                let answer = try await sandbox.transfer(
                    try await sandbox.longCall(),
                    #"{"to_number":"\#(Sample.number("0002"))"}"#
                )
                ids.insert(try #require(answer.json?["request_id"]?.string))
            }
            #expect(ids.count == 3)
            #expect(try await sandbox.list("transfers").count == 3)
        }
    }

    @Test("An answer that is lost leaves one transfer, which the client's repeat joins", arguments: ["0006", "0009"])
    func lost(ending: String) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let id = try await sandbox.longCall()
            let target = WarmTransfer.Target.number(try PhoneNumber(validating: Sample.number(ending), field: "to"))
            let client = try sandbox.wholeClient(retries: RetryPolicy(baseDelay: .milliseconds(1)))
            let receipt = try accepted(
                await client.calls.warmTransfer(try WarmTransfer(callID: id, target: target))
            )
            #expect(receipt.joined)
            let held = try await sandbox.list("transfers")
            #expect(held.count == 1)
            #expect(held.first?["request_id"]?.string == receipt.requestID?.text)
        }
    }

    @Test("When the call ends while the target rings, the transfer fails")
    func callEnds() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let id = try await sandbox.longCall()
            let answer = try await sandbox.transfer(id, #"{"to_number":"\#(Sample.number("0002"))"}"#)
            let requestID = try #require(answer.json?["request_id"]?.string)
            #expect(try await sandbox.hangUp(id.text).status == 200)
            let status = try await sandbox.request("GET", "/v3/transfers/\(requestID)").json
            #expect(status?["status"] == "failed")
            #expect(status?["reason"]?.string?.isEmpty == false)
        }
    }

    @Test(
        "A blind transfer: a pipeline that hangs up ends the call, one that only plays lets it go on",
        arguments: [(#"[{"action":"hangup"}]"#, true), (#"[{"action":"play","file_name":"bye.wav"}]"#, false)]
    )
    func blind(pipeline: String, ends: Bool) async throws {
        try await withSandbox(Self.brisk) { base in
            let sandbox = SandboxProbe(base: base)
            let id = try await sandbox.longCall()
            let answer = try await sandbox.transfer(id, #"{"pipeline":\#(pipeline)}"#)
            #expect(answer.status == 200)
            let settled = try await sandbox.settled(try #require(answer.json?["request_id"]?.string))
            #expect(settled["status"] == "completed")
            if ends {
                _ = try await sandbox.onlyCall { $0["state"] == "ended" }
            } else {
                #expect(try await sandbox.onlyCall()["state"] == "ringing")
            }
        }
    }

    @Test(
        "A blind transfer to a number needs no caller id, and the call is over when nobody takes it",
        arguments: [("8888", "completed", false), ("0001", "failed", true)]
    )
    func blindConnect(ending: String, status: String, ends: Bool) async throws {
        try await withSandbox(Self.brisk) { base in
            let sandbox = SandboxProbe(base: base)
            let id = try await sandbox.longCall()
            let connect =
                #"{"action":"connect","params":{},"endpoints":[{"type":"pstn","number":"\#(Sample.number(ending))"}]}"#
            let answer = try await sandbox.transfer(id, #"{"pipeline":[\#(connect)]}"#)
            let settled = try await sandbox.settled(try #require(answer.json?["request_id"]?.string))
            #expect(settled["status"]?.string == status)
            if ends {
                _ = try await sandbox.onlyCall { $0["state"] == "ended" }
            } else {
                #expect(try await sandbox.onlyCall()["state"] == "ringing")
            }
        }
    }

    @Test("The older path moves a call to a pipeline likewise, by the SDK's three names")
    func older() async throws {
        try await withSandbox(Self.brisk) { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient()
            let pipeline = try PipelineBuilder().play("hold.wav").build()
            for number in 1...3 {
                let transfer = try PipelineTransfer(callID: try await sandbox.longCall(), pipeline: pipeline)
                let outcome =
                    switch number {
                    case 1: await client.pcmo.transfer(transfer)
                    case 2: await client.voice.transfer(transfer)
                    default: await client.ai.transfer(transfer)
                    }
                let id = try #require(try accepted(outcome).requestID)
                #expect(try accepted(await client.transfers.settled(id, every: .milliseconds(20))).state == .completed)
            }
        }
    }

    @Test("A call that has ended or never was is 404 call_not_found for each of the calls' actions")
    func noCall() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let ended = try await sandbox.longCall()
            _ = try await sandbox.hangUp(ended.text)
            for id in [ended, CallID("00000000-0000-4000-8000-000000000000")] {
                let pipeline = #""pipeline":[{"action":"hangup"}]"#
                for (path, body) in [
                    ("/v3/calls/\(id)/actions/transfer", #"{"to_number":"918888888888"}"#),
                    ("/v3/calls/\(id)/actions/transfer", "{\(pipeline)}"),
                    ("/v3/calls/\(id)/actions/hangup", #"{"cause":"normal"}"#),
                    ("/v3/voice/pcmo/transfer", #"{"call_id":"\#(id)",\#(pipeline)}"#),
                ] {
                    let answer = try await sandbox.request("POST", path, body: body)
                    #expect(answer.status == 404, "\(path) \(body)")
                    #expect(answer.json?["error"] == "call_not_found")
                }
            }
            #expect(try await sandbox.list("transfers").isEmpty)
            #expect(try await sandbox.request("GET", "/v3/transfers/nobody").status == 404)
        }
    }

    @Test("The newer hang-up answers a request id and keeps its cause")
    func hangUp() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient()
            let id = try await sandbox.longCall()
            let receipt = try accepted(await client.calls.hangup(try CallHangUp(callID: id, reason: "enough")))
            #expect(receipt.requestID?.text.isEmpty == false)
            #expect(!receipt.alreadyEnded)
            let call = try await sandbox.onlyCall()
            #expect(call["state"] == "ended")
            #expect(call["cause"] == "normal")
            #expect(call["reason"] == "enough")
            #expect(try accepted(await client.calls.hangup(try CallHangUp(callID: id))).alreadyEnded)
        }
    }

    @Test(
        "What breaks a rule is answered 400 with its field, and no transfer begins",
        arguments: [
            (#"{}"#, "to_number"), (#"{"to_number":"918888888888","sip_uri":"sip:a@example.com"}"#, "sip_uri"),
            (#"{"to_number":"12"}"#, "to_number"), (#"{"to_number":"918888888888","timeout_sec":4}"#, "timeout_sec"),
            (#"{"to_number":"918888888888","confirm":"yes"}"#, "confirm"),
            (#"{"to_number":"918888888888","colour":"red"}"#, "colour"), (#"{"pipeline":[]}"#, "pipeline"),
            (#"{"pipeline":[{"action":"hangup"}],"to_number":"918888888888"}"#, "to_number"),
            (#"{"pipeline":[{"action":"dance"}]}"#, "pipeline[0].action"), ("nonsense", "body"),
        ]
    )
    func refused(body: String, field: String) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let answer = try await sandbox.transfer(try await sandbox.longCall(), body)
            #expect(answer.status == 400)
            #expect(answer.json?["field"]?.string == field)
            #expect(try await sandbox.list("transfers").isEmpty)
        }
    }

    @Test("The older path wants a caller id in a connect action")
    func olderRefuses() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let id = try await sandbox.longCall()
            let connect = #"{"action":"connect","params":{},"endpoints":[{"type":"pstn","number":"918888888888"}]}"#
            let answer = try await sandbox.request(
                "POST",
                "/v3/voice/pcmo/transfer",
                body: #"{"call_id":"\#(id)","pipeline":[\#(connect)]}"#
            )
            #expect(answer.status == 400)
            #expect(answer.json?["field"] == "pipeline[0].params.caller_id")
        }
    }

    @Test("A settled transfer is known for 15 minutes of the sandbox's time")
    func forgotten() async throws {
        let time = Locked(Timestamp(milliseconds: 1_725_942_871_456))
        let world = World(seed: 1, speed: 10, now: { time.get() }, logger: .silent)
        let running = Task { await world.run() }
        defer { running.cancel() }
        _ = await world.place(try Sample.call(to: Sample.number("0002"), options: CallOptions(ringTimeout: 120)))
        let id = CallID(try #require(await world.calls.array?.first?["call_id"]?.string))
        let target = WarmTransfer.Target.number(try PhoneNumber(validating: Sample.number("0016"), field: "to"))
        let reply = await world.transfer(id.text, TransferOrder(try WarmTransfer(callID: id, target: target)))
        guard case .json(200, let answer, _) = reply, let request = answer["request_id"]?.string else {
            throw NeverHappened("a transfer; \(reply)")
        }
        func status() async -> Int? {
            guard case .json(let status, _, _) = await world.transferStatus(request) else { return nil }
            return status
        }
        _ = try await wait(for: "its end") {
            await world.transferList.array?.first?["status"] == "failed" ? true : nil
        }
        let quarter: Int64 = 15 * 60 * 1000 / 10
        time.update { $0 = Timestamp(milliseconds: $0.milliseconds + quarter) }
        #expect(await status() == 200)
        time.update { $0 = Timestamp(milliseconds: $0.milliseconds + 1) }
        #expect(await status() == 404)
    }
}
