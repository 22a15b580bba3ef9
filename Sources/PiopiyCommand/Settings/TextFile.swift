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
                    throw CommandFailure(status: .invalid, message: "\(name) is too long; at most 1 MiB is taken.")
                }
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            let why = (error as? ByteSource.Failure)?.message ?? "\(error)"
            throw CommandFailure(status: .invalid, message: why)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(status: .invalid, message: "\(name) is no text in UTF-8.")
        }
        return text
    }
}
