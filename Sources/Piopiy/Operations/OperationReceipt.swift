/// What an operation came to, whichever it was.
public struct OperationReceipt: Hashable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The id of the placement, the transfer or the hang-up, when one was told.
    public var requestID: RequestID?
    /// The call, when it is known.
    public var callID: CallID?
    /// The call had ended before the hang-up arrived.
    public var alreadyEnded = false
    /// A transfer was running already, and is the one that ``requestID`` names.
    public var joined = false
    /// What was read, for operations that read.
    public var result: JSONValue?

    public init(status: Int, requestID: RequestID? = nil, callID: CallID? = nil) {
        self.status = status
        self.requestID = requestID
        self.callID = callID
    }
}

extension Operation {
    /// Places the call that it places. An operation that places none is not sent.
    package func place(with client: RestClient) async -> Outcome<Acceptance> {
        switch kind {
        case .aiCall(let call): await client.ai.call(call)
        case .voiceCall(let call): await client.voice.call(call)
        case .pcmoCall(let call): await client.pcmo.call(call)
        case .flowCall(let call): await client.flow.call(call)
        default: .invalid(ValidationError(field: "op", "does not place a call"))
        }
    }

    /// Does it, by the rules of its kind: a placement or a message is never repeated when in doubt.
    public func perform(with client: RestClient) async -> Outcome<OperationReceipt> {
        switch kind {
        case .aiCall(let call): await client.ai.call(call).map(Self.receipt)
        case .voiceCall(let call): await client.voice.call(call).map(Self.receipt)
        case .pcmoCall(let call): await client.pcmo.call(call).map(Self.receipt)
        case .flowCall(let call): await client.flow.call(call).map(Self.receipt)
        case .hangUp(let hangUp): await client.voice.hangup(hangUp).map { receipt($0) }
        case .callHangUp(let hangUp): await client.calls.hangup(hangUp).map { receipt($0) }
        case .pipelineTransfer(let transfer): await client.pcmo.transfer(transfer).map { receipt($0) }
        case .warmTransfer(let transfer): await client.calls.warmTransfer(transfer).map { receipt($0) }
        case .blindTransfer(let transfer): await client.calls.blindTransfer(transfer).map { receipt($0) }
        case .callStatus(let id):
            await client.calls.status(id).map { status in
                switch status {
                case .up(let call): reading(call.json)
                case .ended: reading(["state": "ended"], status: 404)
                }
            }
        case .transferStatus(let id):
            await client.transfers.status(id).map { reading($0.json, requestID: $0.requestID) }
        case .agents: await client.agents.list().map { reading(.array($0.map(\.json))) }
        case .webhook(let registration): await client.webhooks.add(registration).map { receipt($0) }
        case .records(let query): await client.cdr.list(query).map { reading(.array($0.map(\.json))) }
        case .message(let message): await client.messages.send(message).map { OperationReceipt(status: $0.status) }
        }
    }

    /// The receipt of a placement.
    package static func receipt(_ acceptance: Acceptance) -> OperationReceipt {
        OperationReceipt(status: acceptance.status, requestID: acceptance.requestID, callID: acceptance.callID)
    }

    private func receipt(_ receipt: ActionReceipt) -> OperationReceipt {
        var result = OperationReceipt(status: receipt.status, requestID: receipt.requestID, callID: callID)
        result.alreadyEnded = receipt.alreadyEnded
        return result
    }

    private func receipt(_ receipt: TransferReceipt) -> OperationReceipt {
        var result = OperationReceipt(
            status: receipt.status,
            requestID: receipt.requestID,
            callID: receipt.callID ?? callID
        )
        result.joined = receipt.joined
        return result
    }

    private func reading(_ json: JSONValue, status: Int = 200, requestID: RequestID? = nil) -> OperationReceipt {
        var result = OperationReceipt(status: status, requestID: requestID, callID: callID)
        result.result = json
        return result
    }
}
