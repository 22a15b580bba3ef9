import Synchronization
import TestSupport
import Testing

@testable import Piopiy

@Suite("What the platform's answers mean, resource by resource")
struct ResourceTests {
    static let call = CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f")
    static let request = RequestID("GQqY")

    private func warm(_ script: [Delivery]) async throws -> (Outcome<TransferReceipt>, FakeTransport) {
        let scripted = try ScriptedClient(script)
        let number = try PhoneNumber(validating: "918888888888")
        let transfer = try WarmTransfer(callID: Self.call, target: .number(number))
        return (await scripted.client.calls.warmTransfer(transfer), scripted.transport)
    }

    @Test("A transfer that runs already is joined")
    func joined() async throws {
        let running = #"{"error":"transfer_in_progress","request_id":"GQqY","call_id":"c"}"#
        let (outcome, _) = try await warm([.answer(409, running)])
        #expect(
            outcome
                == .accepted(TransferReceipt(status: 409, requestID: Self.request, callID: CallID("c"), joined: true))
        )
    }

    @Test("When the answer to a transfer is lost it is asked for again, and then joins the first")
    func repeated() async throws {
        let running = #"{"error":"transfer_in_progress","request_id":"GQqY"}"#
        let (outcome, transport) = try await warm([.lost(.broken("reset")), .answer(409, running)])
        #expect(outcome == .accepted(TransferReceipt(status: 409, requestID: Self.request, joined: true)))
        #expect(transport.attempts == 2)
    }

    @Test("Once a transfer may have failed it is not asked for again: nobody is rung twice")
    func tooLate() async throws {
        let moment = Mutex(Timestamp(milliseconds: 0))
        let transport = AnsweringTransport { _ in
            moment.withLock { $0 = $0 + .seconds(6) }
            return .lost(.timedOut)
        }
        let configuration = RestClient.Configuration(clock: FakeClock(), now: { moment.withLock { $0 } })
        let client = try RestClient(token: Token(validating: "secret"), configuration, transport: transport)
        let transfer = try WarmTransfer(callID: Self.call, target: .sip(uri: "sip:desk@example.com"))
        #expect(await client.calls.warmTransfer(transfer).name == "unknown")
        #expect(transport.attempts == 1)
        // A hang-up is as safe later.
        #expect(await client.calls.hangup(try CallHangUp(callID: Self.call)).name == "unknown")
        #expect(transport.attempts == 5)
    }

    @Test("A transfer whose answer was lost and whose repeat is refused may have been done: it is in doubt")
    func refusedRepeat() async throws {
        for answer in [
            Delivery.answer(404, #"{"error":"call_not_found"}"#), .answer(409, #"{"error":"conflict"}"#),
            .answer(200, #"{"error":"not_allowed"}"#),
        ] {
            let (outcome, transport) = try await warm([.lost(.broken("reset")), answer])
            #expect(outcome == .unknown(Doubt(.connectionLost("reset"))))
            #expect(transport.attempts == 2)
            // When nothing had left before, the refusal says all there is to say.
            #expect(try await warm([.neverLeft(.broken("refused")), answer]).0.name == "refused")
        }
    }

    @Test("Any other 409, and a call that has ended, refuse a transfer")
    func refusedTransfer() async throws {
        for answer in [Delivery.answer(409, #"{"error":"conflict"}"#), .answer(404, #"{"error":"call_not_found"}"#)] {
            let (outcome, transport) = try await warm([answer])
            guard case .refused = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(transport.attempts == 1)
        }
    }

    @Test("A call that has ended is an answer, not a failure; a web page with 404 is none")
    func status() async throws {
        let up = try ScriptedClient([.answer(200, #"{"call_id":"x","state":"talking"}"#)])
        guard case .accepted(.up(let call)) = await up.client.calls.status(Self.call) else {
            Issue.record("it is up")
            return
        }
        #expect(call.state == "talking")
        let ended = try ScriptedClient([.answer(404, #"{"error":"call_not_found"}"#)])
        #expect(await ended.client.calls.status(Self.call) == .accepted(.ended))
        let page = try ScriptedClient([.answer(404, "<html>")])
        guard case .refused = await page.client.calls.status(Self.call) else {
            Issue.record("a web page is no answer of the platform")
            return
        }
    }

    @Test("Waiting for a transfer asks until it has settled, whatever happens to an answer between")
    func settled() async throws {
        func status(_ word: String) -> Delivery { .answer(200, #"{"request_id":"GQqY","status":"\#(word)"}"#) }
        let scripted = try ScriptedClient(
            [status("queued"), status("started"), .lost(.timedOut), status("started"), status("failed")],
            retries: .never
        )
        let seen = Mutex<[String]>([])
        let outcome = await scripted.client.transfers.settled(Self.request) { status in
            seen.withLock { $0.append(status.state.word) }
        }
        #expect(outcome == .accepted(TransferStatus(requestID: Self.request, state: .failed)))
        #expect(seen.withLock { $0 } == ["queued", "started", "failed"])
        #expect(scripted.transport.attempts == 5)
    }

    @Test("Waiting ends when the time is over, with what was seen last")
    func waitingInVain() async throws {
        let scripted = try ScriptedClient([.answer(200, #"{"status":"queued"}"#)])
        let outcome = await scripted.client.transfers.settled(Self.request, every: .seconds(2), within: .seconds(10))
        #expect(outcome == .accepted(TransferStatus(requestID: Self.request, state: .queued)))
        #expect(scripted.transport.attempts == 6)
    }

    @Test("Agents are found in every wrapping", arguments: ["%", #"{"agents":%}"#, #"{"data":{"items":%}}"#])
    func agents(wrapping: String) async throws {
        let list = #"[{"id":"a","name":"support-en","status":"active"},{"name":"nobody"},{"id":7}]"#
        let scripted = try ScriptedClient([.answer(200, wrapping.replacing("%", with: list))])
        #expect(
            await scripted.client.agents.list()
                == .accepted([AIAgent(id: "a", name: "support-en", status: "active"), AIAgent(id: "7")])
        )
        #expect(scripted.transport.requests.first?.url == "https://api.piopiy.com/v1/ai-agents")
    }

    @Test("No placement is repeated when its answer was lost")
    func placements() async throws {
        let pipeline = try PipelineBuilder().play("a.wav").build()
        let id = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        let scripted = try ScriptedClient([.lost(.broken("reset"))])
        let client = scripted.client
        let outcomes = [
            await client.voice.call(try VoiceCall(callerID: "919999999999", toNumber: "918888888888", appID: "a")),
            await client.pcmo.call(
                try PCMOCall(callerID: "919999999999", toNumber: "918888888888", appID: "a", pipeline: pipeline)
            ),
            await client.flow.call(
                try FlowCall(flowID: id, orgID: id, callerID: "919999999999", toNumber: "918888888888", appID: "a")
            ),
            await client.ai.call(
                try AICall(
                    callerID: "919999999999",
                    toNumber: "918888888888",
                    agentID: id,
                    appID: "a",
                    failover: Failover(agentID: "ee6a7a9b-78ea-4693-9e77-5fc085567b2f")
                )
            ),
        ]
        #expect(outcomes.allSatisfy { $0.name == "unknown" })
        #expect(scripted.transport.attempts == 4)
    }
}
