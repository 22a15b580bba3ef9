@testable import Piopiy

extension Outcome {
    /// The value of an accepted one.
    var value: Value? { if case .accepted(let value) = self { value } else { nil } }
    /// The refusal of a refused one.
    var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
    /// The doubt of an unknown one.
    var doubt: Doubt? { if case .unknown(let doubt) = self { doubt } else { nil } }
    /// The reason of one that was not sent.
    var notSent: NotSent? { if case .notSent(let reason) = self { reason } else { nil } }
    /// The error of an invalid one.
    var mistake: ValidationError? { if case .invalid(let error) = self { error } else { nil } }
}
