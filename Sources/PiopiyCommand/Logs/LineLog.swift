import Logging
import Piopiy

/// Writes log lines in one of the forms of ``LogFormat``. Each line is one write on a descriptor that appends, so lines
/// of several threads and processes do not mix.
struct LineLog: LogHandler {
    let label: String
    let format: LogFormat
    /// Gets each line with its line end.
    private let write: @Sendable (String) -> Void
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(
        label: String,
        format: LogFormat,
        level: Logger.Level,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        self.format = format
        self.write = write
        logLevel = level
    }

    /// Writes on a descriptor.
    init(label: String, format: LogFormat, descriptor: CInt, level: Logger.Level) {
        self.init(label: label, format: format, level: level) { Streams.write($0, to: descriptor) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { _, new in new }
        all.merge(event.metadata ?? [:]) { _, new in new }
        write(format.line(event, label: label, metadata: all, at: .now) + "\n")
    }
}
