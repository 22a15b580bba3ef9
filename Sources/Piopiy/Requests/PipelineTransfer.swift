/// A call that is up goes on in another pipeline: `POST /voice/pcmo/transfer`.
///
/// Repeated within the retry budget when in doubt: a call that has ended answers 404, a transfer that runs 409.
public struct PipelineTransfer: Hashable, Sendable {
    /// A UUID.
    public let callID: CallID
    /// What happens from now on.
    public let pipeline: Pipeline

    /// - Throws: ``ValidationError``, field `call_id`.
    public init(callID: CallID, pipeline: Pipeline) throws(ValidationError) {
        if let problem = UUIDText.problem(with: callID.text) { throw ValidationError(field: "call_id", problem) }
        self.callID = callID
        self.pipeline = pipeline
    }

    /// Reads the request's JSON body. Unknown keys are refused at every level.
    public init(json: JSONValue) throws(ValidationError) {
        var reader = try ObjectReader(json)
        callID = CallID(try reader.requiredUUID("call_id"))
        guard let pipeline = reader.value("pipeline") else {
            throw reader.missing("pipeline", takes: "an array of actions")
        }
        self.pipeline = try Pipeline(json: pipeline)
        try reader.finish()
    }

    /// The request's body, as it is sent.
    public var json: JSONValue { ["call_id": .string(callID.text), "pipeline": pipeline.json] }

    /// What is sent, and where to.
    public var request: APIRequest {
        APIRequest(
            method: .post,
            path: "/voice/pcmo/transfer",
            body: json,
            repeatable: true,
            repeatWithin: APIRequest.transferWindow
        )
    }
}
