import Piopiy
import Testing

@Suite("A call's own values in webhooks")
struct WebhookVariableTests {
    static let ref = "0191da2f-3a60-7000-8000-000000000001"

    @Test(
        "The reference is found in whatever form the values come",
        arguments: [
            ["console_ref": .string(ref)], .string(#"{"console_ref":"\#(ref)"}"#),
            .string(#""{\"console_ref\":\"\#(ref)\"}""#), .string("{'console_ref': '\(ref)', 'vip': True}"),
            .string("{console_ref: \(ref)}"), .string("console_ref=\(ref)&a=b"), .string("a=b; console_ref=\(ref)"),
            .string(#"{"console_ref":"\#(ref)","cut"#), .string(#"{\"console_ref\":\"\#(ref)\"}"#),
            .string("\u{FEFF}{\"console_ref\":\"\(ref)\"}"), .string("\u{FEFF}console_ref=\(ref)&a=b"),
            .string("\u{FEFF}{'console_ref': '\(ref)'}"), .string("\"\u{FEFF}{\\\"console_ref\\\":\\\"\(ref)\\\"}\""),
        ] as [JSONValue]
    )
    func forms(value: JSONValue) throws {
        for key in ["extra_params", "variables"] {
            #expect(try WebhookSamples.event(["uuid": "C", key: value])?.variables["console_ref"] == .string(Self.ref))
        }
    }

    @Test("A byte order mark in front of an event hides nothing of it")
    func byteOrderMark() throws {
        let body =
            "\u{FEFF}{\"call_id\":\"C\",\"status\":\"answered\",\"extra_params\":{\"console_ref\":\"\(Self.ref)\"}}"
        let payload = WebhookDecoder.decode(body.utf8, receivedAt: Timestamp(milliseconds: 1_725_942_871_456))
        guard case .events(let events) = payload else {
            Issue.record("\(payload)")
            return
        }
        #expect(events.map(\.callID) == [CallID("C")])
        #expect(events.first?.variables["console_ref"] == .string(Self.ref))
    }

    @Test(
        "Both keys are read: an empty one does not hide the other",
        arguments: ["", "{}", [:], nil, "null", "x", ["a": 1]] as [JSONValue]
    )
    func both(other: JSONValue) throws {
        let values: JSONValue = ["console_ref": .string(Self.ref)]
        for members in [["extra_params": other, "variables": values], ["extra_params": values, "variables": other]] {
            let event = try WebhookSamples.event(members.merging(["uuid": "C"]) { $1 })
            #expect(event?.variables["console_ref"] == .string(Self.ref))
        }
    }

    @Test("Of a name in both, extra_params counts")
    func precedence() throws {
        let event = try WebhookSamples.event(["uuid": "C", "extra_params": ["a": 1], "variables": ["a": 2, "b": 3]])
        #expect(event?.variables == ["a": 1, "b": 3])
    }

    @Test(
        "Values that are none leave the rest of the event alone",
        arguments: ["", "x", "][", 7, true, [], "\\", "'", "==", "{{{{"] as [JSONValue]
    )
    func nonsense(value: JSONValue) throws {
        let event = try #require(try WebhookSamples.event(["uuid": "C", "extra_params": value]))
        #expect(event.callID == CallID("C"))
        #expect(event.variables.isEmpty)
    }
}
