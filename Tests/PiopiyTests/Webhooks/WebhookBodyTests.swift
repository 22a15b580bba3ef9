import Piopiy
import Testing

/// Relays and forwarders send the platform's events on in other dresses than the platform's own.
@Suite("Webhooks in other dresses")
struct WebhookBodyTests {
    private static let call = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"
    private static let json = #"{"cmiuuid":"\#(call)","status":"ringing","to":918888888801,"time":1725942871456}"#
    private static let at = Timestamp(milliseconds: 1_725_942_900_000)

    private static func units(_ text: String, bigEndian: Bool, mark: Bool) -> [UInt8] {
        ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
            bigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private func events(_ bytes: [UInt8]) throws -> [PlatformEvent] {
        guard case .events(let events) = WebhookDecoder.decode(bytes, receivedAt: Self.at) else {
            Issue.record("it is not read: \(WebhookDecoder.decode(bytes, receivedAt: Self.at))")
            return []
        }
        return events
    }

    @Test(
        "The same event is read from each",
        arguments: [
            Array("\u{FEFF}\(json)".utf8), units(json, bigEndian: false, mark: true),
            units(json, bigEndian: true, mark: true), units(json, bigEndian: false, mark: false),
            units(json, bigEndian: true, mark: false), Array(quoted(json).utf8), Array(quoted(quoted(json)).utf8),
            Array("{\"data\":\(json)}".utf8), Array("{\"data\":[\(json)]}".utf8),
            Array("{\"ok\":true,\"payload\":\(quoted(json))}".utf8), Array("{\"body\":{\"event\":\(json)}}".utf8),
            Array("cmiuuid=\(call)&status=ringing&to=918888888801&time=1725942871456\r\n".utf8),
            Array("status=ringing&to=%39188888888%30%31&cmiuuid=\(call)&time=1725942871456&note=a+b%C3%A9".utf8),
        ]
    )
    func dresses(body: [UInt8]) throws {
        let events = try events(body)
        #expect(events.count == 1)
        let event = try #require(events.first)
        #expect(event.callID == CallID(Self.call))
        #expect(event.status == .ringing && event.kind == .live)
        #expect(event.to == "918888888801")
        #expect(event.at == Timestamp(milliseconds: 1_725_942_871_456))
    }

    @Test("A plus of a form is a blank; text with signs that no form leaves as they are is not a form")
    func forms() throws {
        let event = try #require(try events(Array("call_id=a&status=failed&reason=no+answer%2B".utf8)).first)
        #expect(event.reason == "no answer+")
        for text in ["call_id=a&note={}", "call_id=a b", "call_id=\"a\"", "call_id=<a>"] {
            let payload = WebhookDecoder.decode(Array(text.utf8), receivedAt: Self.at)
            #expect(payload == .unreadable("the body is not JSON"), "\(text)")
        }
    }

    @Test("Lines of JSON are one event each")
    func lines() throws {
        let two = try events(Array("\(Self.json)\r\n\n{\"call_id\":\"b\",\"status\":\"answered\"}\n".utf8))
        #expect(two.map(\.callID) == [CallID(Self.call), CallID("b")])
    }

    @Test("Text that is not UTF-8 is taken for ISO 8859-1, and its ids are right")
    func latin1() throws {
        let bytes = Array(#"{"call_id":"a","variables":{"name":"Andr"#.utf8) + [0xE9] + Array(#""}}"#.utf8)
        let event = try #require(try events(bytes).first)
        #expect(event.callID == CallID("a"))
        #expect(event.variables["name"] == "André")
    }

    @Test("What wraps a record tells its kind and time, unless the record does")
    func wrappedKind() throws {
        let record = try #require(
            try events(Array(#"{"type":"cdr","time":1725942871456,"data":{"call_id":"a","status":"answered"}}"#.utf8))
                .first
        )
        #expect(record.kind == .cdr && record.at.milliseconds == 1_725_942_871_456)
        let live = try #require(
            try events(Array(#"{"type":"cdr","data":{"type":"event","call_id":"a","status":"answered"}}"#.utf8)).first
        )
        #expect(live.kind == .live)
        // An object that names a call is the event, whatever else is in it.
        let own = try #require(try events(Array(#"{"call_id":"a","data":{"call_id":"b"}}"#.utf8)).first)
        #expect(own.callID == CallID("a"))
    }

    @Test("A form's nested names are objects")
    func nestedForm() throws {
        let body = "call_id=a&extra_params%5Bconsole_ref%5D=R1&extra_params[n]=2&extra_params[deep][er]=3"
        let event = try #require(try events(Array(body.utf8)).first)
        #expect(event.variables["console_ref"] == "R1" && event.variables["n"] == "2")
        #expect(event.variables["deep"]?["er"] == "3")
    }

    @Test(
        "What cannot be read says why",
        arguments: [
            ("", "the body is empty"), (" \r\n\t", "the body is empty"), ("<event/>", "the body is not JSON"),
            ("call_id=%zz", "the body is not JSON"), ("{\"call_id\":\"a\"}\noops", "the body is not JSON"),
            ("call_id", "the body is not JSON"), ("a b=c", "the body is not JSON"),
            ("status=ok&code=1", "has neither a call id nor a request id nor a number"),
            (#"{"data":{"status":"ringing"}}"#, "has neither a call id nor a request id nor a number"),
            ("\u{1F}\u{8B}\u{8}", "the body is not JSON"),
        ]
    )
    func unreadable(text: String, why: String) throws {
        let payload = WebhookDecoder.decode(Array(text.utf8), receivedAt: Self.at)
        guard case .unreadable(let said) = payload else {
            Issue.record("\(text) is read as \(payload)")
            return
        }
        #expect(said.contains(why), "\(said)")
    }

    @Test("Packed bytes say that they are packed")
    func packed() {
        let payload = WebhookDecoder.decode([0x1F, 0x8B, 0x08, 0x00, 0xFF], receivedAt: Self.at)
        #expect(payload == .unreadable("the body is compressed (gzip) and cannot be decompressed"))
    }

    @Test("Wrapping without end is read to an end")
    func deep() {
        let many = String(repeating: "{\"data\":", count: 150) + Self.json + String(repeating: "}", count: 150)
        guard case .unreadable = WebhookDecoder.decode(Array(many.utf8), receivedAt: Self.at) else {
            Issue.record("it is read")
            return
        }
    }
}
