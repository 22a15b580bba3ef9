/// What is heard: a file, or a text that is spoken.
public struct Prompt: Hashable, Sendable {
    /// Where the words come from.
    public enum Kind: String, CaseIterable, Sendable {
        /// A file of the account.
        case file
        /// A text, spoken.
        case say
    }

    /// Where the words come from.
    public let kind: Kind
    /// The file's name; there when ``kind`` is `file`.
    public let fileName: String?
    /// The text; there when ``kind`` is `say`.
    public let text: String?
    /// Such as `en-IN`; there when ``kind`` is `say`.
    public let language: String?
    /// The platform's id of the voice; there when ``kind`` is `say`.
    public let voiceID: String?
    /// How fast it is spoken, 0.5…2.0, where 1 is usual; there when ``kind`` is `say`.
    public var speed: Double? { speedNumber?.looseNumber }

    /// As it was written, because 1 and 1.0 are not the same bytes.
    private let speedNumber: JSONValue?

    /// Allowed values of ``speed`` (source: the official SDK).
    public static let speedRange = 0.5...2.0

    private init(file: String) {
        kind = .file
        fileName = file
        text = nil
        language = nil
        voiceID = nil
        speedNumber = nil
    }

    private init(say text: String, language: String, voiceID: String, speed: Double) throws(ValidationError) {
        guard Self.speedRange.contains(speed) else { throw Self.outOfRange("speed", speed) }
        kind = .say
        fileName = nil
        self.text = text
        self.language = language
        self.voiceID = voiceID
        speedNumber = .number(speed)
    }

    /// A file of the account.
    public static func file(_ name: String) -> Prompt { Prompt(file: name) }

    /// A text that is spoken.
    /// - Parameters:
    ///   - text: what is said.
    ///   - language: such as `en-IN`.
    ///   - voiceID: the platform's id of the voice.
    ///   - speed: 0.5…2.0, where 1 is usual.
    /// - Throws: ``ValidationError``, field `speed`.
    public static func say(
        _ text: String,
        language: String,
        voiceID: String,
        speed: Double = 1
    ) throws(ValidationError) -> Prompt {
        try Prompt(say: text, language: language, voiceID: voiceID, speed: speed)
    }

    init(json: JSONValue, field: String) throws(ValidationError) {
        var reader = try ObjectReader(json, field: field)
        guard let kind = try reader.choice("type", as: Kind.self) else {
            throw reader.missing("type", takes: "file or say")
        }
        self.kind = kind
        // Keys of the other kind may be there: the platform checks them and takes them (source: the official SDK).
        fileName = kind == .file ? try reader.requiredString("file_name") : try reader.string("file_name")
        text = kind == .say ? try reader.requiredString("say") : try reader.string("say")
        language = kind == .say ? try reader.requiredString("language") : try reader.string("language")
        voiceID = kind == .say ? try reader.requiredString("voice_id") : try reader.string("voice_id")
        speedNumber = try reader.number("speed")
        if kind == .say, speedNumber == nil { throw reader.missing("speed", takes: "a number from 0.5 to 2.0") }
        if let speed = speedNumber?.looseNumber, !Self.speedRange.contains(speed) {
            throw Self.outOfRange(reader.path("speed"), speed)
        }
        try reader.finish()
    }

    private static func outOfRange(_ field: String, _ speed: Double) -> ValidationError {
        ValidationError(field: field, "is \(speed); it must be 0.5 to 2.0")
    }

    var json: JSONValue {
        var members: [String: JSONValue] = ["type": .string(kind.rawValue)]
        members["file_name"] = fileName.map { .string($0) }
        members["say"] = text.map { .string($0) }
        members["language"] = language.map { .string($0) }
        members["voice_id"] = voiceID.map { .string($0) }
        members["speed"] = speedNumber
        return .object(members)
    }
}
