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
        case ECONNREFUSED: "refuses connections"
        case ECONNRESET: "reset the connection"
        case EPIPE: "closed the connection"
        case EHOSTUNREACH, ENETUNREACH: "cannot be reached"
        case ETIMEDOUT: "did not answer in time"
        default: String(cString: strerror(code))
        }
    }
}
