/// Plays or says something and waits for an answer.
public struct PlayGetInputAction: Hashable, Sendable {
    /// What is heard.
    public let prompt: Prompt
    /// What counts as an answer: one or both, none twice.
    public let input: [InputMode]
    /// Where the answer goes.
    public let onResult: ResultTarget
    /// How keys are taken.
    public let dtmf: DTMFRules?
    /// What happens when the answer is missing or wrong.
    public let retries: InputRetries?

    /// - Throws: ``ValidationError``, field `input`, when it is empty or names a mode twice.
    public init(
        prompt: Prompt,
        input: [InputMode],
        onResult: ResultTarget,
        dtmf: DTMFRules? = nil,
        retries: InputRetries? = nil
    ) throws(ValidationError) {
        try Self.check(input, field: "input")
        self.prompt = prompt
        self.input = input
        self.onResult = onResult
        self.dtmf = dtmf
        self.retries = retries
    }

    init(_ reader: inout ObjectReader) throws(ValidationError) {
        guard let promptJSON = reader.value("prompt") else { throw reader.missing("prompt", takes: "an object") }
        prompt = try Prompt(json: promptJSON, field: reader.path("prompt"))
        let field = reader.path("input")
        var input: [InputMode] = []
        for (index, element) in try reader.requiredArray("input").enumerated() {
            guard let mode = element.string.flatMap({ InputMode(rawValue: $0) }) else {
                throw ValidationError(field: "\(field)[\(index)]", "is not a kind of input; it must be dtmf or speech")
            }
            input.append(mode)
        }
        try Self.check(input, field: field)
        self.input = input
        dtmf = try DTMFRules(in: &reader)
        if let json = reader.value("retries") {
            retries = try InputRetries(json: json, field: reader.path("retries"))
        } else {
            retries = nil
        }
        onResult = try ResultTarget(in: &reader)
    }

    private static func check(_ input: [InputMode], field: String) throws(ValidationError) {
        if input.isEmpty { throw ValidationError(field: field, "is empty; it must be dtmf, speech or both") }
        if Set(input).count < input.count {
            throw ValidationError(field: field, "has one kind twice; give each once")
        }
    }

    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "prompt": prompt.json,
            "input": .array(input.map { .string($0.rawValue) }),
            "on_result": onResult.json,
        ]
        members["dtmf"] = dtmf?.json
        members["retries"] = retries?.json
        return members
    }
}

/// What counts as an answer.
public enum InputMode: String, CaseIterable, Sendable {
    /// Keys that are pressed; words that are spoken.
    case dtmf, speech
}

/// Waits for keys.
public struct InputAction: Hashable, Sendable {
    /// Where the keys go.
    public let onResult: ResultTarget
    /// How keys are taken.
    public let dtmf: DTMFRules?

    public init(onResult: ResultTarget, dtmf: DTMFRules? = nil) {
        self.onResult = onResult
        self.dtmf = dtmf
    }

    init(_ reader: inout ObjectReader) throws(ValidationError) {
        dtmf = try DTMFRules(in: &reader)
        onResult = try ResultTarget(in: &reader)
    }

    var members: [String: JSONValue] {
        var members: [String: JSONValue] = ["on_result": onResult.json]
        members["dtmf"] = dtmf?.json
        return members
    }
}
