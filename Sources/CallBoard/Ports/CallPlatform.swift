import Piopiy

/// What the ``Dialer`` asks of the platform. ``Piopiy/RestClient`` is one; tests have their own.
///
/// Nobody else can: an ``AdmittedPlacement`` and a ``DialPermit`` are made by the dialer alone.
public protocol CallPlatform: Sendable {
    /// Sends a placement before its deadline.
    func place(_ placement: AdmittedPlacement) async -> Outcome<Acceptance>
    func hangUp(_ hangUp: HangUp, _ permit: DialPermit) async -> Outcome<ActionReceipt>
    func transfer(_ transfer: CallTransferRequest, _ permit: DialPermit) async -> Outcome<TransferReceipt>
    /// Does an operation that places no call.
    func perform(_ operation: Operation, _ permit: DialPermit) async -> Outcome<OperationReceipt>
}

extension RestClient: CallPlatform {
    public func place(_ placement: AdmittedPlacement) async -> Outcome<Acceptance> {
        await placement.placement.operation.place(with: sending(under: placement.permit))
    }

    public func hangUp(_ hangUp: HangUp, _ permit: DialPermit) async -> Outcome<ActionReceipt> {
        await voice.hangup(hangUp)
    }

    public func transfer(_ transfer: CallTransferRequest, _ permit: DialPermit) async -> Outcome<TransferReceipt> {
        switch transfer {
        case .warm(let transfer): await calls.warmTransfer(transfer)
        case .blind(let transfer): await calls.blindTransfer(transfer)
        }
    }

    public func perform(_ operation: Operation, _ permit: DialPermit) async -> Outcome<OperationReceipt> {
        await operation.perform(with: self)
    }
}
