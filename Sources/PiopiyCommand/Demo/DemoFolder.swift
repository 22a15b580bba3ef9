#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A temporary directory for the demo's journal, for its owner alone.
///
/// The journal counts a number as busy for as long as an earlier call to it can last. On a journal that is kept, a second
/// demo would find the numbers of the first busy; so each has a journal of its own.
struct DemoFolder {
    let path: String

    /// - Throws: ``CommandFailure`` naming the directory.
    init(environment: [String: String]) throws(CommandFailure) {
        var random = SystemRandomNumberGenerator()
        let parent = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        let name = String(random.next() as UInt64, radix: 16)
        path = "\(parent)/piopiy-demo-\(name)"
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure(
                status: .badConfiguration,
                message: "The directory \(path) for the demo's journal cannot be created. Set TMPDIR to a writable "
                    + "directory."
            )
        }
    }

    /// Removes the directory and all that is in it.
    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
