import Logging
import Piopiy
import Terminal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Writes log lines on a descriptor: time, level, label, message, metadata. Each line is one write on a descriptor that
/// appends, so lines of several threads and processes do not mix.
struct LineLog: LogHandler {
    let label: String
    let descriptor: CInt
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, descriptor: CInt, level: Logger.Level) {
        self.label = label
        self.descriptor = descriptor
        logLevel = level
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
        Streams.write(text + "\n", to: descriptor)
    }
}
