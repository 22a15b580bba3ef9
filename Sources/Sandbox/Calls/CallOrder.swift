import Piopiy

/// What a call was asked for, whichever request it was.
struct CallOrder: Sendable {
    /// Which of the platform's requests placed it.
    enum Kind: String, Sendable {
        case ai, pcmo, flow
    }

    let kind: Kind
    let callerID: PhoneNumber
    let toNumber: PhoneNumber
    let agentID: AgentID?
    let appID: String?
    let options: CallOptions?
    let variables: Variables?
    /// Whether anything of it asks for a recording.
    let isRecorded: Bool
    /// Whether nothing in it waits for the person who answered: it is over when it has been played.
    let isPlayedOff: Bool

    init(_ call: AICall) {
        kind = .ai
        callerID = call.callerID
        toNumber = call.toNumber
        agentID = call.agentID
        appID = nil
        options = call.options
        variables = call.variables
        isRecorded = call.options?.record == true
        isPlayedOff = false
    }

    init(_ call: PCMOCall) {
        kind = .pcmo
        callerID = call.callerID
        toNumber = call.toNumber
        agentID = call.agentID ?? Self.firstAgent(call.pipeline)
        appID = call.appID
        options = call.options
        variables = call.variables
        isRecorded = call.options?.record == true || call.pipeline.actions.contains(where: Self.records)
        isPlayedOff = !call.pipeline.actions.contains { action in
            switch action {
            case .connect, .playGetInput, .input: true
            case .play, .param, .record, .hangup: false
            }
        }
    }

    init(_ call: FlowCall) {
        kind = .flow
        callerID = call.callerID
        toNumber = call.toNumber
        agentID = nil
        appID = call.appID
        options = call.options
        variables = call.variables
        isRecorded = call.options?.record == true
        isPlayedOff = false
    }

    private static func firstAgent(_ pipeline: Pipeline) -> AgentID? {
        for case .connect(let connect) in pipeline.actions {
            for case .agent(let id) in connect.endpoints.map(\.target) { return id }
        }
        return nil
    }

    private static func records(_ action: PipelineAction) -> Bool {
        switch action {
        case .record: true
        case .connect(let connect): connect.leg.options?.recording?.enabled == true
        default: false
        }
    }
}
