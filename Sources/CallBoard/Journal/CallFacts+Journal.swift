import Piopiy

/// What the lines say that are neither a placement of the board's own nor a webhook.
extension CallFacts {
    /// A call that is about to be placed from here, whatever request places it.
    init(request: APIRequest, ref: CallRef, at: Timestamp) {
        refs = [ref]
        let body = request.body
        from = Ranked(body?["caller_id"]?.looseText, from: .placement, at: at)
        to = Ranked(body?["to_number"]?.looseText, from: .placement, at: at)
        agentID = Ranked(body?["agent_id"]?.looseText ?? Self.firstAgent(body), from: .placement, at: at)
        direction = Ranked(PlatformEvent.Direction.outbound.rawValue, from: .placement, at: at)
        variables = Ranked(body?["variables"].flatMap { try? $0.text() }, from: .placement, at: at)
        placement = .intended
        placed = Earliest(at)
        timeline = Timeline(TimelineEntry(at: at, teller: .console, text: "placing"))
    }

    private static func firstAgent(_ body: JSONValue?) -> String? {
        for action in body?["pipeline"]?.array ?? [] {
            for endpoint in action["endpoints"]?.array ?? [] where endpoint["type"]?.string == "agent" {
                return endpoint["id"]?.looseText
            }
        }
        return nil
    }

    /// What came of a transfer's being asked for.
    init(transfer: CallTransferRequest, outcome: Outcome<TransferReceipt>, at: Timestamp) {
        ownIDs = [transfer.callID: Earliest(at)]
        let words: String
        switch outcome {
        case .accepted(let receipt):
            if let id = receipt.requestID {
                var facts = TransferFacts()
                // A transfer that ran already is somebody else's: whom it is for, nobody told us.
                if !receipt.joined {
                    facts.target = Ranked(transfer.target, from: .placement, at: at)
                    if case .blind = transfer { facts.isBlind = true }
                }
                facts.asked = Earliest(at)
                transfers[RequestID(Self.bounded(id.text))] = facts
            }
            words = receipt.joined ? "a transfer is already running; it is followed" : "\(transfer.words) accepted"
        case .invalid(let error): words = "transfer not sent: \(error)"
        case .notSent(let reason): words = "transfer not sent: \(reason)"
        case .refused(let refusal): words = "transfer: \(refusal)"
        case .unknown(let doubt): words = "transfer: \(doubt) It may have started."
        }
        timeline = Timeline(TimelineEntry(at: at, teller: .console, text: Self.bounded(words)))
    }

    /// How a transfer stands.
    init(_ status: TransferStatus, of id: CallID, at: Timestamp) {
        ownIDs = [id: Earliest(at)]
        var facts = TransferFacts()
        switch status.state {
        case .queued, .other: break
        case .started:
            facts.progress = .started
            secondLeg = Latest(.ringing, at: at)
        case .completed:
            facts.progress = .completed
            secondLeg = Latest(.joined, at: at)
        case .failed:
            facts.progress = .failed
            secondLeg = Latest(.failed, at: at)
        }
        facts.note(reason: status.reason, at: at)
        if facts.endedCall { noteEnd(at: at) }
        facts.asked = Earliest(at)
        transfers[RequestID(Self.bounded(status.requestID.text))] = facts
        guard status.state != .queued else { return }
        let reason = status.reason.map { " (\(Self.bounded($0, to: 80)))" } ?? ""
        timeline = Timeline(
            TimelineEntry(
                at: at,
                teller: .platform,
                text: "transfer \(Self.bounded(status.state.word, to: 80))\(reason)"
            )
        )
    }

    /// How a call stands.
    init(_ status: CallStatus, of id: CallID, at: Timestamp) {
        ownIDs = [id: Earliest(at)]
        placement = .seen
        switch status {
        case .up(let call):
            alive = Newest(at)
            switch call.state.flatMap({ Self.stage($0) }) {
            case .ringing:
                ringing = Earliest(at)
                timeline = Timeline(TimelineEntry(at: at, teller: .platform, text: "platform asked: ringing"))
            case .answered:
                answered = Earliest(at)
                timeline = Timeline(TimelineEntry(at: at, teller: .platform, text: "platform asked: talking"))
            default: break
            }
            from = Ranked(call.json["caller_id"]?.looseText.map { Self.bounded($0) }, from: .live, at: at)
            to = Ranked(call.json["to_number"]?.looseText.map { Self.bounded($0) }, from: .live, at: at)
        case .ended:
            gone = Newest(at)
            ends = [.gone]
            timeline = Timeline(TimelineEntry(at: at, teller: .platform, text: "platform asked: ended"))
        }
    }

    /// What a state's word means; nothing public lists them.
    static func stage(_ word: String) -> PlatformEvent.Status? {
        let word = word.lowercased()
        if word.contains("ring") { return .ringing }
        let talking = ["answer", "talk", "bridg", "connected", "progress", "active"]
        return talking.contains { word.contains($0) } ? .answered : nil
    }

    /// A call that counts as ended, though nobody has said so.
    init(gone call: CallFacts, why: String, at: Timestamp) {
        refs = call.refs
        requestIDs = call.requestIDs
        ownIDs = call.ownIDs
        otherIDs = call.otherIDs
        conversationIDs = call.conversationIDs
        from = call.from
        to = call.to
        gone = Newest(at)
        ends = [.gone]
        timeline = Timeline(TimelineEntry(at: at, teller: .console, text: why))
    }

    /// A record that the platform was asked for: a CDR as a webhook would have brought it.
    init(_ record: CallRecord, heardAt: Timestamp) { self.init(record: record.json.object ?? [:], heardAt: heardAt) }

    /// The record of a leg that a look-up told.
    init(_ record: LegRecord, by lookup: CallLookup, heardAt: Timestamp) {
        var members = record.json.object ?? [:]
        // What it was asked for by is what it is of, whatever it says itself.
        switch lookup {
        case .request(let id): members["request_id"] = .string(id.text)
        case .call(let id): members["cmiuuid"] = .string(id.text)
        }
        self.init(record: members, heardAt: heardAt)
    }

    private init(record: [String: JSONValue], heardAt: Timestamp) {
        // The decoder knows every dialect; what it needs to know is only that this is a record.
        var members = record
        members["type"] = "cdr"
        if let bytes = try? JSONValue.object(members).bytes(),
            case .events(let events) = WebhookDecoder.decode(bytes, receivedAt: heardAt), let event = events.first
        {
            self.init(event)
        } else {
            self.init()
        }
    }

    /// The operator's word on a call in doubt.
    init(_ settlement: Settlement, ref: CallRef, at: Timestamp) {
        refs = [ref]
        let words: String
        switch settlement {
        case .isCall(let id):
            ownIDs = [id: Earliest(at)]
            placement = .vouched
            saidPlaced = Newest(at)
            words = "operator: it is the call \(Self.bounded(id.text))"
        case .wasPlaced:
            placement = .vouched
            saidPlaced = Newest(at)
            words = "operator: it was placed"
        case .isOver:
            placement = .vouched
            saidPlaced = Newest(at)
            saidOver = Newest(at)
            gone = Newest(at)
            // A record that comes all the same says how, and when.
            ends = [.gone]
            words = "operator: it is over"
        case .wasNotPlaced:
            placement = .disowned
            saidNotPlaced = Newest(at)
            decided = Earliest(at)
            words = "operator: it was not placed"
        case .placedAgain(let next):
            placement = .disowned
            saidNotPlaced = Newest(at)
            decided = Earliest(at)
            words = "operator: placed again (\(next))"
        case .takenBack:
            takenBack = Newest(at)
            // It outweighs that the call is over, which was said before.
            alive = Newest(at)
            words = "operator: settlement taken back"
        }
        timeline = Timeline(TimelineEntry(at: at, teller: .person, text: words))
    }
}
