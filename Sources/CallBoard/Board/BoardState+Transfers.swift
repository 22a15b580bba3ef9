import HashTreeCollections
import Piopiy

/// Transfers and the settling of calls in doubt.
extension BoardState {
    mutating func transfer(_ key: CallKey, _ request: CallTransferRequest, now: Timestamp) -> [BoardEffect] {
        guard let call = snapshot.calls[key] else {
            tell(.warning, "that call is no longer on the board", now: now)
            return []
        }
        let to = call.to ?? "?"
        if call.isEnded {
            tell(.warning, "not transferred: the call to \(to) has ended", about: key, now: now)
            return []
        }
        if call.transferState == .sending {
            tell(.info, "a transfer of \(to) is already on its way", about: key, now: now)
            return []
        }
        if let running = call.runningTransfer {
            let target = running.target.map { " to \($0)" } ?? ""
            tell(.warning, "not transferred: a transfer of \(to)\(target) is already running", about: key, now: now)
            return []
        }
        snapshot.calls[key]?.transferState = .sending
        join(CallFacts(note: "\(request.words) sent", at: now), into: key, now: now)
        return [.transfer(key, request)]
    }

    mutating func transferDecided(
        _ key: CallKey,
        _ request: CallTransferRequest,
        _ outcome: Outcome<TransferReceipt>,
        now: Timestamp
    ) {
        guard let to = snapshot.calls[key].map({ $0.to ?? "?" }) else { return }
        join(CallFacts(transfer: request, outcome: outcome, at: now), into: key, now: now)
        switch outcome {
        case .accepted(let receipt):
            snapshot.calls[key]?.transferState = .none
            let words =
                receipt.joined
                ? "a transfer of \(to) is already running; it is shown"
                : "\(request.words) of \(to) has started"
            tell(receipt.joined ? .warning : .info, words, about: key, now: now)
        case .invalid(let error): transferFailed(key, "\(to) was not transferred: \(error)", now: now)
        case .notSent(let reason): transferFailed(key, "\(to) was not transferred: \(reason)", now: now)
        case .refused(let refusal): transferFailed(key, "\(to) was not transferred: \(refusal)", now: now)
        case .unknown(let doubt):
            transferFailed(key, "transfer of \(to): \(doubt) It may have started; check before you try again", now: now)
        }
    }

    private mutating func transferFailed(_ key: CallKey, _ text: String, now: Timestamp) {
        snapshot.calls[key]?.transferState = .failed
        tell(.error, text, about: key, now: now)
    }

    /// Says how transfers that the facts speak of went, once each.
    mutating func announceTransfers(of key: CallKey, since before: [RequestID: TransferFacts], now: Timestamp) {
        guard let call = snapshot.calls[key] else { return }
        for transfer in call.transfers where before[transfer.requestID].map(\.progress.rawValue) ?? 0 < 2 {
            let target = transfer.target.map { " to \($0)" } ?? ""
            switch transfer.progress {
            case .completed:
                tell(.info, "\(call.to ?? "?") was transferred\(target)", about: key, now: now)
            case .failed:
                let reason = transfer.reason.map { ": \($0)" } ?? ""
                let end =
                    transfer.endedCall
                    ? "; the transfer ended the call"
                    : transfer.isBlind ? "; the agent had already left the call" : ""
                // First what matters: a narrow status line shows no more than that.
                let lost = transfer.endedCall || transfer.isBlind ? "caller lost: " : ""
                let words = "\(lost)the transfer of \(call.to ?? "?")\(target) failed\(reason)\(end)"
                tell(.error, words, about: key, now: now)
            case .queued, .started: break
            }
        }
    }

    mutating func settle(_ key: CallKey, _ settlement: Settlement, now: Timestamp) -> [BoardEffect] {
        if settlement == .takenBack { return takeBack(key, now: now) }
        guard let call = snapshot.calls[key], let ref = call.ref, call.needsWord else {
            tell(.info, "that call is no longer in doubt", about: key, now: now)
            return []
        }
        switch settlement {
        case .isOver, .takenBack: break
        case .isCall(let id):
            // It may have become known since the operator looked.
            if let other = index[.call(id)].flatMap({ snapshot.call($0) }), other.key != key, other.ref != nil {
                let words = "not settled: the call \(id.text) is another call placed here, to \(other.to ?? "?")"
                tell(.warning, words, about: key, now: now)
                return []
            }
        case .wasPlaced, .wasNotPlaced, .placedAgain:
            guard call.isInDoubt else {
                tell(.info, "the call to \(call.to ?? "?") is known to have been placed", about: key, now: now)
                return []
            }
            if settlement == .wasNotPlaced, let early = snapshot.tooEarlyToSayNotPlaced(call, at: steady) {
                tell(.warning, "not settled: the call to \(call.to ?? "?"): \(early)", about: key, now: now)
                return []
            }
        }
        let line = JournalLine.settlement(settlement, of: ref, at: now)
        guard let row = join(CallFacts(settlement, ref: ref, at: now), now: now) else { return [] }
        switch settlement {
        case .isCall, .wasPlaced:
            tell(
                .info,
                "the call to \(call.to ?? "?") now counts as placed",
                about: row,
                now: now
            )
        case .isOver: tell(.info, "the call to \(call.to ?? "?") now counts as ended", about: row, now: now)
        case .wasNotPlaced: tell(.info, "the call to \(call.to ?? "?") now counts as not placed", about: row, now: now)
        case .placedAgain, .takenBack: break
        }
        return [.write(line)] + pendingHangUp(row, now: now)
    }

    /// Places a call in doubt again. That the first one is done with is said with the second one's intent, in one: should
    /// the journal take neither, the first is in doubt as before.
    mutating func placeAgain(_ key: CallKey, as ref: CallRef, now: Timestamp) -> [BoardEffect] {
        guard let call = snapshot.calls[key], let first = call.ref, call.isInDoubt else {
            tell(.info, "that call is no longer in doubt; nothing was placed", about: key, now: now)
            return []
        }
        guard let request = call.request else {
            tell(.warning, "the request is not known here, so it cannot be dialed again", about: key, now: now)
            return []
        }
        guard !again.values.contains(first), snapshot.calls[CallKey(ref)] == nil else {
            tell(.info, "the call to \(call.to ?? "?") is already being placed again", about: key, now: now)
            return []
        }
        guard let row = join(CallFacts(intent: request, ref: ref, at: now), now: now) else { return [] }
        snapshot.calls[row]?.request = request
        snapshot.calls[row]?.operator = `operator`
        unrecorded.insert(ref)
        again[ref] = first
        let line = JournalLine.settlement(.placedAgain(as: ref), of: first, at: now)
        return [.record(ref, request, beside: line, allowsBusy: true)]
    }

    /// The intent of placing a call again is written: the first one is done with.
    /// - Returns: `false` when it was found meanwhile that the first was placed, so that there is no reason any more.
    mutating func disown(_ first: CallRef, for ref: CallRef, now: Timestamp) -> Bool {
        guard let call = snapshot.call(CallKey(first)) else { return true }
        guard call.isInDoubt else {
            tell(
                .warning,
                "not placed again: the call to \(call.to ?? "?") is no longer in doubt",
                about: call.key,
                now: now
            )
            return false
        }
        join(CallFacts(.placedAgain(as: ref), ref: first, at: now), now: now)
        return true
    }
}
