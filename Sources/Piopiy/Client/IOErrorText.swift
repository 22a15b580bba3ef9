import SystemPackage

/// The system's words for an error number.
enum IOErrorText {
    static func of(_ code: CInt) -> String {
        switch Errno(rawValue: code) {
        case .connectionRefused: "the other side refuses connections"
        case .connectionReset: "the other side reset the connection"
        case .brokenPipe: "the other side closed the connection"
        case .noRouteToHost, .networkUnreachable: "the other side cannot be reached"
        case .timedOut: "the other side did not answer in time"
        case let error: error.description
        }
    }
}
