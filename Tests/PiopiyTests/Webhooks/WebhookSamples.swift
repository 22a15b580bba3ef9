import Piopiy

/// Webhooks of three dialects, as they were seen.
enum WebhookSamples {
    static let live = #"""
        {"appid":2222224,"callerid":440000000000,"conversation_uuid":"GQqY1","direction":"outbound",
        "extra_params":"{\"console_ref\":\"01J\"}","from":440000000000,"leg":"a","request_id":"GQqY2","status":"out_answered",
        "time":1725942871456,"to":19170000000,"cmiuuid":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","vn":440000000000}
        """#
    static let record = #"""
        {"type":"cdr","status":"missed","leg":"a","direction":"outbound","from":19170000000,"to":440000000000,
        "time":1632307235000,"start_time":1632307238,"end_time":1632307265,"duration":0,"call_rate":0,"balance":"76.349024",
        "cmiuuid":"1edceb4c-4e2c-402d-81b4-1c2f6fca442d","request_id":"S9U4","extra_params":"{\"key\":\"value\"}",
        "api_init":true}
        """#
    static let short = #"""
        {"uuid":"c4d0e5f6-a7b8-42c9-93e4-f56789012345","caller_id":"919999999999","did_number":"918888888888",
        "status":"ANSWER","duration":42,"recording":"c4d0e5f6.mp3","direction":"outbound","timestamp":"1725942871456"}
        """#
    static let all = [live, record, short]

    static let received = Timestamp(milliseconds: 1_800_000_000_000)

    static func decode(_ text: String) -> WebhookPayload { WebhookDecoder.decode(text.utf8, receivedAt: received) }

    /// The one event of a body, `nil` when it is not one.
    static func event(_ text: String) -> PlatformEvent? {
        guard case .events(let events) = decode(text), events.count == 1 else { return nil }
        return events[0]
    }

    static func event(_ members: [String: JSONValue]) throws -> PlatformEvent? {
        event(try JSONValue.object(members).text())
    }
}

extension WebhookPayload {
    /// What it tells; nothing where it could not be read.
    var events: [PlatformEvent] { if case .events(let events) = self { events } else { [] } }
}
