import Piopiy
import Testing

@Suite("What transfers send")
struct TransferTests {
    static let call = CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f")

    static func field(_ body: JSONValue) -> String? {
        do throws(ValidationError) {
            _ = try WarmTransfer(callID: call, json: body)
            return nil
        } catch {
            return error.field
        }
    }

    @Test("A warm transfer goes to exactly one number or SIP address")
    func target() throws {
        #expect(Self.field(["to_number": "918888888888"]) == nil)
        #expect(Self.field(["sip_uri": "sip:desk@example.com"]) == nil)
        #expect(Self.field([:]) == "to_number")
        #expect(Self.field(["to_number": "918888888888", "sip_uri": "sip:desk@example.com"]) == "sip_uri")
        #expect(Self.field(["to_number": "+91"]) == "to_number")
        #expect(Self.field(["sip_uri": ""]) == "sip_uri")
    }

    @Test("Each option of a warm transfer goes out, and comes back in")
    func options() throws {
        let transfer = try WarmTransfer(
            callID: Self.call,
            target: .sip(uri: "sip:desk@example.com"),
            callerID: "919999999999",
            ringTimeout: 30,
            confirm: true,
            holdAudio: .audio("music.wav"),
            summary: "Wants a refund.",
            sipHeaders: ["X-Order": "A-17"],
            variables: ["order": "A-17"]
        )
        let body: JSONValue = [
            "sip_uri": "sip:desk@example.com", "caller_id": "919999999999", "timeout_sec": 30, "confirm": true,
            "hold_audio": "music.wav", "transfer_summary": "Wants a refund.", "sip_headers": ["X-Order": "A-17"],
            "variables": ["order": "A-17"],
        ]
        #expect(transfer.request.body == body)
        #expect(transfer.request.path == "/calls/\(Self.call)/actions/transfer")
        #expect(try WarmTransfer(callID: Self.call, json: body) == transfer)
    }

    @Test(
        "A wrong option is refused by its name",
        arguments: [
            ("timeout_sec", 4), ("timeout_sec", 121), ("timeout_sec", "30"), ("confirm", 1), ("hold_audio", false),
            ("hold_audio", ""), ("sip_headers", ["a": "b"]), ("variables", ["9": 1]), ("caller_id", "0"),
            ("pipeline", []),
        ] as [(String, JSONValue)]
    )
    func wrong(key: String, value: JSONValue) {
        let field = Self.field(.object(["to_number": "918888888888", key: value]))
        #expect(field?.hasPrefix(key) == true)
    }

    @Test("A blind transfer to one number is a connect, with or without caller id")
    func blind() throws {
        let transfer = try BlindTransfer(callID: Self.call, to: .pstn("918888888888"))
        let endpoints: JSONValue = [["type": "pstn", "number": "918888888888"]]
        #expect(
            transfer.request.body == ["pipeline": [["action": "connect", "params": [:], "endpoints": endpoints]]]
        )
        let shown = try BlindTransfer(callID: Self.call, to: .pstn("918888888888"), callerID: "919999999999")
        #expect(shown.json["pipeline"]?.array?.first?["params"] == ["caller_id": "919999999999"])
    }

    @Test("What acts on a call wants a UUID, and is safe to repeat")
    func callIDs() throws {
        let pipeline = try PipelineBuilder().hangup().build()
        for text in ["", "../calls", "{ee6a7a9b-78ea-4693-9e77-5fc085567b2f}"] {
            let id = CallID(text)
            #expect(throws: ValidationError.self) { _ = try PipelineTransfer(callID: id, pipeline: pipeline) }
            #expect(throws: ValidationError.self) { _ = try BlindTransfer(callID: id, pipeline: pipeline) }
            #expect(throws: ValidationError.self) { _ = try CallHangUp(callID: id) }
            #expect(throws: ValidationError.self) { _ = try WarmTransfer(callID: id, target: .sip(uri: "sip:a")) }
        }
        #expect(try PipelineTransfer(callID: Self.call, pipeline: pipeline).request.repeatable)
        #expect(try CallHangUp(callID: Self.call).request.repeatable)
        #expect(try CallHangUp(callID: Self.call).json == ["cause": "normal"])
    }
}
