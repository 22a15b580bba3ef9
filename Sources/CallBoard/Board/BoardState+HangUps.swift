import HashTreeCollections
import Piopiy

/// Hanging up, also before a call's id is known.
extension BoardState {
    mutating func hangUp(_ key: CallKey, cause: String?, reason: String?, now: Timestamp) -> [BoardEffect] {
        guard let call = snapshot.calls[key] else {
            tell(.warning, "that call is no longer on the board", now: now)
            return []
        }
        if call.isEnded {
            tell(.info, "the call to \(call.to ?? "?") has already ended", about: key, now: now)
            return []
        }
        switch call.hangUp {
        case .waiting, .sending:
            tell(.info, "the hang-up of \(call.to ?? "?") is already on its way", about: key, now: now)
            return []
        case .none where call.hangUpWaitsElsewhere && call.callID == nil,
            .failed where call.hangUpWaitsElsewhere && call.callID == nil:
            tell(.info, "another console sends the hang-up of \(call.to ?? "?")", about: key, now: now)
            return []
        case .none, .failed, .accepted:
            snapshot.calls[key]?.hangUp = .waiting(cause: cause, reason: reason)
            let at = call.facts.nextHangUpWord(now)
            snapshot.calls[key]?.local.hangUpWord = at
            guard call.callID == nil else { return pendingHangUp(key, now: now) }
            snapshot.calls[key]?.local.hangUpAskedAt = steady
            waiting.insert(key)
            tell(
                .warning,
                "the hang-up of \(call.to ?? "?") will be sent as soon as the call id is known",
                about: key,
                now: now
            )
            // Before its intent is on disk there is no such call for anybody else.
            return call.facts.refs.isDisjoint(with: unrecorded) ? keepHangUp(key, now: now) : []
        }
    }

    /// Has the hang-up that waits for this call's id written, where there is one that is not.
    mutating func keepHangUp(_ key: CallKey, now: Timestamp) -> [BoardEffect] {
        guard let call = snapshot.calls[key], case .waiting(let cause, let reason) = call.hangUp, call.callID == nil,
            !call.isHangUpKept, let at = call.local.hangUpWord
        else {
            return []
        }
        guard call.ref != nil || call.requestID != nil else {
            return hangUpKept(key, at: at, failure: "no other program could tell which call it is of", now: now)
        }
        let asked = WaitingHangUp(step: .asked, cause: cause, reason: reason)
        return [.keepHangUp(key, .waitingHangUp(asked, of: call.facts, at: at))]
    }

    /// The journal has a hang-up that waits, or cannot have it.
    mutating func hangUpKept(_ key: CallKey, at: Timestamp, failure: String?, now: Timestamp) -> [BoardEffect] {
        guard let call = snapshot.calls[key] else { return [] }
        let to = call.to ?? "?"
        if let failure {
            guard case .waiting = call.hangUp else { return [] }
            let words = "the hang-up of \(to) is not in the journal, and is lost if this program ends: \(failure)"
            tell(.error, words, about: key, now: now)
            return []
        }
        switch call.hangUp {
        case .waiting(let cause, let reason):
            join(
                CallFacts(WaitingHangUp(step: .asked, cause: cause, reason: reason), at: at),
                into: key,
                now: now
            )
            return []
        case .sending:
            join(CallFacts(WaitingHangUp(step: .asked), at: at), into: key, now: now)
            return []
        case .none, .failed, .accepted:
            // It went out, or was taken back, before the journal had it.
            guard call.facts.waitingHangUp.at.map({ $0 <= at }) ?? true else { return [] }
            join(CallFacts(WaitingHangUp(step: .asked), at: at), into: key, now: now)
            return closeHangUp(key, .done, now: now)
        }
    }

    /// Sends the hang-up that waits for this call's id, if there is one and the id has come.
    mutating func pendingHangUp(_ key: CallKey, now: Timestamp) -> [BoardEffect] {
        guard let call = snapshot.calls[key], case .waiting(let cause, let reason) = call.hangUp else { return [] }
        let to = call.to ?? "?"
        if let closed = call.facts.waitingHangUp.value?.step, [.withdrawn, .expired, .done].contains(closed),
            let said = call.facts.waitingHangUp.at, said > call.local.hangUpWord ?? said
        {
            snapshot.calls[key]?.hangUp = .none
            let words = closed == .withdrawn ? "was taken back elsewhere" : "waits no more: another console closed it"
            tell(.warning, "the hang-up of \(to) \(words)", about: key, now: now)
            return []
        }
        if call.isEnded {
            // Who says that it is over may be wrong: then the hang-up goes out after all, within its time.
            guard call.isCertainlyOver else { return [] }
            snapshot.calls[key]?.hangUp = .none
            tell(.info, "the call to \(to) ended before the hang-up could be sent", about: key, now: now)
            return closeHangUp(key, .done, now: now)
        }
        // A process that stood still for long must not cut a call off that nobody thinks of any more.
        if isExpired(call) { return expireHangUp(key, now: now) }
        guard let id = call.callID else { return [] }
        do throws(ValidationError) {
            let request = try HangUp(callID: id, cause: cause, reason: reason)
            snapshot.calls[key]?.hangUp = .sending
            join(CallFacts(note: "hang-up sent (\(request.cause))", at: now), into: key, now: now)
            return [.hangUp(key, request)]
        } catch {
            return hungUp(key, .invalid(error), now: now)
        }
    }

    mutating func hungUp(_ key: CallKey, _ outcome: Outcome<ActionReceipt>, now: Timestamp) -> [BoardEffect] {
        guard let to = snapshot.calls[key].map({ $0.to ?? "?" }) else { return [] }
        join(CallFacts(hangUp: outcome, at: now), into: key, now: now)
        switch outcome {
        case .accepted(let receipt):
            snapshot.calls[key]?.hangUp = .accepted
            let words = receipt.alreadyEnded ? "the call to \(to) had already ended" : "hung up \(to)"
            tell(.info, words, about: key, now: now)
        case .invalid(let error): hangUpFailed(key, "\(to) was not hung up: \(error)", now: now)
        case .notSent(let reason): hangUpFailed(key, "\(to) was not hung up: \(reason)", now: now)
        case .refused(let refusal): hangUpFailed(key, "\(to) was not hung up: \(refusal)", now: now)
        case .unknown(let doubt):
            hangUpFailed(key, "hang-up of \(to): \(doubt) The call may still be up: hang it up again", now: now)
        }
        return closeHangUp(key, .done, now: now)
    }

    private mutating func hangUpFailed(_ key: CallKey, _ text: String, now: Timestamp) {
        snapshot.calls[key]?.hangUp = .failed
        tell(.error, text, about: key, now: now)
    }

    // MARK: Hang-ups that wait

    /// An operator takes a hang-up back that waits for its call's id, whoever asked for it.
    mutating func takeBackHangUp(_ key: CallKey, now: Timestamp) -> [BoardEffect] {
        let call = snapshot.calls[key]
        let to = call?.to ?? "?"
        switch call?.hangUp {
        case .waiting?: snapshot.calls[key]?.hangUp = .none
        case .none? where call?.isHangUpKept == true, .failed? where call?.isHangUpKept == true: break
        case .sending?:
            tell(.warning, "the hang-up of \(to) is already on its way", about: key, now: now)
            return []
        default:
            tell(.info, "no hang-up of \(to) waits", about: key, now: now)
            return []
        }
        waiting.remove(key)
        tell(.info, "the hang-up of \(to) was taken back", about: key, now: now)
        return closeHangUp(key, .withdrawn, now: now)
    }

    /// This process has a hang-up now whose process has ended.
    mutating func adopt(_ adopted: AdoptedHangUp, now: Timestamp) -> [BoardEffect] {
        guard let found = adopted.named.identities.compactMap({ index[$0] }).first else {
            // Its call has not been read yet.
            unmatched.append(adopted)
            return []
        }
        let key = snapshot.resolve(found)
        guard let call = snapshot.calls[key] else { return [] }
        let to = call.to ?? "?"
        join(CallFacts(adopted.waiting, at: adopted.at), into: key, now: now)
        switch call.hangUp {
        // One that was asked for here too is closed with this one.
        case .waiting, .sending: return []
        case .accepted: return closeHangUp(key, .done, always: true, now: now)
        case .none, .failed: break
        }
        let ago = "\(Int(adopted.age / .seconds(1))) s ago"
        switch adopted.fate {
        case .expired:
            guard !call.isEnded else { return [] }
            tell(
                .error,
                "a hang-up of \(to) asked for \(ago) was given up: its call id is not known",
                about: key,
                now: now
            )
            return []
        case .interrupted:
            guard snapshot.calls[key]?.isHangUpInterrupted == true else { return [] }
            let words = "a hang-up of \(to) was asked for \(ago) and not sent: its console ended. Hang it up again"
            tell(.warning, words, about: key, now: now)
            return []
        case .sent: break
        }
        // What was said of it meanwhile counts.
        guard snapshot.calls[key]?.isHangUpKept == true else {
            return closeHangUp(key, .done, always: true, now: now)
        }
        snapshot.calls[key]?.hangUp = .waiting(cause: adopted.cause, reason: adopted.reason)
        snapshot.calls[key]?.local.hangUpAskedAt = steady + (.zero - adopted.age)
        snapshot.calls[key]?.local.hangUpWord = adopted.at
        waiting.insert(key)
        let words = "this console now waits to hang up \(to): the console that was asked \(ago) has ended"
        tell(.warning, words, about: key, now: now)
        return pendingHangUp(key, now: now)
    }

    /// Takes on what could not be taken on before its call was read.
    mutating func adoptUnmatched(now: Timestamp) -> [BoardEffect] {
        guard !unmatched.isEmpty else { return [] }
        let due = unmatched
        unmatched = []
        return due.flatMap { adopt($0, now: now) }
    }

    /// Gives hang-ups up whose call's id did not become known in time.
    mutating func expireHangUps(now: Timestamp) -> [BoardEffect] {
        guard !waiting.isEmpty else { return [] }
        var effects: [BoardEffect] = []
        for old in waiting {
            let key = snapshot.resolve(old)
            guard let call = snapshot.calls[key], case .waiting = call.hangUp else {
                waiting.remove(old)
                continue
            }
            guard isExpired(call) else { continue }
            waiting.remove(old)
            effects += expireHangUp(key, now: now)
        }
        return effects
    }

    private func isExpired(_ call: Call) -> Bool {
        call.local.hangUpAskedAt.map { steady - $0 >= HangUpWait.limit } ?? false
    }

    private mutating func expireHangUp(_ key: CallKey, now: Timestamp) -> [BoardEffect] {
        snapshot.calls[key]?.hangUp = .failed
        if let call = snapshot.calls[key], !call.isEnded {
            let words = "the hang-up of \(call.to ?? "?") was given up: its call id did not become known in 10 min"
            tell(.error, words, about: key, now: now)
        }
        return closeHangUp(key, .expired, now: now)
    }

    /// Says what became of a hang-up that the journal has as one that waits.
    /// - Parameter always: also where the board knows of none.
    private mutating func closeHangUp(
        _ key: CallKey,
        _ step: WaitingHangUp.Step,
        always: Bool = false,
        now: Timestamp
    ) -> [BoardEffect] {
        guard let call = snapshot.calls[key], call.ref != nil || call.requestID != nil else { return [] }
        let isOpen = [.asked, .interrupted].contains(call.facts.waitingHangUp.value?.step)
        // One that is being written is closed when it is.
        guard isOpen || always || step == .withdrawn else { return [] }
        let at = call.facts.nextHangUpWord(now)
        let closed = WaitingHangUp(step: step)
        join(CallFacts(closed, at: at), into: key, now: now)
        return [.write(.waitingHangUp(closed, of: call.facts, at: at))]
    }
}

extension Call.HangUpState {
    /// How far it has come, for two rows that turn out to be one call.
    var progress: Int {
        switch self {
        case .none: 0
        case .failed: 1
        case .waiting: 2
        case .sending: 3
        case .accepted: 4
        }
    }
}
