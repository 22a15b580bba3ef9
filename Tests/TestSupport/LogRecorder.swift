import Logging
import Synchronization

/// A log that keeps all that it is given, at every level, metadata included.
public final class LogRecorder: Sendable {
    public struct Line: Sendable {
        public let level: Logger.Level
        /// Message and metadata.
        public let text: String
    }

    private let kept = Mutex<[Line]>([])

    public init() {}

    public var lines: [Line] { kept.withLock { $0 } }

    /// All lines, each with its level.
    public var text: String { lines.map { "\($0.level) \($0.text)" }.joined(separator: "\n") }

    public var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(recorder: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
            recorder.kept.withLock { $0.append(Line(level: event.level, text: "\(event.message) \(all)")) }
        }
    }
}

extension Logger {
    /// A log that nobody reads.
    public static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
