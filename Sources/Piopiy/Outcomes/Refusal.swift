/// The platform's no.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The HTTP status: 4xx, or 2xx with a body that is a refusal.
    public let status: Int
    /// A code such as `app_not_active`, when the body had one.
    public let code: String?
    /// The platform's words, or ours when it gave none.
    public let message: String

    public init(status: Int, code: String?, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// The platform did not accept the token, or another secret that stands for it.
    public var isBadToken: Bool {
        switch code {
        case MessagingCode.invalidToken.rawValue, MessagingCode.loginRefused.rawValue, AppCredential.refusalCode: true
        // The messaging service's other codes are about the message, whatever the status.
        case MessagingCode.notAllowed.rawValue, MessagingCode.parameterMissing.rawValue,
            MessagingCode.invalidSender.rawValue:
            false
        default: status == 401
        }
    }

    /// The AI agent has no running worker, so that nobody would talk: code `ai_agent_not_running` (source: PyPI
    /// piopiy-agent 1.2.1). Every other call of this agent would be refused too.
    public var isAgentNotRunning: Bool { says("ai_agent_not_running") }

    /// The caller id does not belong to the agent's account: code `app_map_not_valid` (source: public integrations).
    /// Every other call from this number would be refused too.
    public var isCallerIDNotValid: Bool { says("app_map_not_valid") }

    /// The call that was to be acted on has ended, or never was: code `CALL_NOT_FOUND`, in any letter case (source: PyPI
    /// piopiy-agent 1.2.1).
    public var isCallGone: Bool { says("call_not_found") }

    /// The code is this one, in any letter case. An answer without a code may have it as its message.
    private func says(_ known: String) -> Bool { (code ?? message).lowercased() == known }

    public var description: String {
        let word = "\(status) \(code ?? message)"
        if isBadToken, status == 401 { return "The platform did not accept the token (401): \(detail)" }
        if isAgentNotRunning {
            return "No worker of this AI agent is running; the platform refused (\(word)). "
                + "Start the agent, then try again"
        }
        if isCallerIDNotValid {
            return "The caller id does not belong to the agent's account; the platform refused (\(word)). "
                + "Use a caller id of that account, or another agent"
        }
        if isCallGone { return "The call has ended, or never existed (\(word))" }
        return "The platform refused (\(status)): \(detail)"
    }

    private var detail: String { code.map { $0 == message ? message : "\(message) (\($0))" } ?? message }
}
