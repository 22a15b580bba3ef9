import Piopiy

/// Numbers, ids and an agent that belong to nobody.
enum Sample {
    static let agent = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
    static let otherAgent = "7d3f2a10-5b1e-4c55-9d0e-2f6a1c9b8e77"
    static let callID = CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f")

    static func call(to number: String = "918888888888") throws -> AICall {
        try AICall(callerID: "919999999999", toNumber: number, agentID: agent)
    }

    /// A client of a sandbox.
    static func client(_ base: String) throws -> RestClient {
        try RestClient(
            token: Token(validating: "token"),
            .init(baseURL: base, timeouts: Timeouts(answer: .seconds(30)))
        )
    }
}
