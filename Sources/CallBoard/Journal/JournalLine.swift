import Piopiy

/// One line of the journal: something that was asked for, that came of it, or that the platform told.
///
/// Lines are only ever added. What a call is follows from all its lines, in whatever order they are read, so that several
/// consoles on one journal agree without asking each other.
public struct JournalLine: Hashable, Sendable {
    /// What sort of line it is. The raw value is what is stored.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A call is about to be placed.
        case intent
        /// A call whose placement the platform did not act on is about to be placed once more.
        case readmitted
        /// What came of placing it.
        case outcome
        /// A hang-up is about to be sent.
        case hangUp = "hangup"
        case hangUpOutcome = "hangup_outcome"
        /// How a hang-up stands that was asked for before the call's id was known.
        case hangUpWaiting = "hangup_waiting"
        /// A transfer is about to be sent.
        case transfer
        case transferOutcome = "transfer_outcome"
        /// A webhook, as it came.
        case event
        /// A webhook that could not be read, as it came.
        case unreadable
        /// What asking the platform for a call's or a transfer's state told.
        case poll
        /// A CDR that was asked for.
        case record
        /// The operator's word on a call of which nobody knew whether it was placed.
        case settlement
    }

    public var kind: Kind
    /// By this machine's clock.
    public var at: Timestamp
    /// The call that it is about, when it was placed by a console or command.
    public var ref: CallRef?
    public var callID: CallID?
    public var requestID: RequestID?
    /// The called number.
    public var number: String?
    /// A webhook's bytes as they came; of other lines JSON for people: the request, the outcome, cause and reason.
    public var body: [UInt8]
    /// What it adds to its call, as JSON; `nil` for a webhook, whose body says it.
    public var facts: [UInt8]?

    public init(
        kind: Kind,
        at: Timestamp,
        ref: CallRef? = nil,
        callID: CallID? = nil,
        requestID: RequestID? = nil,
        number: String? = nil,
        body: [UInt8] = [],
        facts: [UInt8]? = nil
    ) {
        self.kind = kind
        self.at = at
        self.ref = ref
        self.callID = callID
        self.requestID = requestID
        self.number = number
        self.body = body
        self.facts = facts
    }

    init(_ kind: Kind, at: Timestamp, facts: CallFacts, body: JSONValue = .object([:])) {
        self.init(
            kind: kind,
            at: at,
            ref: facts.refs.min(),
            callID: facts.ownIDs.keys.min(),
            requestID: facts.requestIDs.min(),
            number: facts.to.value,
            body: (try? body.bytes()) ?? [],
            facts: try? facts.json.bytes()
        )
    }

    /// True for an operator's statement that a call was not placed.
    package var saysNotPlaced: Bool {
        guard kind == .settlement, let json = try? JSONValue(parsing: body) else { return false }
        return json["settled"]?.string == Settlement.wasNotPlaced.word
    }

    /// Why a webhook could not be read.
    var whyUnreadable: String {
        if case .unreadable(let why) = WebhookDecoder.decode(body, receivedAt: at) { return why }
        // Another version of this program could not read what this one can.
        return "the program that received it could not read it"
    }

    /// What the line says of calls: one for each, several for a webhook that held an array.
    var told: [CallFacts] {
        if let facts {
            guard let json = try? JSONValue(parsing: facts) else { return [] }
            return [CallFacts(json: json)]
        }
        guard kind == .event, case .events(let events) = WebhookDecoder.decode(body, receivedAt: at) else { return [] }
        return events.map { CallFacts($0) }
    }
}

extension JournalLine {
    /// A webhook, readable or not.
    /// - Parameter body: the bytes as they came.
    public static func webhook(_ payload: WebhookPayload, body: [UInt8], at: Timestamp) -> JournalLine {
        guard case .events(let events) = payload, let first = events.first else {
            return JournalLine(kind: .unreadable, at: at, body: body)
        }
        return JournalLine(
            kind: .event,
            at: at,
            ref: first.variables[CallRef.variableName]?.looseText.flatMap { CallRef($0) },
            callID: first.callID,
            requestID: first.requestID,
            number: first.to,
            body: body
        )
    }

    /// A call that is about to be placed.
    package static func intent(_ call: AICall, ref: CallRef, at: Timestamp) -> JournalLine {
        JournalLine(.intent, at: at, facts: CallFacts(intent: call, ref: ref, at: at), body: call.request.record)
    }

    /// A placement that leaves once more, as the platform did not act on it.
    package static func readmitted(_ ref: CallRef, at: Timestamp) -> JournalLine {
        var facts = CallFacts(note: "placing once more", at: at)
        facts.refs = [ref]
        return JournalLine(.readmitted, at: at, facts: facts)
    }

    /// A request that places a call, whatever its kind.
    package static func intent(request: APIRequest, ref: CallRef, at: Timestamp) -> JournalLine {
        JournalLine(.intent, at: at, facts: CallFacts(request: request, ref: ref, at: at), body: request.record)
    }

    /// What came of placing a call.
    public static func outcome(_ outcome: Outcome<Acceptance>, ref: CallRef, at: Timestamp) -> JournalLine {
        JournalLine(
            .outcome,
            at: at,
            facts: CallFacts(outcome: outcome, ref: ref, at: at),
            body: outcome.record { acceptance in
                var members: [String: JSONValue] = ["status": .integer(acceptance.status)]
                members["request_id"] = acceptance.requestID.map { .string($0.text) }
                members["call_id"] = acceptance.callID.map { .string($0.text) }
                members["message"] = acceptance.message.map { .string($0) }
                return members
            }
        )
    }

    /// A hang-up that is about to be sent.
    public static func hangUp(_ id: CallID, cause: String, reason: String?, at: Timestamp) -> JournalLine {
        var facts = CallFacts(note: "hang-up sent (\(cause))", at: at)
        facts.ownIDs = [id: Earliest(at)]
        var body: [String: JSONValue] = ["cause": .string(cause)]
        body["reason"] = reason.map { .string($0) }
        return JournalLine(.hangUp, at: at, facts: facts, body: .object(body))
    }

    /// What came of a hang-up.
    public static func hangUpOutcome(_ outcome: Outcome<ActionReceipt>, of id: CallID, at: Timestamp) -> JournalLine {
        var facts = CallFacts(hangUp: outcome, at: at)
        facts.ownIDs = [id: Earliest(at)]
        let body = outcome.record { ["status": .integer($0.status), "already_ended": .bool($0.alreadyEnded)] }
        return JournalLine(.hangUpOutcome, at: at, facts: facts, body: body)
    }

    /// How a hang-up stands that was asked for before the call's id was known.
    /// - Parameter facts: of the call: our own id of it, or that of its request, is known.
    static func waitingHangUp(_ waiting: WaitingHangUp, of facts: CallFacts, at: Timestamp) -> JournalLine {
        var said = CallFacts(waiting, at: at)
        said.refs = facts.refs
        said.requestIDs = facts.requestIDs
        var body: [String: JSONValue] = ["hangup": .string(waiting.step.word)]
        body["cause"] = waiting.cause.map { .string($0) }
        body["reason"] = waiting.reason.map { .string($0) }
        return JournalLine(.hangUpWaiting, at: at, facts: said, body: .object(body))
    }

    /// A hang-up that waits, and whose process has ended.
    package static func adoptedHangUp(_ adopted: AdoptedHangUp) -> JournalLine {
        waitingHangUp(adopted.waiting, of: adopted.named, at: adopted.at)
    }

    /// The waiting hang-up that a line is about: whether it is still to be sent, its cause, reason and request ids.
    package var hangUpWish: (isOpen: Bool, cause: String?, reason: String?, requestIDs: Set<RequestID>)? {
        guard kind == .hangUpWaiting, let facts = told.first, let waiting = facts.waitingHangUp.value else {
            return nil
        }
        return (waiting.step == .asked, waiting.cause, waiting.reason, facts.requestIDs)
    }

    /// Something that was asked of a call, whatever it is.
    public static func action(
        _ kind: Kind,
        _ request: APIRequest,
        of id: CallID,
        words: String,
        at: Timestamp
    ) -> JournalLine {
        var facts = CallFacts(note: CallFacts.bounded(words), at: at)
        facts.ownIDs = [id: Earliest(at)]
        return JournalLine(kind, at: at, facts: facts, body: request.record)
    }

    /// A transfer that is about to be sent.
    public static func transfer(_ transfer: CallTransferRequest, at: Timestamp) -> JournalLine {
        var facts = CallFacts(note: "\(transfer.words) sent", at: at)
        facts.ownIDs = [transfer.callID: Earliest(at)]
        return JournalLine(.transfer, at: at, facts: facts, body: transfer.request.record)
    }

    /// What came of a transfer's being asked for.
    public static func transferOutcome(
        _ outcome: Outcome<TransferReceipt>,
        of transfer: CallTransferRequest,
        at: Timestamp
    ) -> JournalLine {
        let body = outcome.record { receipt in
            var members: [String: JSONValue] = ["status": .integer(receipt.status), "joined": .bool(receipt.joined)]
            members["request_id"] = receipt.requestID.map { .string($0.text) }
            return members
        }
        return JournalLine(
            .transferOutcome,
            at: at,
            facts: CallFacts(transfer: transfer, outcome: outcome, at: at),
            body: body
        )
    }

    /// How a transfer stands, as the platform told when it was asked.
    public static func transferStatus(_ status: TransferStatus, of id: CallID, at: Timestamp) -> JournalLine {
        JournalLine(.poll, at: at, facts: CallFacts(status, of: id, at: at), body: status.json)
    }

    /// How a call stands, as the platform told when it was asked.
    public static func callStatus(_ status: CallStatus, of id: CallID, at: Timestamp) -> JournalLine {
        let body: JSONValue =
            switch status {
            case .up(let call): call.json
            case .ended: ["ended": true]
            }
        return JournalLine(.poll, at: at, facts: CallFacts(status, of: id, at: at), body: body)
    }

    /// A record that the platform was asked for.
    public static func record(_ record: CallRecord, at: Timestamp) -> JournalLine {
        JournalLine(.record, at: at, facts: CallFacts(record, heardAt: at), body: record.json)
    }

    /// The record of a leg that a look-up told.
    /// - Parameter lookup: by what it was asked for: the record itself need not name the call.
    public static func record(_ record: LegRecord, by lookup: CallLookup, at: Timestamp) -> JournalLine {
        JournalLine(.record, at: at, facts: CallFacts(record, by: lookup, heardAt: at), body: record.json)
    }

    /// The operator's word on a call in doubt.
    public static func settlement(_ settlement: Settlement, of ref: CallRef, at: Timestamp) -> JournalLine {
        JournalLine(
            .settlement,
            at: at,
            facts: CallFacts(settlement, ref: ref, at: at),
            body: settlement.record
        )
    }

    /// A call counts as ended, though nobody has said so.
    /// - Parameter why: in words, for its timeline.
    public static func gone(_ call: Call, why: String, at: Timestamp) -> JournalLine {
        JournalLine(.poll, at: at, facts: CallFacts(gone: call.facts, why: why, at: at), body: ["gone": .string(why)])
    }
}

extension APIRequest {
    /// As the journal keeps it.
    fileprivate var record: JSONValue {
        var members: [String: JSONValue] = ["method": .string(method.rawValue), "path": .string(path)]
        members["body"] = body
        return .object(members)
    }
}

extension Outcome {
    /// As the journal keeps it.
    fileprivate func record(_ accepted: (Value) -> [String: JSONValue]) -> JSONValue {
        var members: [String: JSONValue] = [:]
        switch self {
        case .accepted(let value): members = accepted(value)
        case .invalid(let error): members["message"] = .string("\(error)")
        case .notSent(let reason):
            members["code"] = .string(reason.code)
            members["message"] = .string("\(reason)")
        case .refused(let refusal):
            members["status"] = .integer(refusal.status)
            members["code"] = refusal.code.map { .string($0) }
            members["message"] = .string("\(refusal)")
        case .unknown(let doubt):
            members["status"] = doubt.status.map { .integer($0) }
            members["code"] = .string(doubt.code)
            members["message"] = .string("\(doubt)")
        }
        members["outcome"] = .string(name)
        return .object(members)
    }
}
