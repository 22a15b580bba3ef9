import SystemPackage

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

/// A temporary directory for the demo's journal, for its owner alone.
///
/// The journal counts a number as busy for as long as an earlier call to it can last. On a journal that is kept, a
/// second demo would find the numbers of the first busy; so each has a journal of its own.
///
/// A demo that was killed leaves its directory behind; the next one removes it. The lock that a demo has on its
/// directory says that it is in use: the system takes it away when the process ends, however it ends.
final class DemoFolder: Sendable {
    let path: String
    private let descriptor: CInt

    private static let prefix = "piopiy-demo-"
    /// How long one without a lock is let be: its demo may be about to take it.
    private static let youth = 60

    /// - Throws: ``CommandFailure`` naming the directory.
    init(environment: [String: String]) throws(CommandFailure) {
        var random = SystemRandomNumberGenerator()
        let parent = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        let name = String(random.next() as UInt64, radix: 16)
        path = "\(parent)/\(Self.prefix)\(name)"
        Self.removeLeftovers(in: parent)
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
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        // Where no lock can be had, the directory is removed at the end all the same.
        if descriptor >= 0 { _ = flock(descriptor, LOCK_EX | LOCK_NB) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Removes the directory and all that is in it.
    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Removes the directories of this user's demos that have ended without doing so.
    private static func removeLeftovers(in parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            let file = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard file >= 0 else { continue }
            defer { close(file) }
            guard let about = try? Stat(FileDescriptor(rawValue: file)), about.userID.rawValue == geteuid(),
                time(nil) - about.st_mtim.tv_sec > youth, flock(file, LOCK_EX | LOCK_NB) == 0
            else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
