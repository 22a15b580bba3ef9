import CallBoard
import Piopiy
import Terminal

extension ConsoleModel {
    /// All that is known of a call, facts first, then its timeline.
    /// - Parameter operator: who placed it, where the journal knows it and the board does not.
    func detailLines(_ call: Call, placedBy operator: String? = nil) -> [PagerLine] {
        var lines: [PagerLine] = []
        func add(_ label: String, _ text: String?, _ role: Role = .text) {
            if let text { lines.append(PagerLine(label: label, text: text, role: role)) }
        }
        var state = Words.stage(call)
        if call.isEnded {
            state += Words.ending(call).map { ", \($0)" } ?? "; no record says how yet"
            if call.callerWasLost { state += ": the transfer failed and ended the call" }
        }
        if let duration = call.duration(at: steady) { state += "  \(ClockText.length(duration))" }
        add("State", state, call.callerWasLost ? .warning : Role(call.stage))
        add("To", call.to)
        add("From", call.from)
        add("Agent", book.agents.name(of: call.agentID).map { "\($0)  \(call.agentID ?? "")" } ?? call.agentID)
        add("Call id", call.callID?.text ?? "not known yet", call.callID == nil ? .dim : .text)
        add("Request id", call.requestID?.text)
        add("Reference", call.ref?.text)
        add("Conversation", call.conversationID)
        add("Direction", call.direction?.rawValue)
        let heardOf = call.placedAt == nil ? "First seen" : "Placed"
        add(heardOf, ClockText.moment(call.placedAt ?? call.seenAt, utcOffset: settings.utcOffset))
        add("Placed by", call.operator ?? `operator`)
        if let silence = call.silence(at: steady) {
            let since = ClockText.time(now + (.zero - silence), utcOffset: settings.utcOffset)
            let why =
                call.callID == nil
                ? "; its id is not known, so the platform cannot be asked"
                : "; the platform is being asked"
            add("No news", "since \(since), for \(ClockText.length(silence))\(why)", .warning)
        }
        add("Hang-up", hangUpText(call))
        switch call.transferState {
        case .none: break
        case .sending: add("Transfer", "being sent")
        case .failed:
            add("Transfer", "not sent or in doubt" + hint(.transfer, in: here) { "; \($0) tries again" }, .error)
        }
        switch call.secondLeg {
        case .ringing: add("Second leg", "ringing")
        case .joined: add("Second leg", "joined")
        case .failed, .left, nil: break
        }
        for transfer in call.transfers {
            let time = transfer.at.map { "\(ClockText.time($0, utcOffset: settings.utcOffset))  " } ?? ""
            add("Transfer", time + Words.transfer(transfer), transfer.progress == .failed ? .error : .text)
        }
        add("Options", optionsText(call))
        add("Variables", call.variables)
        add("Recording", call.recording)
        add("Rate", call.rate.map { "\($0)" })
        if canTakeBack(call) {
            add("Settled", takeBackWords(call) + hint(.settle, in: here) { "; \($0) takes it back" } + ".")
        }
        if call.isInDoubt {
            add("", "")
            let words =
                "The call may have been placed; it is not repeated. An event or a record will settle it"
                + hint(.hangUp, in: here) { "; \($0) hangs it up as soon as its id is known" } + "."
                + hint(.settle, in: here) { " If you know what happened, press \($0)." }
            add("Next", words, .unknown)
        }
        for entry in call.timeline {
            let teller =
                switch entry.teller {
                case .console: "here"
                case .platform: "event"
                case .cdr: "cdr"
                case .person: "you"
                }
            let time = ClockText.time(entry.at, utcOffset: settings.utcOffset)
            lines.append(
                PagerLine(label: DetailText.timelineLabel, text: "\(time)  \(teller)  \(entry.text)", role: .text)
            )
        }
        return lines
    }

    /// Where the keys are pressed that the details speak of: they also stand beside the board.
    private var here: KeyContext { layers.isEmpty ? .board : .pager }

    private func hangUpText(_ call: Call) -> String? {
        switch call.hangUp {
        case .none where call.hangUpWaitsElsewhere:
            "waiting for the call id, in another console" + hint(.hangUp, in: here) { "; \($0) takes it back" }
        case .none where call.isHangUpInterrupted:
            "not sent: its console ended" + hint(.hangUp, in: here) { "; \($0) hangs up" }
        case .none: nil
        case .waiting: "waiting for the call id" + hint(.hangUp, in: here) { "; \($0) takes it back" }
        case .sending: "sent"
        case .accepted: "accepted"
        case .failed: "failed" + hint(.hangUp, in: here) { "; \($0) tries again" }
        }
    }

    private func optionsText(_ call: Call) -> String? {
        guard let options = call.request?.options, !options.isEmpty else { return nil }
        var parts: [String] = []
        if let seconds = options.maxDuration { parts.append("at most \(seconds) s") }
        if let seconds = options.ringTimeout { parts.append("rings up to \(seconds) s") }
        if let record = options.record { parts.append(record ? "recorded" : "not recorded") }
        return parts.joined(separator: ", ")
    }
}
