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

    func logger(_ label: String) -> Logger {
        let descriptor = descriptor
        return Logger(label: label) { LineLog(label: $0, descriptor: descriptor, level: .info) }
    }
}
