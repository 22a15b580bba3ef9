import SystemPackage

extension FileDescriptor {
    /// Reads to the end of a file, or until `limit` bytes are there.
    ///
    /// An interrupted read is repeated.
    /// - Throws: the system's error; what was read before it is in `bytes`.
    func readAll(into bytes: inout [UInt8], upTo limit: Int) throws {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let room = min(chunk.count, limit - bytes.count)
            let count = try chunk.withUnsafeMutableBytes { buffer in
                try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]))
            }
            if count == 0 { return }
            bytes += chunk[..<count]
        }
    }
}
