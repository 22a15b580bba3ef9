/// One step of a call flow (source of the rules: the official SDK).
public enum PipelineAction: Hashable, Sendable {
    /// Rings somebody, or brings an agent in.
    case connect(ConnectAction)
    /// Plays a file of the account.
    case play(fileName: String)
    /// Plays or says something and waits for an answer.
    case playGetInput(PlayGetInputAction)
    /// Waits for keys.
    case input(InputAction)
    /// Hands values on.
    case param(ParamAction)
    /// Records from here on.
    case record(RecordAction)
    /// Ends the call.
    case hangup

    /// The platform's name of the action, such as `play_get_input`.
    public var name: String {
        switch self {
        case .connect: "connect"
        case .play: "play"
        case .playGetInput: "play_get_input"
        case .input: "input"
        case .param: "param"
        case .record: "record"
        case .hangup: "hangup"
        }
    }

    static let names = ["connect", "hangup", "input", "param", "play", "play_get_input", "record"]

    init(json: JSONValue, field: String, needsCallerID: Bool) throws(ValidationError) {
        var reader = try ObjectReader(json, field: field)
        let name = try reader.requiredString("action")
        switch name {
        case "connect": self = .connect(try ConnectAction(&reader, needsCallerID: needsCallerID))
        case "play": self = .play(fileName: try reader.requiredString("file_name"))
        case "play_get_input": self = .playGetInput(try PlayGetInputAction(&reader))
        case "input": self = .input(try InputAction(&reader))
        case "param": self = .param(try ParamAction(&reader))
        case "record": self = .record(try RecordAction(&reader))
        case "hangup": self = .hangup
        default:
            throw ValidationError(
                field: reader.path("action"),
                "is not an action; the actions are \(Self.names.joined(separator: ", "))"
            )
        }
        try reader.finish()
    }

    /// The action as it is sent.
    public var json: JSONValue {
        var members: [String: JSONValue] =
            switch self {
            case .connect(let action): action.members
            case .play(let fileName): ["file_name": .string(fileName)]
            case .playGetInput(let action): action.members
            case .input(let action): action.members
            case .param(let action): ["data": .object(action.data.mapValues(\.json))]
            case .record(let action): action.members
            case .hangup: [:]
            }
        members["action"] = .string(name)
        return .object(members)
    }
}

/// Values that the flow hands on: at most 10, strings of at most 256 characters (source: the official SDK).
public struct ParamAction: Hashable, Sendable {
    /// By key; keys match `^[A-Za-z_][A-Za-z0-9_]*$`.
    public let data: Variables

    /// The most values that one action takes.
    public static let limit = 10
    /// The most characters of a string; code points are counted.
    public static let characterLimit = 256

    /// - Throws: ``ValidationError`` that names the key.
    public init(_ data: Variables) throws(ValidationError) { try self.init(data, field: "data") }

    init(_ reader: inout ObjectReader) throws(ValidationError) {
        guard let data = try reader.variables("data") else { throw reader.missing("data", takes: "an object") }
        try self.init(data, field: reader.path("data"))
    }

    private init(_ data: Variables, field: String) throws(ValidationError) {
        if data.count > Self.limit {
            throw ValidationError(field: field, "has \(data.count) values; it may have at most \(Self.limit)")
        }
        try VariableKey.check(data, field: field)
        for (key, value) in data.sorted(by: { $0.key < $1.key }) {
            if case .text(let text) = value, text.unicodeScalars.count > Self.characterLimit {
                throw ValidationError(
                    field: "\(field).\(key)",
                    "has \(text.unicodeScalars.count) characters; it may have at most \(Self.characterLimit)"
                )
            }
        }
        self.data = data
    }
}

/// A recording that begins with this action.
public struct RecordAction: Hashable, Sendable {
    /// `nil` leaves it to the platform.
    public let format: RecordingFormat?
    /// `nil` leaves it to the platform.
    public let channels: RecordingChannels?

    public init(format: RecordingFormat? = nil, channels: RecordingChannels? = nil) {
        self.format = format
        self.channels = channels
    }

    init(_ reader: inout ObjectReader) throws(ValidationError) {
        format = try reader.choice("format")
        channels = try reader.choice("channels")
    }

    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        members["format"] = format.map { .string($0.rawValue) }
        members["channels"] = channels.map { .string($0.rawValue) }
        return members
    }
}

/// The file format of a recording.
public enum RecordingFormat: String, CaseIterable, Sendable {
    /// Small; uncompressed.
    case mp3, wav
}

/// Whether both sides of a recording share a channel.
public enum RecordingChannels: String, CaseIterable, Sendable {
    /// Both sides in one channel; each side in its own.
    case single, dual
}
