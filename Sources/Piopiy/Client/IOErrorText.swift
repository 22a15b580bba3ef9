#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The system's words for an error number.
enum IOErrorText {
    static func of(_ code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "the other side refuses connections"
        case ECONNRESET: "the other side reset the connection"
        case EPIPE: "the other side closed the connection"
        case EHOSTUNREACH, ENETUNREACH: "the other side cannot be reached"
        case ETIMEDOUT: "the other side did not answer in time"
        default: String(cString: strerror(code))
        }
    }
}
