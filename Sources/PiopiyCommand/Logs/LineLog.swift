import Logging
import Piopiy
import Terminal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Writes log lines: time, level, label, message, metadata. Each line is one write on a descriptor that appends, so
/// lines of several threads and processes do not mix.
struct LineLog: LogHandler {
    let label: String
    /// Gets each line with its line end.
    private let write: @Sendable (String) -> Void
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, level: Logger.Level, write: @escaping @Sendable (String) -> Void) {
        self.label = label
        self.write = write
        logLevel = level
    }

    /// Writes on a descriptor.
    init(label: String, descriptor: CInt, level: Logger.Level) {
        self.init(label: label, level: level) { Streams.write($0, to: descriptor) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { _, new in new }
        all.merge(event.metadata ?? [:]) { _, new in new }
        let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let when = Timestamp.now.date.ISO8601Format(.init(includingFractionalSeconds: true))
        // Somebody will read the file on a terminal.
        let text = SafeText.printable("\(when) \(event.level) \(label): \(event.message)\(details)")
        write(text + "\n")
    }
}
