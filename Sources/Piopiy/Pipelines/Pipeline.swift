/// A call flow (PCMO): what happens in a call, action after action.
///
/// A value of this type has passed every rule; there is no other way to make one.
///
/// ```swift
/// let pipeline = try PipelineBuilder()
///     .play("welcome.wav")
///     .connect(callerID: "919999999999", to: .pstn("918888888888"))
///     .hangup()
///     .build()
/// ```
public struct Pipeline: Hashable, Sendable {
    /// At least one.
    public let actions: [PipelineAction]

    /// - Throws: ``ValidationError``, field `pipeline`, when there is no action.
    public init(_ actions: [PipelineAction]) throws(ValidationError) {
        if actions.isEmpty { throw ValidationError(field: "pipeline", "is empty; it must have at least one action") }
        self.actions = actions
    }

    /// Reads a pipeline as the platform takes it: an array of actions.
    ///
    /// Unknown keys are refused at every level. The error names field and action: `pipeline[2].prompt.speed is 3.0; it
    /// takes 0.5 to 2.0 (action 3, play_get_input)`.
    /// - Parameters:
    ///   - json: the array.
    ///   - field: what the error calls the pipeline.
    ///   - needsCallerID: whether a `connect` action must have a caller id. In a blind transfer it may do without (source:
    ///     PyPI piopiy-agent 1.2.1).
    public init(json: JSONValue, field: String = "pipeline", needsCallerID: Bool = true) throws(ValidationError) {
        guard let elements = json.array else {
            throw ValidationError(field: field, "is \(json.kind); it must be an array of actions")
        }
        if elements.isEmpty { throw ValidationError(field: field, "is empty; it must have at least one action") }
        var actions: [PipelineAction] = []
        actions.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do throws(ValidationError) {
                actions.append(
                    try PipelineAction(json: element, field: "\(field)[\(index)]", needsCallerID: needsCallerID)
                )
            } catch {
                let name = element["action"]?.string.flatMap { PipelineAction.names.contains($0) ? $0 : nil }
                let place = ["action \(index + 1)", name].compactMap { $0 }.joined(separator: ", ")
                throw ValidationError(field: error.field, "\(error.problem) (\(place))")
            }
        }
        self.actions = actions
    }

    /// The pipeline as it is sent.
    public var json: JSONValue { .array(actions.map(\.json)) }
}
