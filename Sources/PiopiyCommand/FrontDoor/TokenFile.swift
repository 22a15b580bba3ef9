#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The file that a token is kept in for the next time.
enum TokenFile {
    /// Keeps a token, for its owner alone; the directory is made where it is not there.
    /// - Returns: `nil`, or in words why it is not kept.
    static func save(_ token: String, path: String) -> String? {
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            return "the directory \(directory) cannot be created"
        }
        do throws(PrivateFile.Failure) {
            try PrivateFile.replace(path, token + "\n")
            return nil
        } catch {
            if case .failed(let why) = error { return why }
            return "\(error)"
        }
    }
}
