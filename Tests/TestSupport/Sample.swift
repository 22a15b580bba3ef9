import Piopiy

/// Numbers and an agent that belong to nobody.
public enum Sample {
    public static let caller = "919999999999"
    public static let number = "918888888888"
    public static let agent = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"

    /// A number with one of the sandbox's magic endings.
    public static func number(_ ending: String) -> String { "91888888" + ending }

    public static func call(
        to number: String = number,
        options: CallOptions? = nil,
        variables: Variables? = nil
    ) throws -> AICall {
        try AICall(callerID: caller, toNumber: number, agentID: agent, options: options, variables: variables)
    }
}
