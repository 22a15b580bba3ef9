import Foundation
import Testing

@testable import Piopiy

@Suite("What a refusal means")
struct RefusalTests {
    private static func refusal(_ status: Int, _ body: String) throws -> Refusal {
        let attempt = AnswerReader.placement(Answer(status: status, body: Array(body.utf8)), now: .distantPast)
        guard case .refused(let refusal) = attempt else { throw NoRefusal(attempt: "\(attempt)") }
        return refusal
    }

    private struct NoRefusal: Error { let attempt: String }

    @Test(
        "That nobody works as the agent is said, with what to do",
        arguments: [
            (403, #"{"error":"ai_agent_not_running"}"#),
            (200, #"{"error":"AI_AGENT_NOT_RUNNING","message":"no worker"}"#),
            (409, #"{"message":"ai_agent_not_running"}"#),
        ]
    )
    func agent(status: Int, body: String) throws {
        let refusal = try Self.refusal(status, body)
        #expect(refusal.isAgentNotRunning && !refusal.isCallerIDNotValid && !refusal.isCallGone && !refusal.isBadToken)
        let words = "\(refusal)"
        #expect(words.hasPrefix("No worker of this AI agent is running"))
        #expect(words.contains("Start the agent") && words.contains("\(status)"))
        #expect(words.lowercased().contains("ai_agent_not_running"))
    }

    @Test(
        "That a caller id is not the account's is said, with what to do",
        arguments: [
            (403, #"{"error":"app_map_not_valid"}"#), (400, #"{"error":{"code":"app_map_not_valid"}}"#),
        ]
    )
    func callerID(status: Int, body: String) throws {
        let refusal = try Self.refusal(status, body)
        #expect(refusal.isCallerIDNotValid && !refusal.isAgentNotRunning)
        #expect("\(refusal)".hasPrefix("The caller id does not belong to the agent's account"))
        #expect("\(refusal)".contains("Use a caller id of that account"))
    }

    @Test("Any other code, and one that only begins like these, is said as it came")
    func others() throws {
        for code in ["app_not_active", "ai_agent_not_running_yet", "app_map", "busy"] {
            let refusal = try Self.refusal(403, #"{"error":"\#(code)"}"#)
            #expect(!refusal.isAgentNotRunning && !refusal.isCallerIDNotValid && !refusal.isCallGone)
            #expect("\(refusal)" == "The platform refused (403): \(code)")
        }
    }

    @Test(
        "A transfer of a call that has ended is refused as that, whatever status it comes with",
        arguments: [400, 404, 409, 410]
    )
    func transfer(status: Int) async throws {
        let scripted = try ScriptedClient([.answer(status, #"{"error":"CALL_NOT_FOUND","message":"no such call"}"#)])
        let id = CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f")
        let outcome = await scripted.client.calls.warmTransfer(
            try WarmTransfer(callID: id, target: .number(PhoneNumber(validating: "918888888801")))
        )
        let refusal = try #require(outcome.refusal)
        #expect(refusal.isCallGone)
        #expect("\(refusal)" == "The call has ended, or never existed (\(status) CALL_NOT_FOUND)")
    }

    @Test(
        "A question about a call that has ended is answered with that, whatever status it comes with",
        arguments: [400, 404, 409, 410]
    )
    func status(status: Int) async throws {
        let scripted = try ScriptedClient([.answer(status, #"{"error":"CALL_NOT_FOUND"}"#)])
        let outcome = await scripted.client.calls.status(CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f"))
        #expect(outcome == .accepted(.ended))
        #expect(scripted.transport.attempts == 1)
    }
}
