import Piopiy

extension CallFacts {
    /// A call that is about to be placed from here.
    init(intent call: AICall, ref: CallRef, at: Timestamp) {
        refs = [ref]
        from = Ranked(call.callerID.digits, from: .placement, at: at)
        to = Ranked(call.toNumber.digits, from: .placement, at: at)
        agentID = Ranked(call.agentID.text, from: .placement, at: at)
        direction = Ranked(PlatformEvent.Direction.outbound.rawValue, from: .placement, at: at)
        variables = Ranked(
            (call.variables?.mapValues(\.json)).flatMap { try? JSONValue.object($0).text() },
            from: .placement,
            at: at
        )
        placement = .intended
        placed = Earliest(at)
        timeline = Timeline(TimelineEntry(at: at, teller: .console, text: "placing"))
    }

    /// What came of placing it.
    init(outcome: Outcome<Acceptance>, ref: CallRef, at: Timestamp) {
        refs = [ref]
        decided = Earliest(at)
        let words: String
        switch outcome {
        case .accepted(let acceptance):
            placement = .accepted
            if let id = acceptance.requestID { requestIDs = [RequestID(Self.bounded(id.text))] }
            if let id = acceptance.callID { ownIDs = [CallID(Self.bounded(id.text)): Earliest(at)] }
            words = "accepted" + (acceptance.message.map { ": \(Self.bounded($0, to: 80))" } ?? "")
        case .refused(let refusal):
            placement = .refused
            words = Self.bounded("\(refusal)")
        case .notSent(let reason):
            placement = .notSent
            words = Self.bounded("\(reason)")
        case .invalid(let error):
            placement = .notSent
            words = Self.bounded("\(error)")
        case .unknown(let doubt):
            placement = .doubtful
            words = Self.bounded("\(doubt)") + " The call may have been placed; it will not be repeated."
        }
        timeline = Timeline(TimelineEntry(at: at, teller: .console, text: words))
    }

    /// What came of hanging it up.
    init(hangUp outcome: Outcome<ActionReceipt>, at: Timestamp) {
        let words: String
        switch outcome {
        case .accepted(let receipt) where receipt.alreadyEnded:
            // The platform no longer knows the call. How it ended, an event or a CDR will tell.
            ended = Earliest(at)
            ends = [.over]
            words = "hang-up: the call had already ended"
        case .accepted:
            hungUp = Earliest(at)
            words = "hang-up accepted"
        case .invalid(let error): words = "hang-up not sent: \(error)"
        case .notSent(let reason): words = "hang-up not sent: \(reason)"
        case .refused(let refusal): words = "hang-up: \(refusal)"
        case .unknown(let doubt): words = "hang-up: \(doubt)"
        }
        timeline = Timeline(TimelineEntry(at: at, teller: .console, text: Self.bounded(words)))
    }

    /// A line of the console's own.
    init(note: String, at: Timestamp) {
        timeline = Timeline(TimelineEntry(at: at, teller: .console, text: note))
    }
}
