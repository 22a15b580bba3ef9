import CallBoard
import Piopiy

/// A platform that answers a board as a test wants it: every request is accepted, if it does not say otherwise.
public struct FakePlatform: CallPlatform {
    private let onPlace: @Sendable (AICall) async -> Outcome<Acceptance>
    private let onHangUp: @Sendable (HangUp) async -> Outcome<ActionReceipt>
    private let onTransfer: @Sendable (CallTransferRequest) async -> Outcome<TransferReceipt>

    public init(
        onPlace: @escaping @Sendable (AICall) async -> Outcome<Acceptance> = { _ in Self.accepted },
        onHangUp: @escaping @Sendable (HangUp) async -> Outcome<ActionReceipt> = { _ in Self.hungUp },
        onTransfer: @escaping @Sendable (CallTransferRequest) async -> Outcome<TransferReceipt> = { _ in
            .accepted(TransferReceipt(status: 200, requestID: RequestID("T1")))
        }
    ) {
        self.onPlace = onPlace
        self.onHangUp = onHangUp
        self.onTransfer = onTransfer
    }

    /// A platform of which nobody knows what it did: for tests in which it is asked nothing.
    public static let unknown = FakePlatform(
        onPlace: { _ in .unknown(Doubt(.interrupted)) },
        onHangUp: { _ in .unknown(Doubt(.interrupted)) },
        onTransfer: { _ in .unknown(Doubt(.interrupted)) }
    )

    public static let requestID = RequestID("GQqY2")
    public static let accepted = Outcome.accepted(
        Acceptance(status: 200, requestID: requestID, message: "call_queued")
    )
    public static let hungUp = Outcome.accepted(ActionReceipt(status: 200, alreadyEnded: false))

    public func place(_ placement: AdmittedPlacement) async -> Outcome<Acceptance> {
        guard let call = placement.placement.call else {
            return .invalid(ValidationError(field: "op", "is a placement that no agent holds"))
        }
        return await onPlace(call)
    }

    public func hangUp(_ hangUp: HangUp, _ permit: DialPermit) async -> Outcome<ActionReceipt> {
        await onHangUp(hangUp)
    }

    public func transfer(_ transfer: CallTransferRequest, _ permit: DialPermit) async -> Outcome<TransferReceipt> {
        await onTransfer(transfer)
    }

    public func perform(_ operation: Operation, _ permit: DialPermit) async -> Outcome<OperationReceipt> {
        .accepted(OperationReceipt(status: 200))
    }
}
