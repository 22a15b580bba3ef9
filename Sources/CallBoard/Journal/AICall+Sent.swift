import Piopiy

extension AICall {
    /// The call that a request of a journal placed; `nil` for a request of another kind.
    /// - Parameter request: `method`, `path` and `body`.
    init?(sent request: JSONValue) {
        guard let body = request["body"] else { return nil }
        let call: AICall?
        switch request["path"]?.string {
        case "/voice/ai/call": call = try? AICall(json: body)
        // It may be sent again, so it must be the same to the last byte.
        case "/voice/pcmo/call": call = Self.withFailover(body).flatMap { $0.json == body ? $0 : nil }
        default: call = nil
        }
        guard let call else { return nil }
        self = call
    }

    /// A call with a failover, as far as one without options of its own goes.
    private static func withFailover(_ body: JSONValue) -> AICall? {
        guard var members = body.object, let pipeline = body["pipeline"]?.array, pipeline.count == 1 else { return nil }
        let agents = (pipeline[0]["endpoints"]?.array ?? []).compactMap { $0["id"]?.string }
        guard agents.count == 2, let appID = body["app_id"]?.string else { return nil }
        // What is left is as in a call of one agent.
        members["pipeline"] = nil
        members["app_id"] = nil
        members["agent_id"] = .string(agents[0])
        guard let plain = try? AICall(json: .object(members)), let failover = try? Failover(agentID: agents[1]) else {
            return nil
        }
        return try? AICall(
            callerID: plain.callerID.digits,
            toNumber: plain.toNumber.digits,
            agentID: agents[0],
            options: plain.options,
            variables: plain.variables,
            appID: appID,
            failover: failover
        )
    }
}
