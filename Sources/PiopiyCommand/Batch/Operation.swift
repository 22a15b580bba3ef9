import Piopiy

/// What an operation was answered with.
struct OperationReceipt: Sendable {
    var status: Int
    var requestID: RequestID?
    var callID: CallID?
    var alreadyEnded = false
    var joined = false
    var result: JSONValue?
}

/// One operation by its name in the SDK.
struct Operation: Sendable {
    private enum Kind: Sendable {
        case aiCall(AICall)
        case hangUp(HangUp)
    }

    let name: String
    private var kind: Kind

    init(name: String, arguments: JSONValue) throws(ValidationError) {
        self.name = name
        switch name {
        case "ai.call": kind = .aiCall(try AICall(json: arguments))
        case "ai.hangup", "voice.hangup": kind = .hangUp(try HangUp(json: arguments))
        default:
            throw ValidationError(field: "op", "is not known; it takes ai.call, ai.hangup or voice.hangup")
        }
    }

    var request: APIRequest {
        switch kind {
        case .aiCall(let call): call.request
        case .hangUp(let hangUp): hangUp.request
        }
    }

    var toNumber: PhoneNumber? { if case .aiCall(let call) = kind { call.toNumber } else { nil } }
    var callID: CallID? { if case .hangUp(let hangUp) = kind { hangUp.callID } else { nil } }
    var isPlacement: Bool { if case .aiCall = kind { true } else { false } }

    func with(_ key: String, _ value: VariableValue) throws(ValidationError) -> Operation {
        guard case .aiCall(let call) = kind else { return self }
        var operation = self
        operation.kind = .aiCall(try call.with(key, value))
        return operation
    }

    func perform(with client: RestClient) async -> Outcome<OperationReceipt> {
        switch kind {
        case .aiCall(let call):
            await client.ai.call(call).map {
                OperationReceipt(status: $0.status, requestID: $0.requestID, callID: $0.callID)
            }
        case .hangUp(let hangUp):
            await client.voice.hangup(hangUp).map {
                OperationReceipt(status: $0.status, requestID: $0.requestID, alreadyEnded: $0.alreadyEnded)
            }
        }
    }
}

extension Outcome {
    fileprivate func map<Other>(_ transform: (Value) -> Other) -> Outcome<Other> {
        switch self {
        case .invalid(let error): .invalid(error)
        case .notSent(let reason): .notSent(reason)
        case .accepted(let value): .accepted(transform(value))
        case .refused(let refusal): .refused(refusal)
        case .unknown(let doubt): .unknown(doubt)
        }
    }
}
