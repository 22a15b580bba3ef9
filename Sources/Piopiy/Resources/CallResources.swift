/// `RestClient.ai`: calls that AI agents hold.
public struct AIResource: Sendable {
    let requester: Requester

    /// Places a call. It is sent again only while it is certain that the platform did not act.
    public func call(_ call: AICall) async -> Outcome<Acceptance> { await requester.place(call, "ai.call") }

    /// Places a call from values that may be wrong: ``Outcome/invalid(_:)`` then, and nothing is sent.
    public func call(
        callerID: String,
        toNumber: String,
        agentID: String,
        options: CallOptions? = nil,
        variables: Variables? = nil
    ) async -> Outcome<Acceptance> {
        do throws(ValidationError) {
            return await self.call(
                try AICall(
                    callerID: callerID,
                    toNumber: toNumber,
                    agentID: agentID,
                    options: options,
                    variables: variables
                )
            )
        } catch {
            return .invalid(error)
        }
    }

    /// Lets a call go on in another pipeline, as ``PCMOResource/transfer(_:)`` does.
    public func transfer(_ transfer: PipelineTransfer) async -> Outcome<TransferReceipt> {
        await requester.transfer(transfer, "ai.transfer")
    }

    /// Ends a call, as ``VoiceResource/hangup(_:)`` does.
    public func hangup(_ hangUp: HangUp) async -> Outcome<ActionReceipt> { await requester.hangUp(hangUp, "ai.hangup") }
}

/// `RestClient.voice`: calls without an agent, and what can be done to any call.
public struct VoiceResource: Sendable {
    let requester: Requester

    /// Places a call to one number. It is sent again only while it is certain that the platform did not act.
    public func call(_ call: VoiceCall) async -> Outcome<Acceptance> { await requester.place(call, "voice.call") }

    /// Lets a call go on in another pipeline, as ``PCMOResource/transfer(_:)`` does.
    public func transfer(_ transfer: PipelineTransfer) async -> Outcome<TransferReceipt> {
        await requester.transfer(transfer, "voice.transfer")
    }

    /// Ends a call. A call that has ended before is a success. It is repeated within the budget when in doubt.
    public func hangup(_ hangUp: HangUp) async -> Outcome<ActionReceipt> {
        await requester.hangUp(hangUp, "voice.hangup")
    }

    /// Ends a call, from values that may be wrong: ``Outcome/invalid(_:)`` then, and nothing is sent.
    public func hangup(callID: CallID, cause: String? = nil, reason: String? = nil) async -> Outcome<ActionReceipt> {
        do throws(ValidationError) {
            return await hangup(try HangUp(callID: callID, cause: cause, reason: reason))
        } catch {
            return .invalid(error)
        }
    }
}

/// `RestClient.pcmo`: calls that follow a pipeline.
public struct PCMOResource: Sendable {
    let requester: Requester

    /// Places a call. It is sent again only while it is certain that the platform did not act.
    public func call(_ call: PCMOCall) async -> Outcome<Acceptance> { await requester.place(call, "pcmo.call") }

    /// Lets a call go on in another pipeline. It is repeated within the budget when in doubt; a transfer that runs already
    /// (409 `transfer_in_progress`) is joined, which counts as accepted.
    public func transfer(_ transfer: PipelineTransfer) async -> Outcome<TransferReceipt> {
        await requester.transfer(transfer, "pcmo.transfer")
    }
}

/// `RestClient.flow`: calls that follow a flow which the platform keeps.
public struct FlowResource: Sendable {
    let requester: Requester

    /// Places a call. It is sent again only while it is certain that the platform did not act.
    public func call(_ call: FlowCall) async -> Outcome<Acceptance> { await requester.place(call, "flow.call") }
}

extension Requester {
    func place(_ placement: some Placement, _ name: String) async -> Outcome<Acceptance> {
        await perform(
            placement.request,
            name: name,
            about: ["to": placement.toNumber.masked],
            read: AnswerReader.placement
        )
    }

    func transfer(_ transfer: PipelineTransfer, _ name: String) async -> Outcome<TransferReceipt> {
        await perform(
            transfer.request,
            name: name,
            about: ["call": transfer.callID.text],
            read: AnswerReader.transfer
        )
    }

    func hangUp(_ hangUp: HangUp, _ name: String) async -> Outcome<ActionReceipt> {
        await perform(
            hangUp.request,
            name: name,
            about: ["call": hangUp.callID.text],
            read: AnswerReader.hangUp
        )
    }
}
