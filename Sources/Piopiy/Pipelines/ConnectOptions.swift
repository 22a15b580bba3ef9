/// The options of a leg that a `connect` rings. What is `nil` is left out, and the platform's own default holds.
public struct ConnectOptions: Hashable, Sendable {
    /// Seconds until the platform ends the leg, 10…7200.
    public private(set) var maxDuration: Int?
    /// Seconds it may ring, 5…120.
    public private(set) var ringTimeout: Int?
    /// Whether the platform is to tell a person from an answering machine.
    public var machineDetection: Bool?
    /// Whether and how the leg is recorded.
    public var recording: RecordingOptions?
    /// A file that the waiting side hears.
    public var waitingMusic: String?

    /// Allowed seconds of ``maxDuration`` (source: the official SDK).
    public static let maxDurationRange = 10...7200
    /// Allowed seconds of ``ringTimeout`` (source: the official SDK).
    public static let ringTimeoutRange = 5...120

    /// Everything is left to the platform.
    public init() {}

    /// - Throws: ``ValidationError`` for seconds out of range.
    public init(
        maxDuration: Int? = nil,
        ringTimeout: Int? = nil,
        machineDetection: Bool? = nil,
        recording: RecordingOptions? = nil,
        waitingMusic: String? = nil
    ) throws(ValidationError) {
        self.maxDuration = maxDuration
        self.ringTimeout = ringTimeout
        self.machineDetection = machineDetection
        self.recording = recording
        self.waitingMusic = waitingMusic
        try check { $0 }
    }

    init(json: JSONValue, field: String) throws(ValidationError) {
        var reader = try ObjectReader(json, field: field)
        try self.init(&reader)
        try reader.finish()
    }

    /// Reads the options where they stand beside other keys, as in a failover.
    init(_ reader: inout ObjectReader) throws(ValidationError) {
        maxDuration = try reader.integer("max_duration_sec")
        ringTimeout = try reader.integer("ring_timeout_sec")
        machineDetection = try reader.bool("machine_detection")
        waitingMusic = try reader.string("waiting_music")
        if let json = reader.value("recording") {
            recording = try RecordingOptions(json: json, field: reader.path("recording"))
        }
        let path = reader.path
        try check { path($0) }
    }

    private func check(path: (String) -> String) throws(ValidationError) {
        if let maxDuration, let problem = CallOptions.problem(with: maxDuration, in: Self.maxDurationRange) {
            throw ValidationError(field: path("max_duration_sec"), problem)
        }
        if let ringTimeout, let problem = CallOptions.problem(with: ringTimeout, in: Self.ringTimeoutRange) {
            throw ValidationError(field: path("ring_timeout_sec"), problem)
        }
    }

    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        members["max_duration_sec"] = maxDuration.map { .integer($0) }
        members["ring_timeout_sec"] = ringTimeout.map { .integer($0) }
        members["machine_detection"] = machineDetection.map { .bool($0) }
        members["recording"] = recording.map { .object($0.members) }
        members["waiting_music"] = waitingMusic.map { .string($0) }
        return members
    }
}

/// Whether and how a leg is recorded. What is `nil` is left to the platform.
public struct RecordingOptions: Hashable, Sendable {
    /// Whether it is recorded at all.
    public var enabled: Bool?
    /// Whether both sides share a channel.
    public var channels: RecordingChannels?
    /// The format of the file.
    public var format: RecordingFormat?

    public init(enabled: Bool? = nil, channels: RecordingChannels? = nil, format: RecordingFormat? = nil) {
        self.enabled = enabled
        self.channels = channels
        self.format = format
    }

    init(json: JSONValue, field: String) throws(ValidationError) {
        var reader = try ObjectReader(json, field: field)
        enabled = try reader.bool("enabled")
        channels = try reader.choice("channels")
        format = try reader.choice("format")
        try reader.finish()
    }

    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        members["enabled"] = enabled.map { .bool($0) }
        members["channels"] = channels.map { .string($0.rawValue) }
        members["format"] = format.map { .string($0.rawValue) }
        return members
    }
}
