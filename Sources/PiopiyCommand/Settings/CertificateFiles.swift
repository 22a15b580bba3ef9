import Piopiy
import SystemPackage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads the certificates that are trusted beside the system's: `ca_file`, `SSL_CERT_FILE`, `SSL_CERT_DIR`.
enum CertificateFiles {
    /// Why certificates cannot be had, in words that follow the path.
    struct Problem: Error { let words: String }

    /// The longest file that is read, in bytes; a system's whole bundle has some 200 KiB.
    private static let limit = 8 << 20

    /// - Parameters:
    ///   - file: `ca_file`, whole.
    ///   - namedBy: where the setting comes from.
    /// - Returns: `nil` when nothing names any.
    /// - Throws: ``CommandFailure`` that names the path and who named it.
    static func trusted(
        file: String?,
        namedBy: String,
        environment: [String: String]
    ) throws(CommandFailure) -> TrustedCertificates? {
        var all: TrustedCertificates?
        func add(_ path: String, _ name: String, _ read: (String) throws(Problem) -> TrustedCertificates)
            throws(CommandFailure)
        {
            do throws(Problem) {
                let found = try read(path)
                all = all?.adding(found) ?? found
            } catch {
                let message = "\(name) names \(path), which \(error.words)."
                throw CommandFailure(status: .badConfiguration, message: message)
            }
        }
        if let file { try add(file, namedBy, self.read(file:)) }
        if let file = environment["SSL_CERT_FILE"], !file.isEmpty { try add(file, "SSL_CERT_FILE", self.read(file:)) }
        for folder in (environment["SSL_CERT_DIR"] ?? "").split(separator: ":") {
            try add(String(folder), "SSL_CERT_DIR", self.read(directory:))
        }
        return all
    }

    /// The certificates of one file.
    static func read(file path: String) throws(Problem) -> TrustedCertificates {
        let bytes = try bytes(path)
        do throws(ValidationError) {
            return try TrustedCertificates(pem: bytes)
        } catch {
            throw Problem(words: error.problem)
        }
    }

    /// The certificates of a directory's files. Files that hold none are passed over, as long as one has some.
    static func read(directory path: String) throws(Problem) -> TrustedCertificates {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw Problem(words: "is a directory that does not exist or cannot be read")
        }
        var all: TrustedCertificates?
        for name in names.sorted() {
            guard let bytes = try? bytes("\(path)/\(name)"), TrustedCertificates.holdsCertificate(bytes) else {
                continue
            }
            do throws(ValidationError) {
                let found = try TrustedCertificates(pem: bytes)
                all = all?.adding(found) ?? found
            } catch {
                throw Problem(words: "has the file \(name), which \(error.problem)")
            }
        }
        guard let all else { throw Problem(words: "is a directory without a PEM certificate") }
        return all
    }

    private static func bytes(_ path: String) throws(Problem) -> [UInt8] {
        let status: Stat
        do throws(Errno) {
            status = try Stat(path)
        } catch {
            throw Problem(words: error == .noSuchFileOrDirectory ? "does not exist" : "cannot be read: \(error)")
        }
        // What is no plain file could keep us waiting.
        guard status.type == .regular else { throw Problem(words: "is not a plain file") }
        guard status.size <= limit else { throw Problem(words: "has more than \(limit >> 20) MiB") }
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        } catch {
            throw Problem(words: "cannot be read: \(error)")
        }
        defer { try? file.close() }
        var bytes: [UInt8] = []
        // What was read before an error is judged as it is.
        try? file.readAll(into: &bytes, upTo: Int(status.size))
        return bytes
    }
}
