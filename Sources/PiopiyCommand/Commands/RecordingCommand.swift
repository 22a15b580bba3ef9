import ArgumentParser
import Piopiy
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `piopiy recording`.
struct RecordingCommand: ExitStatusCommand {
    static let configuration = CommandConfiguration(
        commandName: "recording",
        abstract: "Save a call's recording as a file.",
        discussion: """
            The file gets its name only when it is complete, and only you can read it. A broken download is resumed; \
            when that fails, or on Ctrl-C, no file remains. The name of a recording is in the call's CDR.
            """
    )

    @Argument(help: ArgumentHelp("The recording's name, from a CDR.", valueName: "file-name"))
    var fileName: String

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("A file or a directory. (default: the recording's name, here)", valueName: "path"),
        completion: .file()
    )
    var place: String?

    @Flag(help: "Replace an existing file.")
    var force = false

    @OptionGroup var client: ClientOptions
    @OptionGroup var result: OutputOptions

    func perform() async -> ExitStatus {
        let request = SingleRequest(client: client, output: result.output, subject: fileName)
        let path = Self.path(place, fileName)
        let progress = DownloadMeter(isShown: result.output == .text && isatty(2) == 1)
        return await request.run(
            { _ in fileName },
            // Nothing is shown: there is no --dry-run.
            shown: { _ in APIRequest(method: .get, base: .account, path: "", repeatable: true) },
            perform: { fileName, platform, _ in
                let outcome = await platform.recordings.download(
                    fileName: fileName,
                    to: path,
                    overwrite: force,
                    onProgress: { progress.show($0) }
                )
                progress.end()
                let line = ResultLine(action: outcome, doubt: "No file was kept; try again.") {
                    var answer: [String: JSONValue] = ["path": .string($1.path), "size": .integer(Int($1.size))]
                    answer["content_type"] = $1.contentType.map { .string($0) }
                    $0.answer = .object(answer)
                }
                return (line, ExitStatus(outcome))
            }
        )
    }

    /// Where it is saved. A name with a slash in it is refused later, and is no path out of here.
    static func path(_ place: String?, _ fileName: String) -> String {
        guard let place else { return fileName }
        var isDirectory = false
        guard
            place.hasSuffix("/")
                || (FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory) && isDirectory)
        else { return place }
        return place.hasSuffix("/") ? place + fileName : "\(place)/\(fileName)"
    }
}

/// Shows on the terminal how far a download is, a few times a second.
final class DownloadMeter: Sendable {
    private let isShown: Bool
    private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

    init(isShown: Bool) { self.isShown = isShown }

    func show(_ progress: DownloadProgress) {
        guard isShown else { return }
        let isDue = lastShown.withLock { last in
            let now = ContinuousClock.now
            if let last, now - last < .milliseconds(200) { return false }
            last = now
            return true
        }
        guard isDue else { return }
        Streams.write("\r\(Self.text(progress))\u{1B}[K", to: 2)
    }

    /// Clears the line.
    func end() {
        if isShown, lastShown.withLock({ $0 != nil }) { Streams.write("\r\u{1B}[K", to: 2) }
    }

    static func text(_ progress: DownloadProgress) -> String {
        let received = size(progress.received)
        guard let total = progress.total, total > 0 else { return received }
        return "\(received) of \(size(total))  \(min(100, progress.received * 100 / total)) %"
    }

    private static func size(_ bytes: Int64) -> String {
        bytes < 1 << 20 ? "\((bytes + 1023) / 1024) KiB" : "\(bytes >> 20).\((bytes & 0xFFFFF) * 10 >> 20) MiB"
    }
}
