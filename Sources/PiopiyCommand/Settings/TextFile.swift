import Console
import SystemPackage

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
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

    /// Reads a pipeline's file at once, at most 64 KiB: the console's screen waits for it, so what is no plain file,
    /// and could keep it waiting, is not read.
    static func readPipeline(_ path: String) -> Result<String, PipelineFileProblem> {
        let expanded =
            path.hasPrefix("~/")
            ? (ProcessInfo.processInfo.environment["HOME"] ?? "~") + path.dropFirst() : path
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(expanded, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            let isMissing = (error as? Errno) == .noSuchFileOrDirectory
            let why = isMissing ? "is a file that does not exist" : "cannot be read: \(error)"
            return .failure(PipelineFileProblem("\(why); use a number, sip:name@host or a pipeline file"))
        }
        defer { try? file.close() }
        guard (try? file.stat())?.type == .regular else {
            return .failure(PipelineFileProblem("is not a regular file"))
        }
        var bytes: [UInt8] = []
        do {
            try file.readAll(into: &bytes, upTo: 65_537)
        } catch {
            return .failure(PipelineFileProblem("cannot be read: \(error)"))
        }
        guard bytes.count <= 65_536 else { return .failure(PipelineFileProblem("is a file of more than 64 KiB")) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .failure(PipelineFileProblem("is a file that is not UTF-8 text"))
        }
        return .success(text)
    }
}
