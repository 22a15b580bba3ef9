import Piopiy

/// Facts as they are kept: JSON with short keys, where what is not known is left out.
///
/// Reading is lenient, as a journal can hold what an older or a newer version wrote: a key that is not known, or a value
/// that does not fit, is passed over, and the rest is read.
extension CallFacts {
    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        func put(_ key: String, _ texts: some Sequence<String>) {
            let sorted = texts.sorted()
            if !sorted.isEmpty { members[key] = .array(sorted.map { .string($0) }) }
        }
        put("refs", refs.map(\.text))
        put("req", requestIDs.map(\.text))
        put("oth", otherIDs.map(\.text))
        put("conv", conversationIDs)
        put("ends", ends.map(\.rawValue))
        if !ownIDs.isEmpty {
            members["ids"] = .object(
                Dictionary(uniqueKeysWithValues: ownIDs.map { ($0.key.text, Self.json($0.value)) })
            )
        }
        members["from"] = Self.json(from) { .string($0) }
        members["to"] = Self.json(to) { .string($0) }
        members["agent"] = Self.json(agentID) { .string($0) }
        members["dir"] = Self.json(direction) { .string($0) }
        members["rec"] = Self.json(recording) { .string($0) }
        members["vars"] = Self.json(variables) { .string($0) }
        members["talk"] = Self.json(talkSeconds) { .number($0) }
        members["rate"] = Self.json(rate) { .number($0) }
        if !placement.isEmpty { members["pl"] = .integer(Int(placement.rawValue)) }
        for (key, path) in Self.moments where self[keyPath: path].at != nil {
            members[key] = Self.json(self[keyPath: path])
        }
        for (key, path) in Self.newest {
            if let at = self[keyPath: path].at { members[key] = .integer(Int(at.milliseconds)) }
        }
        members["leg"] = Self.json(secondLeg)
        members["hw"] = Self.json(waitingHangUp)
        let told = legs.compactMapValues { Self.json($0) }
        if !told.isEmpty { members["legs"] = .object(told) }
        if !transfers.isEmpty {
            members["tr"] = .object(
                Dictionary(uniqueKeysWithValues: transfers.map { ($0.key.text, $0.value.json) })
            )
        }
        if !timeline.entries.isEmpty {
            members["tl"] = .array(
                timeline.entries.map {
                    [.integer(Int($0.at.milliseconds)), .integer($0.teller.rawValue), .string($0.text)]
                }
            )
        }
        return .object(members)
    }

    init(json: JSONValue) {
        self.init()
        func texts(_ key: String) -> [String] { json[key]?.array?.compactMap(\.string) ?? [] }
        refs = Set(texts("refs").compactMap { CallRef($0) })
        requestIDs = Set(texts("req").map { RequestID($0) })
        otherIDs = Set(texts("oth").map { CallID($0) })
        conversationIDs = Set(texts("conv"))
        ends = Set(texts("ends").compactMap { EndClaim(rawValue: $0) })
        for (id, at) in json["ids"]?.object ?? [:] { ownIDs[CallID(id)] = Earliest(Self.moment(at)) }
        from = Self.ranked(json["from"], \.string)
        to = Self.ranked(json["to"], \.string)
        agentID = Self.ranked(json["agent"], \.string)
        direction = Self.ranked(json["dir"], \.string)
        recording = Self.ranked(json["rec"], \.string)
        variables = Self.ranked(json["vars"], \.string)
        talkSeconds = Self.ranked(json["talk"], \.looseNumber)
        rate = Self.ranked(json["rate"], \.looseNumber)
        if case .integer(let raw) = json["pl"], let bits = UInt8(exactly: raw) { placement = Placement(rawValue: bits) }
        for (key, path) in Self.moments { self[keyPath: path] = Earliest(Self.moment(json[key])) }
        for (key, path) in Self.newest { self[keyPath: path] = Newest(Self.moment(json[key])) }
        if let leg = Self.secondLeg(json["leg"]) { secondLeg = leg }
        if let waiting = Self.waitingHangUp(json["hw"]) { waitingHangUp = waiting }
        legs = (json["legs"]?.object ?? [:]).compactMapValues { Self.secondLeg($0) }
        for (id, facts) in json["tr"]?.object ?? [:] { transfers[RequestID(id)] = TransferFacts(json: facts) }
        timeline = Timeline(stored: (json["tl"]?.array ?? []).compactMap(Self.entry))
    }

    private static var moments: [(String, WritableKeyPath<CallFacts, Earliest>)] {
        [
            ("placed", \.placed), ("decided", \.decided), ("created", \.created), ("ring", \.ringing),
            ("ans", \.answered), ("end", \.ended), ("hup", \.hungUp),
        ]
    }

    private static var newest: [(String, WritableKeyPath<CallFacts, Newest>)] {
        [
            ("gone", \.gone), ("alive", \.alive), ("sp", \.saidPlaced), ("sn", \.saidNotPlaced), ("so", \.saidOver),
            ("back", \.takenBack),
        ]
    }

    fileprivate static func json(_ moment: Earliest) -> JSONValue {
        moment.at.map { .integer(Int($0.milliseconds)) } ?? .null
    }

    fileprivate static func moment(_ json: JSONValue?) -> Timestamp? {
        if case .integer(let value) = json { Timestamp(milliseconds: Int64(value)) } else { nil }
    }

    fileprivate static func json<Value>(_ ranked: Ranked<Value>, _ value: (Value) -> JSONValue) -> JSONValue? {
        ranked.entry.map {
            [.integer($0.source.rawValue), .integer(Int($0.at.milliseconds)), value($0.value)]
        }
    }

    fileprivate static func ranked<Value>(_ json: JSONValue?, _ value: (JSONValue) -> Value?) -> Ranked<Value> {
        guard let parts = json?.array, parts.count == 3, case .integer(let raw) = parts[0],
            let source = Source(rawValue: raw), let at = moment(parts[1]), let value = value(parts[2])
        else {
            return Ranked()
        }
        return Ranked(Ranked.Entry(source: source, at: at, value: value))
    }

    private static func json(_ leg: Latest<SecondLeg>) -> JSONValue? {
        guard let at = leg.at, let value = leg.value else { return nil }
        return [.integer(Int(at.milliseconds)), .integer(value.rawValue)]
    }

    private static func secondLeg(_ json: JSONValue?) -> Latest<SecondLeg>? {
        guard let pair = json?.array, pair.count == 2, let at = moment(pair[0]), case .integer(let raw) = pair[1] else {
            return nil
        }
        return SecondLeg(rawValue: raw).map { Latest($0, at: at) }
    }

    private static func json(_ waiting: Latest<WaitingHangUp>) -> JSONValue? {
        guard let at = waiting.at, let value = waiting.value else { return nil }
        return [
            .integer(Int(at.milliseconds)), .integer(value.step.rawValue),
            value.cause.map { .string($0) } ?? .null, value.reason.map { .string($0) } ?? .null,
        ]
    }

    private static func waitingHangUp(_ json: JSONValue?) -> Latest<WaitingHangUp>? {
        guard let parts = json?.array, parts.count == 4, let at = moment(parts[0]), case .integer(let raw) = parts[1],
            let step = WaitingHangUp.Step(rawValue: raw)
        else {
            return nil
        }
        return Latest(WaitingHangUp(step: step, cause: parts[2].string, reason: parts[3].string), at: at)
    }

    private static func entry(_ json: JSONValue) -> TimelineEntry? {
        guard let parts = json.array, parts.count == 3, let at = moment(parts[0]), case .integer(let raw) = parts[1],
            let teller = TimelineEntry.Teller(rawValue: raw), let text = parts[2].string
        else {
            return nil
        }
        return TimelineEntry(at: at, teller: teller, text: text)
    }
}

extension TransferFacts {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = ["p": .integer(progress.rawValue)]
        members["to"] = CallFacts.json(target) { .string($0) }
        members["why"] = CallFacts.json(reason) { .string($0) }
        if asked.at != nil { members["at"] = CallFacts.json(asked) }
        if isBlind { members["blind"] = true }
        if endedCall { members["over"] = true }
        return .object(members)
    }

    fileprivate init(json: JSONValue) {
        self.init()
        if case .integer(let raw) = json["p"] { progress = Progress(rawValue: raw) ?? .queued }
        target = CallFacts.ranked(json["to"], \.string)
        reason = CallFacts.ranked(json["why"], \.string)
        asked = Earliest(CallFacts.moment(json["at"]))
        isBlind = json["blind"] == .bool(true)
        endedCall = json["over"] == .bool(true)
    }
}
