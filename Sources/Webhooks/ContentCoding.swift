import CZlib
import Piopiy

/// Undoes the coding in which a body came: gzip or deflate, as proxies and relays pack bodies.
enum ContentCoding {
    enum Result: Equatable {
        /// The body without its coding.
        case plain([UInt8])
        /// Unpacked, it is longer than the limit. No more than the limit was unpacked.
        case tooLong
        /// It cannot be unpacked; the text says why, worded to follow "the body".
        case unreadable(String)
    }

    /// - Parameters:
    ///   - header: the value of `Content-Encoding`, if the request has one.
    ///   - limit: the most bytes that the unpacked body may have.
    static func decode(_ body: [UInt8], header: String?, limit: Int) -> Result {
        let codings = (header ?? "").split(separator: ",").map { $0.filter { !$0.isWhitespace }.lowercased() }
            .filter { !$0.isEmpty && $0 != "identity" }
        guard let coding = codings.first else {
            // A proxy may have taken the header away and left the body packed.
            guard body.starts(with: [0x1F, 0x8B]), let found = unpack(body, isRaw: false, limit: limit) else {
                return .plain(body)
            }
            return found
        }
        guard codings.count == 1, ["gzip", "x-gzip", "deflate"].contains(coding) else {
            return .unreadable("has the content coding \(codings.joined(separator: ", ")), which is not supported")
        }
        if let found = unpack(body, isRaw: false, limit: limit) { return found }
        // Many senders leave out the header that deflate has in HTTP.
        if coding == "deflate", let found = unpack(body, isRaw: true, limit: limit) { return found }
        // A proxy may have unpacked the body and left the header.
        if (try? JSONValue(parsing: body)) != nil { return .plain(body) }
        return .unreadable("has the content coding \(coding) and cannot be decompressed")
    }

    /// - Returns: `nil` when the body is not packed so, is cut off, or fails its checksum.
    private static func unpack(_ body: [UInt8], isRaw: Bool, limit: Int) -> Result? {
        var status = CInt(0)
        let unpacked = [UInt8](unsafeUninitializedCapacity: limit) { output, count in
            status = body.withUnsafeBufferPointer { input in
                piopiy_unpack(input.baseAddress, input.count, isRaw ? 1 : 0, output.baseAddress, limit, &count)
            }
        }
        switch status {
        case CInt(PIOPIY_UNPACKED_WHOLE.rawValue): return .plain(unpacked)
        case CInt(PIOPIY_UNPACKED_TOO_LONG.rawValue): return .tooLong
        default: return nil
        }
    }
}
