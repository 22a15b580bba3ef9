import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `piopiy.log` in the state directory: nothing that a library logs ever reaches the operator's screen.
struct LogFile {
    let path: String
    /// It stays open for the process' life: whatever logs last still can.
    let descriptor: CInt

    /// Above this the file is set aside as `piopiy.log.old`, in place of the one before it.
    static let limit = 8 << 20

    /// - Throws: ``CommandFailure`` naming the file.
    init(_ places: FilePlaces) throws(CommandFailure) {
        path = try places.makeState() + "/piopiy.log"
        if PrivateFile.size(path) > Self.limit {
            try? FileManager.default.removeItem(atPath: path + ".old")
            try? FileManager.default.moveItem(atPath: path, toPath: path + ".old")
        }
        do throws(PrivateFile.Failure) {
            descriptor = try PrivateFile.append(path)
        } catch {
            let why = if case .failed(let text) = error { text } else { "\(error)" }
            throw CommandFailure(
                status: .badConfiguration,
                message:
                    "The log \(path) cannot be written: \(why). Mend that, or set XDG_STATE_HOME to another directory."
            )
        }
    }

    /// The log, or where it cannot be written one that keeps nothing: that is said, and no reason not to act.
    static func open(_ places: FilePlaces, warnings: inout [String]) -> LogFile {
        do throws(CommandFailure) {
            return try LogFile(places)
        } catch {
            warnings.append(error.message)
            return LogFile(path: "/dev/null", descriptor: PrivateFile.nothing())
        }
    }

    private init(path: String, descriptor: CInt) {
        self.path = path
        self.descriptor = descriptor
    }

    func logger(_ label: String) -> Logger {
        let descriptor = descriptor
        return Logger(label: label) { LineLog(label: $0, descriptor: descriptor, level: .info) }
    }
}
