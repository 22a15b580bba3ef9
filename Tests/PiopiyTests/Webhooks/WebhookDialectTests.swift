import Piopiy
import Testing

@Suite("Webhooks in every dialect")
struct WebhookDialectTests {
    @Test("A live event")
    func live() {
        #expect(
            WebhookSamples.event(WebhookSamples.live)
                == PlatformEvent(
                    kind: .live,
                    status: .answered,
                    callID: CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f"),
                    requestID: RequestID("GQqY2"),
                    conversationID: "GQqY1",
                    from: "440000000000",
                    to: "19170000000",
                    leg: .a,
                    direction: .outbound,
                    at: Timestamp(milliseconds: 1_725_942_871_456),
                    variables: ["console_ref": "01J"]
                )
        )
    }

    @Test("A CDR of a missed call")
    func record() {
        #expect(
            WebhookSamples.event(WebhookSamples.record)
                == PlatformEvent(
                    kind: .cdr,
                    status: .noAnswer,
                    callID: CallID("1edceb4c-4e2c-402d-81b4-1c2f6fca442d"),
                    requestID: RequestID("S9U4"),
                    from: "19170000000",
                    to: "440000000000",
                    leg: .a,
                    direction: .outbound,
                    at: Timestamp(milliseconds: 1_632_307_235_000),
                    startedAt: Timestamp(milliseconds: 1_632_307_238_000),
                    endedAt: Timestamp(milliseconds: 1_632_307_265_000),
                    talkSeconds: 0,
                    rate: 0,
                    balance: 76.349024,
                    variables: ["key": "value"]
                )
        )
    }

    @Test("A CDR without a type, known by what only a CDR has")
    func short() {
        #expect(
            WebhookSamples.event(WebhookSamples.short)
                == PlatformEvent(
                    kind: .cdr,
                    status: .answered,
                    callID: CallID("c4d0e5f6-a7b8-42c9-93e4-f56789012345"),
                    from: "919999999999",
                    to: "918888888888",
                    direction: .outbound,
                    at: Timestamp(milliseconds: 1_725_942_871_456),
                    talkSeconds: 42,
                    recording: "c4d0e5f6.mp3"
                )
        )
    }

    @Test("Each key is read under its meaning")
    func keys() throws {
        for key in ["cmiuuid", "call_id", "uuid", "call_uuid"] {
            #expect(try WebhookSamples.event([key: "C"])?.callID == CallID("C"))
        }
        for key in ["request_id", "request"] {
            #expect(try WebhookSamples.event([key: 17])?.requestID == RequestID("17"))
        }
        for key in ["conversation_uuid", "conversation_id"] {
            #expect(try WebhookSamples.event([key: "V"])?.conversationID == "V")
        }
        for key in ["from", "callerid", "caller_id", "vn"] {
            #expect(try WebhookSamples.event([key: 919_999_999_999])?.from == "919999999999")
        }
        for key in ["to", "to_number", "did_number", "destination"] {
            #expect(try WebhookSamples.event([key: "918888888888"])?.to == "918888888888")
        }
        for key in ["recording", "recording_url", "filename", "file_name"] {
            #expect(try WebhookSamples.event(["uuid": "C", key: "a.mp3"])?.recording == "a.mp3")
        }
        for key in ["duration", "answer_sec", "answeredsec"] {
            #expect(try WebhookSamples.event(["uuid": "C", key: "42"])?.talkSeconds == 42)
        }
        for key in ["call_rate", "rate"] {
            #expect(try WebhookSamples.event(["uuid": "C", key: "0.25"])?.rate == 0.25)
        }
        for key in ["time", "timestamp"] {
            #expect(
                try WebhookSamples.event(["uuid": "C", key: "1725942871456"])?.at.milliseconds == 1_725_942_871_456
            )
        }
    }

    @Test("The time of talk comes before the time of the whole call")
    func talkTime() throws {
        #expect(try WebhookSamples.event(["uuid": "C", "duration": 50, "answer_sec": 42])?.talkSeconds == 42)
        #expect(try WebhookSamples.event(["uuid": "C", "duration": -1])?.talkSeconds == nil)
    }

    @Test("Seconds and milliseconds are told apart by their size")
    func times() throws {
        for key in ["time", "start_time", "answer_time", "end_time"] {
            for value in [1_632_307_238, 1_632_307_238_000, "1632307238", "1632307238000", 1_632_307_238.0]
                as [JSONValue]
            {
                let event = try #require(try WebhookSamples.event(["uuid": "C", key: value]))
                let times = [
                    "time": event.at, "start_time": event.startedAt, "answer_time": event.answeredAt,
                    "end_time": event.endedAt,
                ]
                #expect(times[key] == Timestamp(milliseconds: 1_632_307_238_000))
            }
        }
    }

    @Test(
        "A time that is none is as good as absent",
        arguments: [0, -1, "soon", "", nil, 1e300, "inf", "nan", [], true] as [JSONValue]
    )
    func noTime(value: JSONValue) throws {
        let event = try #require(try WebhookSamples.event(["uuid": "C", "time": value, "answer_time": value]))
        #expect(event.at == WebhookSamples.received)
        #expect(event.answeredAt == nil)
    }

    @Test("An array holds several events, and what is none among them costs the others nothing")
    func arrays() {
        guard
            case .events(let events) = WebhookSamples.decode(
                "[\(WebhookSamples.live), 7, \(WebhookSamples.record), {}]"
            )
        else {
            Issue.record("no events")
            return
        }
        #expect(events.map(\.status) == [.answered, .noAnswer])
    }

    @Test(
        "What is no event is unreadable, with the reason",
        arguments: [
            "", "x", "[]", "{}", "7", "null", "[[]]", #""{}""#, "[7]", #"{"status":"ringing"}"#, #"{"uuid":""}"#,
            #"{"uuid":true}"#,
        ]
    )
    func unreadable(text: String) {
        guard case .unreadable(let why) = WebhookSamples.decode(text) else {
            Issue.record("it was read")
            return
        }
        #expect(!why.isEmpty)
    }
}
