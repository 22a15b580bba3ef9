import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("Endings hold for every kind of placement")
struct PlacementEndingTests {
    enum Kind: String, CaseIterable, Sendable {
        case ai, failover, voice, pcmo, flow

        /// The kind that the sandbox shows: by the path that it came by.
        var shown: String {
            switch self {
            case .ai: "ai"
            case .failover, .voice, .pcmo: "pcmo"
            case .flow: "flow"
            }
        }
    }

    private static let other = "3f0c2f4e-9d1b-4c8a-8a63-0d5f6f1c7b21"

    private func place(_ kind: Kind, _ number: String, _ client: RestClient) async throws -> Outcome<Acceptance> {
        let options = CallOptions(ringTimeout: 5)
        switch kind {
        case .ai:
            return await client.ai.call(try Sample.call(to: number, options: options))
        case .failover:
            return await client.ai.call(
                try AICall(
                    callerID: Sample.caller,
                    toNumber: number,
                    agentID: Sample.agent,
                    options: options,
                    appID: "777",
                    failover: Failover(agentID: Self.other)
                )
            )
        case .voice:
            return await client.voice.call(
                try VoiceCall(callerID: Sample.caller, toNumber: number, appID: "777", options: options)
            )
        case .pcmo:
            return await client.pcmo.call(
                try PCMOCall(
                    callerID: Sample.caller,
                    toNumber: number,
                    appID: "777",
                    pipeline: PipelineBuilder().play("welcome.wav").hangup().build(),
                    options: options
                )
            )
        case .flow:
            return await client.flow.call(
                try FlowCall(
                    flowID: Self.other,
                    orgID: Sample.agent,
                    callerID: Sample.caller,
                    toNumber: number,
                    appID: "777",
                    options: options
                )
            )
        }
    }

    @Test(
        "A call ends as its number says, however it was placed",
        arguments: Kind.allCases,
        [
            ("8888", "accepted", "completed"), ("0001", "accepted", "busy"), ("0002", "accepted", "noAnswer"),
            ("0003", "accepted", "failed"), ("0004", "refused", nil), ("0005", "refused", nil),
            ("0006", "unknown", "completed"), ("0007", "accepted", "completed"), ("0008", "accepted", "completed"),
            ("0009", "unknown", "completed"), ("0010", "unknown", "completed"), ("0011", "accepted", "completed"),
            ("0012", "accepted", "completed"), ("0013", "unknown", "completed"), ("0014", "accepted", "completed"),
            ("0015", "unknown", "completed"),
        ] as [(String, String, String?)]
    )
    func ends(kind: Kind, case: (String, String, String?)) async throws {
        let (ending, outcome, end) = `case`
        try await withSandbox(EndingTests.quick) { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient()
            let result = try await place(kind, Sample.number(ending), client)
            #expect(result.name == outcome, "\(result)")
            guard let end else {
                #expect(try await sandbox.calls().isEmpty)
                return
            }
            let call = try await sandbox.onlyCall { $0["state"] == "ended" }
            #expect(call["end"]?.string == end)
            #expect(call["kind"]?.string == kind.shown)
            #expect(call["app_id"]?.string == (kind == .ai ? SandboxServer.appID : "777"))
        }
    }

    @Test("A pipeline that only plays is over soon, one that connects talks as any call does")
    func talk() async throws {
        try await withReceiver { receiver, url in
            try await withSandbox(.init(webhookURL: url, speed: 100)) { base in
                let client = try SandboxProbe(base: base).wholeClient()
                _ = try accepted(await place(.pcmo, Sample.number("8881"), client))
                _ = try accepted(await place(.voice, Sample.number("8882"), client))
                let records = try await receiver.bodies(records: 2).filter { $0["type"] == "cdr" }
                func talked(_ ending: String) -> Double? {
                    records.first { $0["to"]?.looseNumber == Double(Sample.number(ending)) }?["duration"]?.looseNumber
                }
                #expect(try #require(talked("8881")) >= 5)
                #expect(try #require(talked("8882")) >= 20)
            }
        }
    }

    @Test("Bodies that break a rule place nothing", arguments: Kind.allCases)
    func refused(kind: Kind) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            for body in ["{}", "[]", "nonsense", #"{"caller_id":"919999999999","to_number":"918888888888","x":1}"#] {
                let answer = try await sandbox.request("POST", "/v3/voice/\(kind.shown)/call", body: body)
                #expect(answer.status == 400)
                #expect(answer.json?["field"]?.string != nil)
            }
            #expect(try await sandbox.calls().isEmpty)
        }
    }
}
