import Piopiy

/// What the board asks of the platform. ``Piopiy/RestClient`` is one; tests have their own.
public protocol CallPlatform: Sendable {
    func place(_ call: AICall) async -> Outcome<Acceptance>
    func hangUp(_ hangUp: HangUp) async -> Outcome<ActionReceipt>
    func transfer(_ transfer: CallTransferRequest) async -> Outcome<TransferReceipt>
}

extension RestClient: CallPlatform {
    public func place(_ call: AICall) async -> Outcome<Acceptance> { await ai.call(call) }
    public func hangUp(_ hangUp: HangUp) async -> Outcome<ActionReceipt> { await voice.hangup(hangUp) }
    public func transfer(_ transfer: CallTransferRequest) async -> Outcome<TransferReceipt> {
        switch transfer {
        case .warm(let transfer): await calls.warmTransfer(transfer)
        case .blind(let transfer): await calls.blindTransfer(transfer)
        }
    }
}
