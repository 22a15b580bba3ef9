import CallBoard
import Piopiy

/// What became of one operation, as scripts read it. Keys that have no value are left out.
struct ResultLine {
    /// An ``Outcome``'s name, or `ok` for an action that succeeded, or `dryRun`.
    var outcome: String
    var ref: CallRef?
    var requestID: RequestID?
    var callID: CallID?
    /// The HTTP status, when there was an answer.
    var status: Int?
    var field: String?
    var code: String?
    var message: String?
    /// What would have been sent.
    var request: JSONValue?
    /// How what was waited for stands now, and for a call that has ended, how.
    var state: String?
    var end: String?
    /// Talk time in seconds.
    var talkSeconds: Int?
    /// What was answered to a question.
    var answer: JSONValue?

    init(outcome: String) { self.outcome = outcome }

    var json: JSONValue {
        var error: [String: JSONValue] = [:]
        error["field"] = field.map { .string($0) }
        error["code"] = code.map { .string($0) }
        error["message"] = message.map { .string($0) }
        var members: [String: JSONValue] = ["outcome": .string(outcome)]
        members["ref"] = ref.map { .string($0.text) }
        members["request_id"] = requestID.map { .string($0.text) }
        members["call_id"] = callID.map { .string($0.text) }
        members["status"] = status.map { .integer($0) }
        if !error.isEmpty { members["error"] = .object(error) }
        members["request"] = request
        members["state"] = state.map { .string($0) }
        members["end"] = end.map { .string($0) }
        members["talk_sec"] = talkSeconds.map { .integer($0) }
        members["result"] = answer
        return .object(members)
    }
}

extension ResultLine {
    /// - Parameter ref: what the call was tagged with.
    init(placement outcome: Outcome<Acceptance>, ref: CallRef?) {
        self.init(failure: outcome, doubt: Self.placementDoubt)
        self.ref = ref
        if case .accepted(let acceptance) = outcome {
            requestID = acceptance.requestID
            callID = acceptance.callID
            status = acceptance.status
        }
    }

    init(hangUp outcome: Outcome<ActionReceipt>, callID: CallID) {
        self.init(failure: outcome, doubt: "The call may still be up; hanging up again is safe.")
        self.callID = callID
        if case .accepted(let receipt) = outcome {
            self.outcome = "ok"
            requestID = receipt.requestID
            status = receipt.status
        }
    }

    /// What became of an operation of a batch: a placement is accepted, any other is ok.
    init(operation outcome: Outcome<OperationReceipt>, _ operation: Operation) {
        let doubt =
            if operation.isPlacement {
                Self.placementDoubt
            } else if operation.isRepeatable {
                "It may have been done; doing it again is safe."
            } else if operation.request.repeatWithin != nil {
                "It may have started. Check before you repeat it: a second one may call the same person."
            } else {
                "It may have been done; it was not repeated."
            }
        self.init(failure: outcome, doubt: doubt)
        callID = operation.callID
        if case .accepted(let receipt) = outcome {
            if !operation.isPlacement { self.outcome = "ok" }
            requestID = receipt.requestID
            callID = receipt.callID ?? callID
            status = receipt.status
            answer = receipt.result
        }
    }

    private static let placementDoubt = "The call may have been placed; it was not repeated."

    /// What stood in the way before anything was sent.
    init(_ failure: CommandFailure) {
        self.init(outcome: failure.status == .invalid ? "invalid" : "notSent")
        code =
            switch failure.status {
            case .noToken: "no_token"
            case .invalid: "invalid_input"
            default: "bad_configuration"
            }
        message = failure.message
    }

    /// What became of a request that only asks, or that is ok when it succeeds.
    /// - Parameters:
    ///   - doubt: what it means when nobody knows.
    ///   - fill: takes in what came back.
    init<Value>(action outcome: Outcome<Value>, doubt: String, _ fill: (inout ResultLine, Value) -> Void) {
        self.init(failure: outcome, doubt: doubt)
        guard case .accepted(let value) = outcome else { return }
        self.outcome = "ok"
        fill(&self, value)
    }

    /// A question that was not answered.
    init<Value>(reading outcome: Outcome<Value>) {
        self.init(failure: outcome, doubt: "Nothing was changed; try again.")
    }

    /// Input that breaks a rule.
    init(invalid error: ValidationError) {
        self.init(failure: Outcome<Never>.invalid(error), doubt: "")
    }

    /// A request as ``request`` shows it.
    static func request(_ request: APIRequest, url: String) -> JSONValue {
        var members: [String: JSONValue] = ["method": .string(request.method.rawValue), "url": .string(url)]
        members["body"] = request.body
        return .object(members)
    }

    private init<Value>(failure outcome: Outcome<Value>, doubt advice: String) {
        self.init(outcome: outcome.name)
        switch outcome {
        case .accepted: break
        case .invalid(let error):
            field = error.field
            message = "\(error)"
        case .notSent(let reason):
            code = reason.code
            message = "\(reason)"
        case .refused(let refusal):
            status = refusal.status
            code = refusal.code
            message = "\(refusal)"
        case .unknown(let doubt):
            status = doubt.status
            code = doubt.code
            message = "\(doubt) \(advice)"
        }
    }
}
