import CallBoard
import Piopiy

/// A platform that is asked nothing.
struct NoPlatform: CallPlatform {
    private static var never: NotSent { NotSent(reason: .cancelled, attempts: 0) }
    func perform(_ operation: Piopiy.Operation, _ permit: DialPermit) async -> Outcome<OperationReceipt> {
        .notSent(Self.never)
    }
    func place(_ placement: AdmittedPlacement) async -> Outcome<Acceptance> { .notSent(Self.never) }
    func hangUp(_ hangUp: HangUp, _ permit: DialPermit) async -> Outcome<ActionReceipt> { .notSent(Self.never) }
    func transfer(_ transfer: CallTransferRequest, _ permit: DialPermit) async -> Outcome<TransferReceipt> {
        .notSent(Self.never)
    }
}
