/// The paths that the sandbox knows.
enum Route: Hashable, Sendable {
    // The REST base, /v3.
    case placeCall
    case placePCMOCall
    case placeFlowCall
    case hangUp
    case pipelineTransfer
    case callStatus(id: String)
    case callHangUp(id: String)
    case callTransfer(id: String)
    case transferStatus(id: String)
    // The account base, the root.
    case agents
    case addWebhook
    case records
    case recording(name: String)
    // The messaging base, the root too.
    case message
    case messageLogin
    case callsUp
    // The look-up base, the root as well.
    case balance
    case recordsOfRequest
    case recordOfCall
    // The sandbox's own.
    case heldCalls
    case heldTransfers
    case heldMessages
    case requestLog

    init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        switch parts {
        case ["v3", "voice", "ai", "call"]: self = .placeCall
        case ["v3", "voice", "pcmo", "call"]: self = .placePCMOCall
        case ["v3", "voice", "flow", "call"]: self = .placeFlowCall
        case ["v3", "voice", "call", "hangup"]: self = .hangUp
        case ["v3", "voice", "pcmo", "transfer"]: self = .pipelineTransfer
        case ["v1", "ai-agents"]: self = .agents
        case ["webhook", "add"]: self = .addWebhook
        case ["sip", "app", "cdr", "get"]: self = .records
        case ["v2", "messages"]: self = .message
        case ["v2", "user", "login"]: self = .messageLogin
        case ["v2", "piopiy", "get_channels"]: self = .callsUp
        case ["v1", "balance"]: self = .balance
        case ["v1", "piopiy", "requestid_cdr"]: self = .recordsOfRequest
        case ["v1", "piopiy", "cmiuuid_cdr"]: self = .recordOfCall
        case ["_sandbox", "calls"]: self = .heldCalls
        case ["_sandbox", "transfers"]: self = .heldTransfers
        case ["_sandbox", "messages"]: self = .heldMessages
        case ["_sandbox", "requests"]: self = .requestLog
        default: self.init(parts: parts)
        }
    }

    /// Paths with something in them.
    private init?(parts: [String]) {
        if parts.count == 3, parts[0] == "v3", parts[1] == "calls" {
            self = .callStatus(id: parts[2])
        } else if parts.count == 5, parts[0] == "v3", parts[1] == "calls", parts[3] == "actions" {
            switch parts[4] {
            case "hangup": self = .callHangUp(id: parts[2])
            case "transfer": self = .callTransfer(id: parts[2])
            default: return nil
            }
        } else if parts.count == 3, parts[0] == "v3", parts[1] == "transfers" {
            self = .transferStatus(id: parts[2])
        } else if parts.count == 6, parts[0..<5] == ["sip", "app", "call", "recording", "play"] {
            self = .recording(name: parts[5])
        } else {
            return nil
        }
    }

    var method: String {
        switch self {
        case .placeCall, .placePCMOCall, .placeFlowCall, .hangUp, .pipelineTransfer, .callHangUp, .callTransfer,
            .addWebhook, .records, .message, .messageLogin, .callsUp, .balance, .recordsOfRequest, .recordOfCall:
            "POST"
        case .callStatus, .transferStatus, .agents, .recording, .heldCalls, .heldTransfers, .heldMessages, .requestLog:
            "GET"
        }
    }

    /// Whether the secret is in the body, and no token in the header.
    var hasSecretInBody: Bool {
        switch self {
        case .message, .messageLogin, .callsUp, .balance, .recordsOfRequest, .recordOfCall: true
        default: false
        }
    }

    /// Whether the path is the platform's, where a token is needed and every request is logged.
    static func isPlatform(_ path: String) -> Bool {
        ["/v3", "/v1", "/v2", "/sip", "/webhook"].contains { path == $0 || path.hasPrefix($0 + "/") }
    }
}
