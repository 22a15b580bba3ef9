/// Builds a ``Pipeline`` step by step. One `try` in front covers all steps.
///
/// ```swift
/// let pipeline = try PipelineBuilder()
///     .record(format: .wav)
///     .playGetInput(
///         .say("Press 1 for sales.", language: "en-IN", voiceID: "v1"),
///         input: [.dtmf],
///         onResult: .url("https://example.com/answer"),
///         dtmf: DTMFRules(maxDigits: 1)
///     )
///     .connect(callerID: "919999999999", to: .pstn("918888888888"), .agent(agent))
///     .build()
/// ```
///
/// A builder is a value: each step gives a new one, and a part that is shared can be continued in two ways.
public struct PipelineBuilder: Hashable, Sendable {
    /// What was put together so far.
    public private(set) var actions: [PipelineAction]

    /// - Parameter actions: what the pipeline begins with.
    public init(_ actions: [PipelineAction] = []) { self.actions = actions }

    /// Adds any action.
    public func adding(_ action: PipelineAction) -> PipelineBuilder { PipelineBuilder(actions + [action]) }

    /// Rings somebody, or brings agents in.
    /// - Throws: ``ValidationError`` for a caller id or an order of endpoints that breaks a rule.
    public func connect(
        callerID: String,
        to endpoints: Endpoint...,
        leg: ConnectLeg = ConnectLeg()
    ) throws(ValidationError) -> PipelineBuilder {
        let callerID = try PhoneNumber(validating: callerID, field: "caller_id")
        return adding(.connect(try ConnectAction(callerID: callerID, endpoints: endpoints, leg: leg)))
    }

    /// Plays a file of the account.
    public func play(_ fileName: String) -> PipelineBuilder { adding(.play(fileName: fileName)) }

    /// Plays or says something and waits for an answer.
    /// - Throws: ``ValidationError``, field `input`, when it is empty or names a mode twice.
    public func playGetInput(
        _ prompt: Prompt,
        input: [InputMode],
        onResult: ResultTarget,
        dtmf: DTMFRules? = nil,
        retries: InputRetries? = nil
    ) throws(ValidationError) -> PipelineBuilder {
        let action = try PlayGetInputAction(
            prompt: prompt,
            input: input,
            onResult: onResult,
            dtmf: dtmf,
            retries: retries
        )
        return adding(.playGetInput(action))
    }

    /// Waits for keys.
    public func input(onResult: ResultTarget, dtmf: DTMFRules? = nil) -> PipelineBuilder {
        adding(.input(InputAction(onResult: onResult, dtmf: dtmf)))
    }

    /// Hands values on.
    /// - Throws: ``ValidationError`` that names the key; at most 10 values, strings of at most 256 characters.
    public func param(_ data: Variables) throws(ValidationError) -> PipelineBuilder {
        adding(.param(try ParamAction(data)))
    }

    /// Records from here on.
    public func record(format: RecordingFormat? = nil, channels: RecordingChannels? = nil) -> PipelineBuilder {
        adding(.record(RecordAction(format: format, channels: channels)))
    }

    /// Ends the call.
    public func hangup() -> PipelineBuilder { adding(.hangup) }

    /// - Throws: ``ValidationError``, field `pipeline`, when no action was added.
    public func build() throws(ValidationError) -> Pipeline { try Pipeline(actions) }
}
