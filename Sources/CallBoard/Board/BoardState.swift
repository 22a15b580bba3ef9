import HashTreeCollections
import Piopiy

/// The board as a value: inputs in, effects out. It has no clock, no network and no tasks, so all that it does can be
/// tested by a story of inputs.
struct BoardState: Sendable {
    /// Who places calls here.
    var `operator`: String?
    var snapshot = BoardSnapshot()
    /// The time of the input that is being taken in, by the clock that is never set.
    private(set) var steady = Timestamp(milliseconds: 0)
    var index: TreeDictionary<Identity, CallKey> = [:]
    /// Ended calls that have left the rows, oldest first. A late CDR still finds them.
    var retired: [CallKey] = []
    private var messageCount = 0
    /// Placements whose intent is being written. Each leaves this set once, so each is sent at most once.
    var unrecorded: Set<CallRef> = []
    /// Of those the ones that are placed again, each with the call in doubt that it is placed for.
    var again: [CallRef: CallRef] = [:]

    /// Calls whose hang-up waits for their id.
    var waiting: Set<CallKey> = []
    /// Hang-ups that this process has and whose call has not been read yet.
    var unmatched: [AdoptedHangUp] = []

    /// How long an ended call stays in the rows.
    let endedStay: Duration
    /// How many calls that left the rows are remembered.
    let retiredLimit: Int

    init(endedStay: Duration = .seconds(30), retiredLimit: Int = 20_000, notPlacedDelay: Duration = .zero) {
        snapshot.notPlacedDelay = notPlacedDelay
        self.endedStay = endedStay
        self.retiredLimit = retiredLimit
    }

    /// Takes one input in.
    /// - Parameters:
    ///   - now: what is written down as the time.
    ///   - steady: what lengths of time are measured by; `nil` where `now` does for both.
    /// - Returns: what is to be done now, in order.
    mutating func apply(_ input: BoardInput, now: Timestamp, steady: Timestamp? = nil) -> [BoardEffect] {
        self.steady = steady ?? now
        snapshot.revision += 1
        let effects = react(to: input, now: now)
        for case .record in effects { snapshot.underWay += 1 }
        for case .hangUp in effects { snapshot.underWay += 1 }
        for case .transfer in effects { snapshot.underWay += 1 }
        return effects
    }

    private mutating func react(to input: BoardInput, now: Timestamp) -> [BoardEffect] {
        switch input {
        case .command(.place(let ref, let call, let allowRepeat)):
            return place(ref, call, allowRepeat: allowRepeat, now: now)
        case .command(.hangUp(let key, let cause, let reason)):
            return hangUp(snapshot.resolve(key), cause: cause, reason: reason, now: now)
        case .command(.takeBackHangUp(let key)): return takeBackHangUp(snapshot.resolve(key), now: now)
        case .command(.transfer(let key, let request)): return transfer(snapshot.resolve(key), request, now: now)
        case .command(.settle(let key, let settlement)): return settle(snapshot.resolve(key), settlement, now: now)
        case .command(.placeAgain(let key, let ref)): return placeAgain(snapshot.resolve(key), as: ref, now: now)
        case .recorded(let ref, let failure): return recorded(ref, failure: failure, now: now)
        case .notAdmitted(let ref, let reason):
            unrecorded.remove(ref)
            again[ref] = nil
            snapshot.underWay -= 1
            return decided(ref, .notSent(reason), now: now)
        case .outcome(let ref, let outcome):
            snapshot.underWay -= 1
            return decided(ref, outcome, now: now)
        case .begun(let ref, let call):
            begin(ref, call, now: now)
            return []
        case .begunOutcome(let ref, let outcome):
            snapshot.underWay -= 1
            guard let key = join(CallFacts(outcome: outcome, ref: ref, at: now), now: now) else { return [] }
            return pendingHangUp(key, now: now)
        case .hangUpOutcome(let key, let outcome):
            snapshot.underWay -= 1
            return hungUp(snapshot.resolve(key), outcome, now: now)
        case .hangUpKept(let key, let at, let failure):
            return hangUpKept(snapshot.resolve(key), at: at, failure: failure, now: now)
        case .adopted(let adopted): return adopted.flatMap { adopt($0, now: now) }
        case .notSettled(let line, let error): return notSettled(line, error, now: now)
        case .transferOutcome(let key, let request, let outcome):
            snapshot.underWay -= 1
            transferDecided(snapshot.resolve(key), request, outcome, now: now)
            return []
        case .webhook(let payload): return webhook(payload, now: now)
        case .lines(let lines, let operators):
            let effects = lines.flatMap { follow($0, now: now) }
            for (ref, name) in operators { note(name, placed: ref) }
            return effects + adoptUnmatched(now: now)
        case .restored(let calls):
            for stored in calls { restore(stored, now: now) }
            return []
        case .polled(let at):
            snapshot.lastPoll = max(snapshot.lastPoll ?? at, at)
            return []
        case .feed(let feed):
            snapshot.feed = feed
            return []
        case .confirmed(let key):
            hear(snapshot.resolve(key))
            return []
        case .tick:
            retireEnded()
            return expireHangUps(now: now)
        case .note(let level, let text):
            tell(level, text, now: now)
            return []
        }
    }

    // MARK: Placing

    private mutating func place(_ ref: CallRef, _ call: AICall, allowRepeat: Bool, now: Timestamp) -> [BoardEffect] {
        let key = CallKey(ref)
        guard snapshot.calls[key] == nil else { return [] }
        if !allowRepeat, case .busy(let by) = snapshot.availability(of: call.toNumber, at: steady) {
            tell(.warning, "not placed: \(call.toNumber) \(by.words)", about: by.call.key, now: now)
            return []
        }
        guard let row = join(CallFacts(intent: call, ref: ref, at: now), now: now) else { return [] }
        snapshot.calls[row]?.request = call
        snapshot.calls[row]?.operator = `operator`
        unrecorded.insert(ref)
        return [.record(ref, call, allowsBusy: allowRepeat)]
    }

    /// Puts a placement up that was admitted before the board had it.
    private mutating func begin(_ ref: CallRef, _ call: AICall, now: Timestamp) {
        snapshot.underWay += 1
        guard let row = join(CallFacts(intent: call, ref: ref, at: now), now: now) else { return }
        snapshot.calls[row]?.request = call
        snapshot.calls[row]?.operator = `operator`
    }

    private mutating func recorded(_ ref: CallRef, failure: String?, now: Timestamp) -> [BoardEffect] {
        guard unrecorded.remove(ref) != nil else { return [] }
        let doubtful = again.removeValue(forKey: ref)
        guard let failure else {
            // What does not leave has its outcome from the dialer, as what does.
            if let doubtful, !disown(doubtful, for: ref, now: now) { return [] }
            let key = snapshot.resolve(CallKey(ref))
            guard let request = snapshot.calls[key]?.request else { return [] }
            return [.send(ref, request)] + keepHangUp(key, now: now)
        }
        snapshot.underWay -= 1
        return decided(ref, .notSent(NotSent(reason: .notRecorded(failure), attempts: 0)), now: now)
    }

    private mutating func decided(_ ref: CallRef, _ outcome: Outcome<Acceptance>, now: Timestamp) -> [BoardEffect] {
        guard let key = join(CallFacts(outcome: outcome, ref: ref, at: now), now: now) else { return [] }
        let to = snapshot.calls[key]?.to ?? "?"
        switch outcome {
        case .accepted: tell(.info, "call placed to \(to)", about: key, now: now)
        case .unknown where snapshot.calls[key]?.isInDoubt == false:
            tell(.info, "call placed to \(to): the answer was lost, but events confirm the call", about: key, now: now)
        case .unknown(let doubt):
            // What matters first: a narrow status line shows no more than that.
            tell(.error, "call to \(to): in doubt, not repeated (see its details). \(doubt)", about: key, now: now)
        case .refused(let refusal): tell(.error, "call to \(to): \(refusal)", about: key, now: now)
        case .notSent(let reason): tell(.error, "call to \(to): \(reason)", about: key, now: now)
        case .invalid(let error): tell(.error, "call to \(to): \(error)", about: key, now: now)
        }
        return pendingHangUp(key, now: now)
    }

    // MARK: Events

    mutating func webhook(_ payload: WebhookPayload, now: Timestamp) -> [BoardEffect] {
        switch payload {
        case .unreadable(let why):
            noteUnreadableWebhook(why, at: now, now: now)
            return []
        case .events(let events):
            snapshot.lastWebhook = now
            return events.flatMap { event -> [BoardEffect] in
                let doubts = snapshot.counts.unknown
                guard let key = add(CallFacts(event), at: now) else { return [] }
                hear(key)
                // Else the status line would go on warning of a doubt that is no more.
                if snapshot.counts.unknown < doubts, let call = snapshot.calls[key] {
                    let words = "the call to \(call.to ?? "?") is no longer in doubt: it is \(call.stage.word)"
                    tell(.info, words, about: key, now: now)
                }
                return pendingHangUp(key, now: now)
            }
        }
    }

    /// A webhook that cannot be read is told and counted, and is no news of any call.
    /// - Parameter at: when it came.
    mutating func noteUnreadableWebhook(_ why: String, at: Timestamp, now: Timestamp) {
        snapshot.unreadableWebhooks.count += 1
        snapshot.unreadableWebhooks.last = max(snapshot.unreadableWebhooks.last ?? at, at)
        // Where every webhook is like that, one line a minute says as much as one for each.
        if let told = snapshot.unreadableWebhooks.toldAt, now - told < .seconds(60) { return }
        snapshot.unreadableWebhooks.toldAt = now
        tell(
            .warning,
            "a webhook could not be read: \(why). No call was changed; the webhook is in the journal as it came",
            now: now
        )
    }

    // MARK: Rows

    /// Joins facts into the call that they are about, which is found by their ids or made.
    @discardableResult
    mutating func join(_ facts: CallFacts, now: Timestamp) -> CallKey? {
        let identities = facts.identities
        var keys = Set(identities.compactMap { index[$0] }.map { snapshot.resolve($0) })
        // Ids that point at two calls placed here contradict each other. Such calls are never made one; the strongest
        // id decides whose event it is.
        let placedHere = Set(keys.flatMap { snapshot.calls[$0]?.facts.refs ?? [] }).union(facts.refs)
        if placedHere.count > 1, let strongest = identities.compactMap({ index[$0] }).first {
            tell(.warning, "an event has the ids of two calls; it was counted for one", now: now)
            keys = [snapshot.resolve(strongest)]
            var ours = facts
            ours.refs = []
            join(ours, into: snapshot.resolve(strongest), now: now)
            return snapshot.resolve(strongest)
        }

        let survivor = (keys + identities.map { CallKey($0) }).min() ?? CallKey(identities[0])
        if keys.isEmpty {
            let call = Call(key: survivor, facts: facts, seenAt: now)
            add(call, now: now)
            if case .ended(let end) = call.stage { snapshot.ends.count(end) }
        }
        for key in keys.sorted() where key != survivor { rename(key, to: survivor, now: now) }
        join(facts, into: survivor, now: now)
        for identity in identities { index[identity] = survivor }
        return survivor
    }

    mutating func join(_ facts: CallFacts, into key: CallKey, now: Timestamp) {
        guard let call = snapshot.calls[key] else { return }
        var whole = call.merging(facts)
        // Lines of a journal can be added in another order than they were written in.
        whole.seenAt = min(call.seenAt, now)
        replace(call, with: whole, now: now)
    }

    mutating func add(_ call: Call, now: Timestamp) {
        var call = call
        if call.isEnded { call.endSeenAt = steady }
        call.measure(now: now, steady: steady)
        snapshot.put(call)
        snapshot.order.append(call.key)
        count(call, by: 1)
    }

    /// Two rows are one call: the row `old` becomes `new`, or is folded into it.
    private mutating func rename(_ old: CallKey, to new: CallKey, now: Timestamp) {
        guard var moving = snapshot.remove(old) else { return }
        snapshot.aliases[old] = new
        guard let standing = snapshot.calls[new] else {
            moving.key = new
            snapshot.put(moving)
            if let row = snapshot.order.firstIndex(of: old) { snapshot.order[row] = new }
            if let place = retired.firstIndex(of: old) { retired[place] = new }
            return
        }
        if standing.isRetired, !moving.isRetired {
            // A row that is being looked at stays in its place, though its call turns out to be one that ended before.
            if let row = snapshot.order.firstIndex(of: old) { snapshot.order[row] = new }
            retired.removeAll { $0 == new }
        } else {
            snapshot.order.removeAll { $0 == old }
        }
        retired.removeAll { $0 == old }
        if !moving.isRetired { count(moving, by: -1) }
        var whole = standing.merging(moving.facts)
        if standing.isRetired, !moving.isRetired {
            whole.isRetired = false
            whole.endSeenAt = steady
        }
        whole.request = standing.request ?? moving.request
        whole.operator = standing.operator ?? moving.operator
        whole.seenAt = min(standing.seenAt, moving.seenAt)
        whole.take(moving.local)
        if moving.transferState == .sending { whole.transferState = .sending }
        // A hang-up that is on its way for either is on its way for both.
        if moving.hangUp.progress > standing.hangUp.progress { whole.takeHangUp(of: moving) }
        replace(standing, with: whole, isEndKnown: moving.isEnded, now: now)
    }

    /// - Parameter isEndKnown: whether the call's end was counted, though it is not the old row's.
    private mutating func replace(_ old: Call, with new: Call, isEndKnown: Bool = false, now: Timestamp) {
        var new = new
        new.measure(now: now, steady: steady)
        if case .ended(let end) = new.stage, !old.isEnded, !isEndKnown { snapshot.ends.count(end) }
        if new.isEnded {
            new.endSeenAt = new.endSeenAt ?? steady
        } else {
            // A placement that was refused, and an event tells that it rings all the same: it belongs on the board.
            new.endSeenAt = nil
            if new.isRetired { bringBack(&new) }
            if new.facts.takenBack != old.facts.takenBack {
                let words = "the call to \(new.to ?? "?") is as before: its settlement was taken back"
                tell(.warning, words, about: new.key, now: now)
            } else if old.isEnded {
                tell(
                    .warning,
                    "the call to \(new.to ?? "?") is up after all, says the platform",
                    about: new.key,
                    now: now
                )
            }
        }
        snapshot.put(new)
        if !old.isRetired { count(old, by: -1) }
        if !new.isRetired { count(new, by: 1) }
    }

    private mutating func bringBack(_ call: inout Call) {
        call.isRetired = false
        retired.removeAll { [key = call.key] in $0 == key }
        snapshot.order.append(call.key)
    }

    private mutating func count(_ call: Call, by step: Int) {
        switch call.stage {
        case .placing: snapshot.counts.placing += step
        case .queued: snapshot.counts.queued += step
        case .ringing: snapshot.counts.ringing += step
        case .talking: snapshot.counts.talking += step
        case .unknown: snapshot.counts.unknown += step
        case .ended: snapshot.counts.ended += step
        }
        if call.callerWasLost { snapshot.counts.lost += step }
    }

    /// Something was heard of a call.
    mutating func hear(_ key: CallKey) { snapshot.calls[key]?.local.heardAt = steady }

    /// Takes the calls that ended a while ago out of the rows.
    private mutating func retireEnded() {
        guard snapshot.counts.ended > 0 else { return }
        let leaving = snapshot.order.filter { key in
            // By our own steady clock: a call that ended is shown for a while, whatever other clocks say.
            guard let seen = snapshot.calls[key]?.endSeenAt else { return false }
            return steady - seen >= endedStay
        }
        guard !leaving.isEmpty else { return }
        let gone = Set(leaving)
        snapshot.order.removeAll { gone.contains($0) }
        for key in leaving {
            guard var call = snapshot.calls[key] else { continue }
            count(call, by: -1)
            call.isRetired = true
            snapshot.calls[key] = call
        }
        retired.append(contentsOf: leaving)
        forgetOldest()
    }

    private mutating func forgetOldest() {
        let excess = retired.count - retiredLimit
        guard excess > 0 else { return }
        for key in retired.prefix(excess) {
            guard let call = snapshot.remove(key) else { continue }
            // An identity may still lead to the row by a key that it had before.
            for identity in call.facts.identities where index[identity].map({ snapshot.resolve($0) }) == key {
                index[identity] = nil
            }
        }
        retired.removeFirst(excess)
        let known = snapshot
        snapshot.aliases = snapshot.aliases.filter { known.call($0.key) != nil }
    }

    mutating func tell(
        _ level: BoardMessage.Level,
        _ text: String,
        about key: CallKey? = nil,
        now: Timestamp
    ) {
        messageCount += 1
        snapshot.messages.append(BoardMessage(id: messageCount, at: now, level: level, text: text, call: key))
        if snapshot.messages.count > BoardSnapshot.messageLimit { snapshot.messages.removeFirst() }
    }
}
