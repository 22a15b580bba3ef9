/// What a webhook's body was.
public enum WebhookPayload: Hashable, Sendable {
    /// One event, or several when the body was an array. An array's items that are no events are left out.
    case events([PlatformEvent])
    /// Nothing that is understood; the text says why. The body is worth keeping.
    case unreadable(String)
}

/// Reads the platform's webhooks in every dialect that was seen (sources: the vendor's documentation, public
/// integrations).
public enum WebhookDecoder {
    /// Reads one body. It is total: whatever the bytes are, it returns. Relays send events on in many dresses: forms,
    /// lines of JSON, UTF-16, an object inside `data`. Those are read too, by what the body looks like.
    /// - Parameters:
    ///   - bytes: the body as it came.
    ///   - receivedAt: the time of an event that does not tell its own.
    public static func decode(_ bytes: some Sequence<UInt8>, receivedAt: Timestamp) -> WebhookPayload {
        let reading = WebhookBody.read(Array(bytes))
        if let problem = reading.problem { return .unreadable(problem) }
        var events: [PlatformEvent] = []
        var problem = "the body is an empty array"
        for item in reading.values {
            guard let members = item.object else {
                problem = "the body is \(item.kind), not an object"
                continue
            }
            let found = self.events(in: members, receivedAt: receivedAt, depth: 0)
            if found.isEmpty { problem = "the body has neither a call id nor a request id nor a number" }
            events += found
        }
        return events.isEmpty ? .unreadable(problem) : .events(events)
    }

    /// What some relays put a webhook into.
    private static let wrappers = ["data", "payload", "event", "body", "cdr"]

    /// The event that an object is. An object that names no call itself and has one in `data`, or the like, is that
    /// one. Kind and time hold for what is inside where that does not say otherwise: without the kind, a CDR would pass
    /// for a call that was just answered.
    private static func events(
        in members: [String: JSONValue],
        receivedAt: Timestamp,
        depth: Int
    ) -> [PlatformEvent] {
        if let event = event(Fields(members), receivedAt: receivedAt) { return [event] }
        guard depth < 4 else { return [] }
        for key in wrappers {
            guard let inner = members[key] else { continue }
            let values: [JSONValue] =
                switch inner {
                case .object: [inner]
                case .array(let items): items
                case .string(let text): (try? JSONValue(parsing: text.utf8)).map { $0.array ?? [$0] } ?? []
                default: []
                }
            let found = values.flatMap { value -> [PlatformEvent] in
                guard var inside = value.object else { return [] }
                for name in ["type", "time", "timestamp"] where inside[name] == nil { inside[name] = members[name] }
                return self.events(in: inside, receivedAt: receivedAt, depth: depth + 1)
            }
            if !found.isEmpty { return found }
        }
        return []
    }

    private static func event(_ fields: Fields, receivedAt: Timestamp) -> PlatformEvent? {
        let callID = fields.text("cmiuuid", "call_id", "uuid", "call_uuid")
        let requestID = fields.text("request_id", "request")
        let conversationID = fields.text("conversation_uuid", "conversation_id")
        let to = fields.text("to", "to_number", "did_number", "destination", "callee")
        let from = fields.text("from", "callerid", "caller_id", "vn")
        guard callID != nil || requestID != nil || conversationID != nil || to != nil || from != nil else { return nil }

        let kind = kind(fields)
        let startedAt = fields.moment("start_time", "started_at")
        let endedAt = fields.moment("end_time", "ended_at")
        let at = fields.moment("time", "timestamp") ?? endedAt ?? startedAt ?? receivedAt
        return PlatformEvent(
            kind: kind,
            status: status(fields.text("status", "call_status") ?? "", kind: kind),
            callID: callID.map { CallID($0) },
            requestID: requestID.map { RequestID($0) },
            conversationID: conversationID,
            from: from,
            to: to,
            leg: fields.text("leg").flatMap { PlatformEvent.Leg(rawValue: $0.lowercased()) },
            direction: fields.text("direction").flatMap { PlatformEvent.Direction(rawValue: $0.lowercased()) },
            at: at,
            startedAt: startedAt,
            answeredAt: fields.moment("answer_time", "answered_at"),
            endedAt: endedAt,
            talkSeconds: fields.number("answer_sec", "answeredsec", "duration", "call_duration")
                .flatMap { $0 >= 0 ? $0 : nil },
            rate: fields.number("call_rate", "rate"),
            balance: fields.number("balance"),
            recording: fields.text("recording", "recording_url", "filename", "file_name"),
            reason: fields.text("reason", "hangup_cause", "cause", "hangup_reason"),
            agentID: fields.text("agent_id"),
            variables: fields.variables("extra_params", "variables")
        )
    }

    /// `type` says it; where it is left out, what only a CDR has gives it away.
    ///
    /// A live event that is taken for a CDR would end a call that is up, so a zero or an empty value gives nothing away,
    /// and a status that only a running call has decides alone.
    private static func kind(_ fields: Fields) -> PlatformEvent.Kind {
        switch fields.text("type")?.lowercased() {
        case "cdr": return .cdr
        case "transfer_status": return .transfer
        case "event": return .live
        default: break
        }
        let word = fields.text("status", "call_status") ?? ""
        switch status(word, kind: .live) {
        case .created, .ringing, .bridged: return .live
        default: break
        }
        if word.lowercased() == "answer" { return .cdr }
        if fields.text("recording", "recording_url", "filename", "file_name") != nil { return .cdr }
        if fields.moment("end_time", "ended_at") != nil { return .cdr }
        let numbers = ["end_time", "duration", "answer_sec", "answeredsec", "call_duration"]
            .compactMap { fields.number($0) }
        return numbers.contains { $0 > 0 } ? .cdr : .live
    }

    private static func status(_ word: String, kind: PlatformEvent.Kind) -> PlatformEvent.Status {
        let folded = word.lowercased().filter { !"-_ ".contains($0) }
        if kind == .transfer {
            switch folded {
            case "started", "queued": return .transferStarted
            case "completed": return .transferCompleted
            case "failed": return .transferFailed
            default: return .other(word)
            }
        }
        // "out_answered" and "in_answered" are "answered" of a call going out or coming in.
        let bare = ["out", "in"].lazy.filter { folded.hasPrefix($0) }.map { String(folded.dropFirst($0.count)) }
        for candidate in [folded] + bare {
            switch candidate {
            case "started": return .created
            case "ringing": return .ringing
            case "answered", "answer": return .answered
            case "bridged": return .bridged
            case "hangup", "completed", "ended": return .ended
            case "missed", "noanswer", "unanswered": return .noAnswer
            case "busy": return .busy
            case "failed": return .failed
            case "rejected": return .rejected
            case "cancelled", "canceled": return .cancelled
            default: continue
            }
        }
        return .other(word)
    }
}

/// Looks values up by any of several keys, and reads them loosely.
private struct Fields {
    let members: [String: JSONValue]

    init(_ members: [String: JSONValue]) { self.members = members }

    func text(_ keys: String...) -> String? {
        keys.lazy.compactMap { members[$0]?.looseText }.first
    }

    func number(_ keys: String...) -> Double? {
        keys.lazy.compactMap { members[$0]?.looseNumber }.first
    }

    /// The first that is a moment, as ``Timestamp/init(told:)`` reads it.
    func moment(_ keys: String...) -> Timestamp? {
        keys.lazy.compactMap { Timestamp(told: members[$0]) }.first
    }

    /// What the keys hold together; of a name that two of them have, the first key's value.
    func variables(_ keys: String...) -> [String: JSONValue] {
        keys.reduce(into: [:]) { variables, key in
            switch members[key] {
            case .object(let members): variables.merge(members) { first, _ in first }
            case .string(let text): variables.merge(LooseObject.parse(text)) { first, _ in first }
            default: break
            }
        }
    }
}
