import CallBoard
import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("What the sandbox tells of its calls")
struct WebhookTests {
    /// Runs a sandbox that posts to a receiver.
    private func withBoth<R: Sendable>(
        _ receiver: Receiver = Receiver(),
        speed: Double = 500,
        _ body: @Sendable (SandboxProbe, Receiver) async throws -> R
    ) async throws -> R {
        try await withReceiver(receiver) { receiver, url in
            try await withSandbox(.init(webhookURL: url, speed: speed)) { base in
                try await body(SandboxProbe(base: base), receiver)
            }
        }
    }

    /// What the webhooks come to on a board that knows nothing else of the call.
    private func stages(_ bodies: [JSONValue]) async throws -> [Call.Stage] {
        let client = try RestClient(token: Token(validating: "token"), .init(baseURL: "http://127.0.0.1:1"))
        let board = CallBoard(platform: client)
        for body in bodies {
            await board.receive(WebhookDecoder.decode(try body.serialized(), receivedAt: .now))
        }
        let snapshot = await board.snapshot
        return snapshot.order.compactMap { snapshot.call($0)?.stage }
    }

    @Test("An ordinary call: started, ringing, answered, hung up, CDR, each once, in the samples' dialects")
    func ordinary() async throws {
        try await withBoth { sandbox, receiver in
            let call = try Sample.call(
                options: CallOptions(record: true),
                variables: ["order": .text("A-17"), "count": .integer(3)]
            )
            let placed = try await sandbox.place(call)
            let bodies = try await receiver.bodies()
            #expect(
                bodies.map { $0["status"] } == ["out_started", "out_ringing", "out_answered", "out_hangup", "answered"]
            )
            let held = try await sandbox.onlyCall()
            for body in bodies {
                #expect(body["cmiuuid"] == held["call_id"])
                #expect(body["request_id"] == placed.json?["request"])
                #expect(body["from"] == 919_999_999_999)
                #expect(body["to"] == 918_888_888_888)
                #expect(body["leg"] == "a")
                #expect(body["direction"] == "outbound")
                #expect(body["extra_params"] == #"{"count":3,"order":"A-17"}"#)
            }
            let answered = bodies[2]
            #expect(answered["callerid"] == 919_999_999_999)
            #expect(answered["conversation_uuid"]?.string?.isEmpty == false)
            #expect(answered["time"] == held["answered_at"])
            let record = bodies[4]
            #expect(record["type"] == "cdr")
            // At this speed a busy machine's late timers are seconds of talk; the script's own tests have the upper bound.
            #expect(try #require(record["duration"]?.looseNumber) >= 20)
            #expect(try #require(record["call_rate"]?.looseNumber) > 0)
            #expect(record["balance"]?.looseNumber != nil)
            #expect(record["recording"]?.string?.hasSuffix(".wav") == true)
            let ended = try #require(held["ended_at"]?.looseNumber)
            #expect(record["end_time"]?.looseNumber == (ended / 1000).rounded(.down))
        }
    }

    @Test(
        "The SDK decodes what is told, and the board ends the call as the sandbox did",
        arguments: [
            ("8888", 5, .completed), ("0001", 3, .busy), ("0002", 4, .noAnswer), ("0003", 4, .failed),
            ("0006", 5, .completed), ("0007", 5, .completed), ("0009", 5, .completed), ("0011", 10, .completed),
            ("0012", 1, .completed), ("0013", 5, .completed),
        ] as [(String, Int, Call.End)]
    )
    func board(ending: String, count: Int, end: Call.End) async throws {
        try await withBoth { sandbox, receiver in
            let call = try Sample.call(to: Sample.number(ending), options: CallOptions(ringTimeout: 5))
            // 0006 closes the connection: that it fails is its answer.
            _ = try? await sandbox.place(call)
            let bodies = try await receiver.bodies { $0.count == count }
            #expect(try await stages(bodies) == [.ended(end)])
            #expect(try await sandbox.onlyCall()["end"]?.string == end.rawValue)
        }
    }

    @Test("A call whose answer was lost is settled on the board by its events, in the row where it was placed")
    func settled() async throws {
        try await withBoth { sandbox, receiver in
            let board = CallBoard(platform: try sandbox.client())
            let running = Task { await board.run() }
            defer { running.cancel() }
            var random = SystemRandomNumberGenerator()
            let ref = CallRef(at: .now, using: &random)
            board.send(.place(ref, try Sample.call(to: Sample.number("0006")), allowRepeat: false))
            _ = try await wait(for: "the doubt") {
                await board.snapshot.call(CallKey(ref))?.isInDoubt == true ? true : nil
            }
            for body in try await receiver.bodies() {
                await board.receive(WebhookDecoder.decode(try body.serialized(), receivedAt: .now))
            }
            let snapshot = await board.snapshot
            #expect(snapshot.order == [CallKey(ref)])
            #expect(snapshot.call(CallKey(ref))?.stage == .ended(.completed))
            #expect(try await sandbox.placements() == [nil])
        }
    }

    @Test("Of a call to 0015 nothing is ever told, though it lives like any other")
    func neverHeardOf() async throws {
        try await withBoth { sandbox, receiver in
            _ = try? await sandbox.place(try Sample.call(to: Sample.number("0015")))
            let silent = try await sandbox.onlyCall { $0["state"] == "ended" }
            #expect(silent["end"] == "completed")
            // What is told of the next one comes after all that could be told of the first.
            _ = try await sandbox.place(try Sample.call())
            let bodies = try await receiver.bodies()
            #expect(Set(bodies.map { $0["to"]?.looseNumber }) == [918_888_888_888])
        }
    }

    @Test("A ringing call that is hung up is told as cancelled, by its live event and by its CDR")
    func cancelled() async throws {
        try await withBoth(speed: 20) { sandbox, receiver in
            _ = try await sandbox.place(
                try Sample.call(to: Sample.number("0002"), options: CallOptions(ringTimeout: 120))
            )
            let call = try await sandbox.onlyCall { $0["state"] == "ringing" }
            let body: JSONValue = [
                "call_id": call["call_id"] ?? nil, "cause": "USER_CANCEL", "reason": "changed my mind",
            ]
            #expect(try await sandbox.request("POST", "/v3/voice/call/hangup", body: body.text()).status == 200)
            let bodies = try await receiver.bodies()
            #expect(bodies.map { $0["status"] } == ["out_started", "out_ringing", "out_hangup", "cancelled"])
            for body in bodies.suffix(2) {
                #expect(body["hangup_cause"] == "USER_CANCEL")
                #expect(body["reason"] == "changed my mind")
            }
            #expect(bodies.last?["duration"] == 0)
            for count in 3...4 { #expect(try await stages(Array(bodies.prefix(count))) == [.ended(.cancelled)]) }
            #expect(try await stages([bodies[3]]) == [.ended(.cancelled)])
        }
    }

    @Test("A talking call that is hung up is told as completed, with the seconds that it talked")
    func hungUp() async throws {
        try await withBoth(speed: 20) { sandbox, receiver in
            _ = try await sandbox.place(try Sample.call())
            let call = try await sandbox.onlyCall { $0["state"] == "talking" }
            _ = try await sandbox.hangUp(try #require(call["call_id"]?.string))
            let bodies = try await receiver.bodies()
            #expect(try await stages(bodies) == [.ended(.completed)])
            #expect(bodies.last?["hangup_cause"] == "NORMAL_CLEARING")
            // At speed 20 a second of the sandbox's own time is 50 ms by the wall clock.
            let held = try await sandbox.onlyCall()
            let talked = try #require(held["ended_at"]?.looseNumber) - (try #require(held["answered_at"]?.looseNumber))
            #expect(bodies.last?["duration"]?.looseNumber == (talked / 50).rounded())
        }
    }

    @Test("0011: everything comes twice and out of order, and ends the same as in order")
    func scrambled() async throws {
        try await withBoth { sandbox, receiver in
            _ = try await sandbox.place(try Sample.call(to: Sample.number("0011")))
            let bodies = try await receiver.bodies { $0.count == 10 }
            let inOrder: [JSONValue] = ["out_started", "out_ringing", "out_answered", "out_hangup", "answered"]
            let statuses = bodies.compactMap { $0["status"] }
            for status in inOrder { #expect(statuses.count { $0 == status } == 2) }
            #expect(statuses.prefix(5) != inOrder[...])
            #expect(Set(bodies).count == 5)
            let sorted = inOrder.compactMap { status in bodies.first { $0["status"] == status } }
            #expect(try await stages(sorted) == stages(bodies))
        }
    }

    @Test("0012: nothing is told but the CDR")
    func lateRecord() async throws {
        try await withBoth { sandbox, receiver in
            _ = try await sandbox.place(try Sample.call(to: Sample.number("0012")))
            let bodies = try await receiver.bodies()
            #expect(bodies.map { $0["type"] } == ["cdr"])
            #expect(bodies.map { $0["status"] } == ["answered"])
            #expect(try await sandbox.onlyCall()["state"] == "ended")
        }
    }

    @Test("A CDR that is answered 500 comes again; live events do not")
    func repeated() async throws {
        let receiver = Receiver { body, before in
            body["type"] == "cdr" && before.count { $0["type"] == "cdr" } == 2 ? 200 : 500
        }
        // Five minutes are 15 ms.
        try await withBoth(receiver, speed: 20_000) { sandbox, receiver in
            _ = try await sandbox.place(try Sample.call())
            let bodies = try await receiver.bodies(records: 3)
            #expect(
                bodies.map { $0["status"] }
                    == ["out_started", "out_ringing", "out_answered", "out_hangup", "answered", "answered", "answered"]
            )
            #expect(Set(bodies.suffix(3)).count == 1)
        }
    }

    @Test("A receiver that is down does not stop the calls")
    func down() async throws {
        // Nobody listens on port 1.
        try await withSandbox(.init(webhookURL: "http://127.0.0.1:1/hooks/secret", speed: 500)) { base in
            let sandbox = SandboxProbe(base: base)
            for _ in 1...5 { #expect(try await sandbox.place(try Sample.call()).status == 200) }
            _ = try await wait(for: "the calls' end") {
                try await sandbox.calls().allSatisfy { $0["state"] == "ended" } ? true : nil
            }
        }
    }

    @Test("A receiver that never answers holds up neither the call nor other calls' webhooks")
    func silent() async throws {
        try await withBoth(Receiver { _, _ in nil }) { sandbox, receiver in
            for _ in 1...3 { #expect(try await sandbox.place(try Sample.call()).status == 200) }
            _ = try await wait(for: "the calls' end") {
                try await sandbox.calls().allSatisfy { $0["state"] == "ended" } ? true : nil
            }
            let bodies = try await receiver.bodies { $0.count >= 3 }
            // Each call's first is waited for, so its second has not left.
            #expect(Set(bodies.prefix(3).map { $0["cmiuuid"] }).count == 3)
        }
    }
}
