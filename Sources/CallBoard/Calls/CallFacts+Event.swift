import Piopiy

extension CallFacts {
    /// What one event of the platform says.
    init(_ event: PlatformEvent) {
        let source: Source = event.kind == .cdr ? .cdr : .live
        let account: Source = event.kind == .cdr ? .account : .live
        // A CDR's own time is that of the call's beginning, and what it tells is how the call ended.
        let at = event.kind == .cdr ? event.endedAt ?? event.at : event.at
        placement = .seen
        if let text = event.variables[CallRef.variableName]?.looseText, let ref = CallRef(text) { refs = [ref] }
        if let id = event.callID.map({ CallID(Self.bounded($0.text)) }) {
            if event.leg == .b {
                otherIDs = [id]
            } else {
                ownIDs = [id: Earliest(event.at)]
            }
        }
        // The request of a transfer is another than the one that placed the call.
        if event.kind != .transfer, let id = event.requestID { requestIDs = [RequestID(Self.bounded(id.text))] }
        if let id = event.conversationID { conversationIDs = [Self.bounded(id)] }

        func ranked(_ text: String?) -> Ranked<String> {
            Ranked(text.map { Self.bounded($0) }, from: source, at: event.at)
        }
        // A transfer tells the numbers of the leg that it rings.
        if event.leg != .b, event.kind != .transfer {
            from = ranked(event.from)
            to = ranked(event.to)
            direction = ranked(event.direction?.rawValue)
            talkSeconds = Ranked(event.talkSeconds, from: account, at: event.at)
        }
        agentID = ranked(event.agentID)
        recording = Ranked(event.recording.map { Self.bounded($0) }, from: account, at: event.at)
        rate = Ranked(event.rate, from: account, at: event.at)
        if !event.variables.isEmpty, let text = try? JSONValue.object(event.variables).text() {
            variables = Ranked(Self.bounded(text, to: 8192), from: source, at: event.at)
        }

        switch (event.kind, event.leg) {
        case (.transfer, _): noteTransfer(event)
        case (_, .b): noteSecondLeg(event, at: at)
        case (.cdr, _): noteRecord(event)
        case (.live, _): noteLive(event)
        }
        timeline = Timeline(
            TimelineEntry(at: at, teller: event.kind == .cdr ? .cdr : .platform, text: Self.words(event))
        )
    }

    private mutating func noteLive(_ event: PlatformEvent) {
        switch event.status {
        case .created:
            created = Earliest(event.at)
            alive = Newest(event.at)
        case .ringing:
            ringing = Earliest(event.at)
            alive = Newest(event.at)
        case .answered:
            answered = Earliest(event.at)
            alive = Newest(event.at)
        case .bridged:
            alive = Newest(event.at)
            // Leg b can only have been joined to a call that was answered.
            answered = Earliest(event.at)
            secondLeg = Latest(.joined, at: event.at)
        default:
            guard let claim = EndClaim(event.status) else { return }
            ends = [claim]
            ended = Earliest(event.at)
        }
    }

    private mutating func noteRecord(_ event: PlatformEvent) {
        created = Earliest(event.startedAt)
        answered = Earliest(event.answeredAt)
        ended = Earliest(event.endedAt ?? event.at)
        ends = [EndClaim(event.status) ?? .over]
    }

    private mutating func noteSecondLeg(_ event: PlatformEvent, at: Timestamp) {
        let leg: SecondLeg? =
            switch event.status {
            case .created, .ringing: .ringing
            case .answered where event.kind == .live, .bridged: .joined
            case .answered, .ended, .cancelled: .left
            case .noAnswer, .busy, .failed, .rejected: .failed
            default: nil
            }
        guard let leg else { return }
        secondLeg = Latest(leg, at: at)
        if let number = event.to { legs[Self.bounded(number)] = Latest(leg, at: at) }
    }

    private mutating func noteTransfer(_ event: PlatformEvent) {
        var facts = TransferFacts()
        alive = Newest(event.at)
        switch event.status {
        case .transferStarted:
            secondLeg = Latest(.ringing, at: event.at)
            facts.progress = .started
        case .transferCompleted:
            secondLeg = Latest(.joined, at: event.at)
            facts.progress = .completed
        case .transferFailed:
            secondLeg = Latest(.failed, at: event.at)
            facts.progress = .failed
        default: break
        }
        facts.note(reason: event.reason, at: event.at)
        if facts.endedCall { noteEnd(at: event.at) }
        facts.target = Ranked(event.to.map { Self.bounded($0) }, from: .live, at: event.at)
        facts.asked = Earliest(event.at)
        let id = event.requestID.map { RequestID(Self.bounded($0.text)) }
        transfers[id ?? CallTransfer.unnamed(to: facts.target.value)] = facts
    }

    /// The call has ended with a transfer that failed. How it ended, a record will tell.
    mutating func noteEnd(at: Timestamp) {
        ends = [.over]
        ended = Earliest(at)
    }

    private static func words(_ event: PlatformEvent) -> String {
        var words = event.leg == .b ? "leg b " : ""
        if event.kind == .cdr { words += "CDR: " }
        words += event.status.words
        if let reason = event.reason { words += " (\(bounded(reason, to: 80)))" }
        return words
    }

    /// Text from outside, cut to what a model can hold: limits are the model's, not the screen's.
    static func bounded(_ text: String, to limit: Int = 256) -> String {
        text.unicodeScalars.count <= limit ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    }
}

extension CallFacts.EndClaim {
    init?(_ status: PlatformEvent.Status) {
        switch status {
        case .answered: self = .answered
        case .ended: self = .over
        case .noAnswer: self = .noAnswer
        case .busy: self = .busy
        case .failed: self = .failed
        case .rejected: self = .rejected
        case .cancelled: self = .cancelled
        default: return nil
        }
    }
}

extension PlatformEvent.Status {
    /// The status in words, for a timeline.
    public var words: String {
        switch self {
        case .created: "created"
        case .ringing: "ringing"
        case .answered: "answered"
        case .bridged: "joined"
        case .ended: "hung up"
        case .noAnswer: "no answer"
        case .busy: "busy"
        case .failed: "failed"
        case .rejected: "rejected"
        case .cancelled: "cancelled"
        case .transferStarted: "transfer started"
        case .transferCompleted: "transfer completed"
        case .transferFailed: "transfer failed"
        case .other(let word): word.isEmpty ? "event without a status" : CallFacts.bounded(word, to: 80)
        }
    }
}
