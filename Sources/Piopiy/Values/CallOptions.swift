/// The options of a call. What is `nil` is left out of the request, and the platform's own default holds.
public struct CallOptions: Hashable, Sendable {
    /// Seconds until the platform ends the call, 30…7200.
    public var maxDuration: Int?
    /// Seconds it may ring, 5…120.
    public var ringTimeout: Int?
    /// Whether the call is recorded.
    public var record: Bool?

    public init(maxDuration: Int? = nil, ringTimeout: Int? = nil, record: Bool? = nil) {
        self.maxDuration = maxDuration
        self.ringTimeout = ringTimeout
        self.record = record
    }

    /// Allowed seconds of ``maxDuration`` (source: the official SDK).
    public static let maxDurationRange = 30...7200
    /// Allowed seconds of ``ringTimeout`` (source: the official SDK).
    public static let ringTimeoutRange = 5...120

    /// Whether nothing is set.
    public var isEmpty: Bool { maxDuration == nil && ringTimeout == nil && record == nil }

    /// What is wrong with a number of seconds, and what would be right; `nil` when nothing is.
    public static func problem(with seconds: Int, in range: ClosedRange<Int>) -> String? {
        range.contains(seconds)
            ? nil : "is \(seconds); it must be \(range.lowerBound) to \(range.upperBound) seconds"
    }

    func check(field: String) throws(ValidationError) {
        if let maxDuration, let problem = Self.problem(with: maxDuration, in: Self.maxDurationRange) {
            throw ValidationError(field: "\(field).max_duration_sec", problem)
        }
        if let ringTimeout, let problem = Self.problem(with: ringTimeout, in: Self.ringTimeoutRange) {
            throw ValidationError(field: "\(field).ring_timeout_sec", problem)
        }
    }

    init(_ json: JSONValue, field: String) throws(ValidationError) {
        var reader = try ObjectReader(json, field: field)
        maxDuration = try reader.integer("max_duration_sec")
        ringTimeout = try reader.integer("ring_timeout_sec")
        record = try reader.bool("record")
        try reader.finish()
        try check(field: field)
    }

    var json: JSONValue {
        var members: [String: JSONValue] = [:]
        members["max_duration_sec"] = maxDuration.map { .integer($0) }
        members["ring_timeout_sec"] = ringTimeout.map { .integer($0) }
        members["record"] = record.map { .bool($0) }
        return .object(members)
    }
}
