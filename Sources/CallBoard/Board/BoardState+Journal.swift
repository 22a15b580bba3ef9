import HashTreeCollections
import Piopiy

/// What comes from the journal: calls at start, and what others write.
extension BoardState {
    /// A line of another console, or the answer to a question that we asked the platform.
    mutating func follow(_ line: JournalLine, now: Timestamp) -> [BoardEffect] {
        var isNews = false
        switch line.kind {
        case .event, .poll, .record: isNews = true
        default: break
        }
        switch line.kind {
        case .event: snapshot.lastWebhook = max(snapshot.lastWebhook ?? line.at, line.at)
        case .unreadable: noteUnreadableWebhook(line.whyUnreadable, at: line.at, now: now)
        case .poll, .record: snapshot.lastPoll = max(snapshot.lastPoll ?? line.at, line.at)
        default: break
        }
        return line.told.flatMap { facts -> [BoardEffect] in
            guard let key = add(facts, at: now) else { return [] }
            if isNews { hear(key) }
            return pendingHangUp(key, now: now)
        }
    }

    /// Remembers who placed a call.
    mutating func note(_ name: String, placed ref: CallRef) {
        let key = snapshot.resolve(CallKey(ref))
        if let call = snapshot.calls[key], call.operator == nil { snapshot.calls[key]?.operator = name }
    }

    /// Joins facts into their call, and tells what became of its transfers.
    @discardableResult
    mutating func add(_ facts: CallFacts, at now: Timestamp) -> CallKey? {
        var before: [RequestID: TransferFacts] = [:]
        if !facts.transfers.isEmpty {
            for identity in facts.identities {
                guard let key = index[identity], let call = snapshot.call(key) else { continue }
                before.merge(call.facts.transfers) { first, _ in first }
            }
        }
        guard let key = join(facts, now: now) else { return nil }
        if !facts.transfers.isEmpty { announceTransfers(of: key, since: before, now: now) }
        return key
    }

    /// A call as the journal has it. One that has ended is not shown, but what still comes of it finds it.
    mutating func restore(_ stored: StoredCall, now: Timestamp) {
        var call = stored.call
        let known = call.facts.identities.contains { index[$0] != nil }
        if known {
            // Something of it was heard between the opening of the journal and its reading.
            guard let key = join(call.facts, now: now), var joined = snapshot.calls[key] else { return }
            joined.request = joined.request ?? call.request
            joined.operator = joined.operator ?? call.operator
            joined.seenAt = min(joined.seenAt, call.seenAt)
            snapshot.calls[key] = joined
            return
        }
        if call.isEnded {
            // By the steady clock, as of a call that the board saw end itself.
            call.endSeenAt = steady + (.zero - max(.zero, now - (call.endedAt ?? call.seenAt)))
            call.isRetired = true
            load(call, now: now)
            retired.append(call.key)
        } else {
            load(call, now: now)
        }
    }

    /// Puts a whole call on the board, as a row unless it has left the rows.
    mutating func load(_ call: Call, now: Timestamp) {
        if call.isRetired {
            var call = call
            call.measure(now: now, steady: steady)
            snapshot.put(call)
        } else {
            add(call, now: now)
        }
        for identity in call.facts.identities { index[identity] = call.key }
    }
}
