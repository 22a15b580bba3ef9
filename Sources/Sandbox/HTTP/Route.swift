/// The paths that the sandbox knows.
enum Route: Hashable, Sendable {
    case placeCall
    case hangUp
    case callStatus(id: String)
    case heldCalls
    case requestLog

    init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        switch parts {
        case ["v3", "voice", "ai", "call"]: self = .placeCall
        case ["v3", "voice", "call", "hangup"]: self = .hangUp
        case ["_sandbox", "calls"]: self = .heldCalls
        case ["_sandbox", "requests"]: self = .requestLog
        default:
            guard parts.count == 3, parts[0] == "v3", parts[1] == "calls" else { return nil }
            self = .callStatus(id: parts[2])
        }
    }

    var method: String {
        switch self {
        case .placeCall, .hangUp: "POST"
        case .callStatus, .heldCalls, .requestLog: "GET"
        }
    }

    /// Whether the path is the platform's, where a token is needed and every request is logged.
    static func isPlatform(_ path: String) -> Bool { path == "/v3" || path.hasPrefix("/v3/") }
}
