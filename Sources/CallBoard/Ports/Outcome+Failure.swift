import Piopiy

extension Outcome {
    /// Why it was not accepted; `nil` when it was.
    var whyNotAccepted: String? {
        switch self {
        case .accepted: nil
        case .invalid(let error): "\(error)"
        case .notSent(let reason): "\(reason)"
        case .refused(let refusal): "\(refusal)"
        case .unknown(let doubt): "\(doubt)"
        }
    }
}
