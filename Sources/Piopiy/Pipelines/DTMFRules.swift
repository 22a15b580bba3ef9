/// How keys are taken. What is `nil` is left to the platform.
public struct DTMFRules: Hashable, Sendable {
    /// Keys at least, from 1.
    public private(set) var minDigits: Int?
    /// Keys at most, from 1.
    public private(set) var maxDigits: Int?
    /// A key that ends the input: one character, or an empty text for none.
    public private(set) var finishOnKey: String?
    /// How long the first key may take, from 1. The platform does not tell the unit; seconds is likely.
    public private(set) var firstDigitTimeout: Int?
    /// How long the next key may take, from 1. The platform does not tell the unit; seconds is likely.
    public private(set) var interDigitTimeout: Int?
    /// Whether keys that were pressed before are forgotten.
    public var flushBuffer: Bool?

    /// - Throws: ``ValidationError`` that names the rule that is broken (source of the rules: the official SDK).
    public init(
        minDigits: Int? = nil,
        maxDigits: Int? = nil,
        finishOnKey: String? = nil,
        firstDigitTimeout: Int? = nil,
        interDigitTimeout: Int? = nil,
        flushBuffer: Bool? = nil
    ) throws(ValidationError) {
        self.minDigits = minDigits
        self.maxDigits = maxDigits
        self.finishOnKey = finishOnKey
        self.firstDigitTimeout = firstDigitTimeout
        self.interDigitTimeout = interDigitTimeout
        self.flushBuffer = flushBuffer
        try check(field: "dtmf")
    }

    /// Reads `dtmf` where it stands beside other keys; `nil` when it isn't there.
    init?(in outer: inout ObjectReader) throws(ValidationError) {
        guard let json = outer.value("dtmf") else { return nil }
        let field = outer.path("dtmf")
        var reader = try ObjectReader(json, field: field)
        minDigits = try reader.integer("min_digits")
        maxDigits = try reader.integer("max_digits")
        finishOnKey = try reader.string("finish_on_key")
        firstDigitTimeout = try reader.integer("first_digit_timeout")
        interDigitTimeout = try reader.integer("inter_digit_timeout")
        flushBuffer = try reader.bool("flush_buffer")
        try reader.finish()
        try check(field: field)
    }

    private func check(field: String) throws(ValidationError) {
        let numbers = [
            ("min_digits", minDigits), ("max_digits", maxDigits), ("first_digit_timeout", firstDigitTimeout),
            ("inter_digit_timeout", interDigitTimeout),
        ]
        for case (let key, let number?) in numbers where number < 1 {
            throw ValidationError(field: "\(field).\(key)", "is \(number); it must be a whole number from 1")
        }
        if let finishOnKey, finishOnKey.unicodeScalars.count > 1 {
            throw ValidationError(
                field: "\(field).finish_on_key",
                "has \(finishOnKey.unicodeScalars.count) characters; it may have at most one"
            )
        }
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        members["min_digits"] = minDigits.map { .integer($0) }
        members["max_digits"] = maxDigits.map { .integer($0) }
        members["finish_on_key"] = finishOnKey.map { .string($0) }
        members["first_digit_timeout"] = firstDigitTimeout.map { .integer($0) }
        members["inter_digit_timeout"] = interDigitTimeout.map { .integer($0) }
        members["flush_buffer"] = flushBuffer.map { .bool($0) }
        return .object(members)
    }
}

/// What happens when an answer is missing or wrong. What is `nil` is left to the platform.
public struct InputRetries: Hashable, Sendable {
    /// How often it is asked again, from 0.
    public let max: Int?
    /// Heard when nothing came.
    public let noInputPrompt: Prompt?
    /// Heard when what came is wrong.
    public let invalidPrompt: Prompt?

    /// - Throws: ``ValidationError``, field `max`, below 0.
    public init(
        max: Int? = nil,
        noInputPrompt: Prompt? = nil,
        invalidPrompt: Prompt? = nil
    ) throws(ValidationError) {
        if let max, max < 0 { throw Self.negative("max", max) }
        self.max = max
        self.noInputPrompt = noInputPrompt
        self.invalidPrompt = invalidPrompt
    }

    init(json: JSONValue, field: String) throws(ValidationError) {
        var reader = try ObjectReader(json, field: field)
        max = try reader.integer("max")
        if let max, max < 0 { throw Self.negative(reader.path("max"), max) }
        noInputPrompt = try Self.prompt("no_input_prompt", &reader)
        invalidPrompt = try Self.prompt("invalid_prompt", &reader)
        try reader.finish()
    }

    private static func prompt(_ key: String, _ reader: inout ObjectReader) throws(ValidationError) -> Prompt? {
        guard let json = reader.value(key) else { return nil }
        return try Prompt(json: json, field: reader.path(key))
    }

    private static func negative(_ field: String, _ number: Int) -> ValidationError {
        ValidationError(field: field, "is \(number); it must be a whole number from 0")
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        members["max"] = max.map { .integer($0) }
        members["no_input_prompt"] = noInputPrompt?.json
        members["invalid_prompt"] = invalidPrompt?.json
        return .object(members)
    }
}

/// Where an answer goes: to a web address of yours, or to another flow.
public struct ResultTarget: Hashable, Sendable {
    /// Which of the two it is.
    public enum Kind: String, CaseIterable, Sendable {
        /// A web address of yours; a flow that the account has.
        case url, pcmo
    }

    /// Which of the two it is.
    public let kind: Kind
    /// Starts with `http://` or `https://`; there when ``kind`` is `url`.
    public let url: String?
    /// The flow's name; there when ``kind`` is `pcmo`.
    public let ref: String?

    private init(kind: Kind, url: String?, ref: String?) {
        self.kind = kind
        self.url = url
        self.ref = ref
    }

    /// A web address of yours.
    /// - Throws: ``ValidationError``, field `url`, unless it starts with `http://` or `https://`.
    public static func url(_ url: String) throws(ValidationError) -> ResultTarget {
        try checkAddress(url, field: "url")
        return ResultTarget(kind: .url, url: url, ref: nil)
    }

    /// Another flow.
    public static func pcmo(ref: String) -> ResultTarget { ResultTarget(kind: .pcmo, url: nil, ref: ref) }

    /// Reads `on_result` where it stands beside other keys.
    init(in outer: inout ObjectReader) throws(ValidationError) {
        guard let json = outer.value("on_result") else { throw outer.missing("on_result", takes: "an object") }
        var reader = try ObjectReader(json, field: outer.path("on_result"))
        guard let kind = try reader.choice("type", as: Kind.self) else {
            throw reader.missing("type", takes: "url or pcmo")
        }
        self.kind = kind
        url = kind == .url ? try reader.requiredString("url") : try reader.string("url")
        ref = kind == .pcmo ? try reader.requiredString("ref") : try reader.string("ref")
        if let url { try Self.checkAddress(url, field: reader.path("url")) }
        try reader.finish()
    }

    private static func checkAddress(_ url: String, field: String) throws(ValidationError) {
        guard url.utf8.starts(with: "http://".utf8) || url.utf8.starts(with: "https://".utf8) else {
            throw ValidationError(field: field, "is not a web address; it must start with http:// or https://")
        }
    }

    var json: JSONValue {
        var members: [String: JSONValue] = ["type": .string(kind.rawValue)]
        members["url"] = url.map { .string($0) }
        members["ref"] = ref.map { .string($0) }
        return .object(members)
    }
}
