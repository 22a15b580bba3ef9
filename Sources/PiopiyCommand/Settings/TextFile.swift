import Console

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A text that a person gives as a file.
enum TextFile {
    /// Reads it whole, at most 1 MiB; `-` is standard input.
    static func read(_ path: String, limit: Int = 1 << 20) async throws(CommandFailure) -> String {
        let name = path == "-" ? "Standard input" : path
        var bytes: [UInt8] = []
        do {
            let source = try ByteSource(path: path)
            while let piece = try await source.next(), !piece.isEmpty {
                bytes += piece
                guard bytes.count <= limit else {
                    throw CommandFailure(status: .invalid, message: "\(name) is too long; at most 1 MiB is allowed.")
                }
            }
        } catch {
            throw CommandFailure(error)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(status: .invalid, message: "\(name) is not UTF-8 text.")
        }
        return text
    }

    /// Reads a pipeline's file at once, at most 64 KiB: the console's screen waits for it, so what is no plain file, and
    /// could keep it waiting, is not read.
    static func readPipeline(_ path: String) -> Result<String, PipelineFileProblem> {
        let expanded =
            path.hasPrefix("~/") ? (getenv("HOME").map { String(cString: $0) } ?? "~") + path.dropFirst() : path
        let file = open(expanded, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            let why =
                errno == ENOENT
                ? "is a file that does not exist"
                : "cannot be read: \(String(cString: strerror(errno)))"
            return .failure(PipelineFileProblem("\(why); use a number, sip:name@host or a pipeline file"))
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return .failure(PipelineFileProblem("is not a regular file"))
        }
        var bytes = [UInt8](repeating: 0, count: 65_537)
        var count = 0
        while count < bytes.count {
            let more = bytes.withUnsafeMutableBytes { room in
                #if canImport(Glibc)
                Glibc.read(file, room.baseAddress?.advanced(by: count), room.count - count)
                #elseif canImport(Musl)
                Musl.read(file, room.baseAddress?.advanced(by: count), room.count - count)
                #else
                Darwin.read(file, room.baseAddress?.advanced(by: count), room.count - count)
                #endif
            }
            if more == 0 { break }
            if more < 0 {
                if errno == EINTR { continue }
                return .failure(PipelineFileProblem("cannot be read: \(String(cString: strerror(errno)))"))
            }
            count += more
        }
        guard count <= 65_536 else { return .failure(PipelineFileProblem("is a file of more than 64 KiB")) }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            return .failure(PipelineFileProblem("is a file that is not UTF-8 text"))
        }
        return .success(text)
    }
}
