import Piopiy

/// The form as it is kept between two consoles: what was typed, nothing of where the focus was.
///
/// The destination is left out: a console that was killed just after it placed a call has not yet kept the emptied form, and
/// nobody is to be rung again by a slip.
extension CallForm {
    /// As JSON; `nil` when nothing is in it that would be missed.
    var draft: String? {
        guard var members = members(withDestination: false) else { return nil }
        if isUnfinished { members["unfinished"] = true }
        return try? JSONValue.object(members).text()
    }

    /// As a preset holds it; `nil` when nothing is in it.
    func kept(withDestination: Bool) -> String? {
        members(withDestination: withDestination).flatMap { try? JSONValue.object($0).text() }
    }

    private func members(withDestination: Bool) -> [String: JSONValue]? {
        var members: [String: JSONValue] = [:]
        func put(_ key: String, _ field: TextField) { if !field.isEmpty { members[key] = .string(field.text) } }
        put("caller", caller)
        if withDestination { put("destination", destination) }
        put("agent", agent)
        put("max_duration", maxDuration)
        put("ring_timeout", ringTimeout)
        put("app_id", appID)
        put("failover_agent", failoverAgent)
        if let record = record.value { members["record"] = .bool(record) }
        if showsMore { members["more"] = true }
        let rows = variables.filter { !$0.isEmpty }.map { row -> JSONValue in
            var kept: [String: JSONValue] = ["key": .string(row.key.text), "value": .string(row.value.text)]
            kept["type"] = row.chosenKind.map { .string($0.rawValue) }
            return .object(kept)
        }
        if !rows.isEmpty { members["variables"] = .array(rows) }
        return members.isEmpty ? nil : members
    }

    /// The form that was kept, as a draft or as a preset; an empty one for what is neither.
    init(draft: String) {
        self.init()
        guard let json = try? JSONValue(parsing: draft.utf8), json.object != nil else { return }
        func take(_ key: String, _ field: inout TextField) { if let text = json[key]?.string { field.text = text } }
        take("caller", &caller)
        take("destination", &destination)
        take("agent", &agent)
        take("max_duration", &maxDuration)
        take("ring_timeout", &ringTimeout)
        take("app_id", &appID)
        take("failover_agent", &failoverAgent)
        if case .bool(let recorded) = json["record"] { record = recorded ? .yes : .no }
        showsMore = json["more"] == .bool(true)
        let rows = (json["variables"]?.array ?? []).prefix(Self.variableLimit).map { json in
            var row = VariableRow()
            row.key.text = json["key"]?.string ?? ""
            row.value.text = json["value"]?.string ?? ""
            row.chosenKind = json["type"]?.string.flatMap { VariableRow.Kind(rawValue: $0) }
            return row
        }
        variables = rows + (rows.count < Self.variableLimit ? [VariableRow()] : [])
        focus = caller.isEmpty ? .caller : .destination
        if json["unfinished"] != .bool(true) { begin() }
    }
}
