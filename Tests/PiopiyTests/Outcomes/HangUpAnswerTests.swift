import Foundation
import Testing

@testable import Piopiy

@Suite("The answer to a hang-up")
struct HangUpAnswerTests {
    static func read(_ status: Int, _ body: String) -> Attempt<ActionReceipt> {
        AnswerReader.hangUp(Answer(status: status, body: Array(body.utf8)), now: .distantPast)
    }

    @Test("A call that has ended is hung up", arguments: ["", "{}", #"{"error":"call_not_found"}"#])
    func ended(body: String) {
        #expect(Self.read(404, body) == .accepted(ActionReceipt(status: 404, alreadyEnded: true)))
    }

    @Test(
        "CALL_NOT_FOUND says that a call has ended, whatever status it comes with and in whatever letter case",
        arguments: [400, 403, 404, 409, 410, 422, 408, 429, 200],
        [
            #"{"error":"CALL_NOT_FOUND"}"#, #"{"error":"call_not_found","message":"no"}"#,
            #"{"error":{"code":"CALL_NOT_FOUND","message":"no"}}"#, #"{"message":"CALL_NOT_FOUND","success":false}"#,
            "\u{FEFF}{\"error\":\"Call_Not_Found\"}",
        ]
    )
    func notFound(status: Int, body: String) {
        #expect(Self.read(status, body) == .accepted(ActionReceipt(status: status, alreadyEnded: true)))
    }

    @Test("Another code, and a server's error with this one, say nothing of the kind")
    func otherCodes() {
        let others = [
            Self.read(409, #"{"error":"CALL_NOT_FOUND_YET"}"#),
            Self.read(403, #"{"error":"app_not_active","message":"CALL_NOT_FOUND"}"#),
            Self.read(503, #"{"error":"CALL_NOT_FOUND"}"#),
        ]
        #expect(others.map(\.word) == ["refused", "refused", "doubtful"])
        // A success that has it for a message is one.
        let up = Self.read(200, #"{"message":"CALL_NOT_FOUND"}"#)
        #expect(up == .accepted(ActionReceipt(status: 200, alreadyEnded: false)))
    }

    @Test("A 404 that is a web page is a wrong address, not an ended call")
    func wrongAddress() {
        guard case .refused(let refusal) = Self.read(404, "<html>nginx</html>") else {
            Issue.record("it was not refused")
            return
        }
        #expect(refusal.status == 404)
    }

    @Test("Any 2xx that is no refusal is accepted, with or without a body", arguments: ["", "OK", "{}", "[]"])
    func accepted(body: String) {
        #expect(Self.read(200, body) == .accepted(ActionReceipt(status: 200, alreadyEnded: false)))
    }

    @Test("A request id is kept")
    func requestID() {
        let receipt = ActionReceipt(status: 202, alreadyEnded: false, requestID: RequestID("R"))
        #expect(Self.read(202, #"{"request_id":"R"}"#) == .accepted(receipt))
        #expect(Self.read(202, #"{"request":"R"}"#) == .accepted(receipt))
    }

    @Test("A 200 that says no is a refusal", arguments: [#"{"error":"x"}"#, #"{"success":false}"#, #"{"code":404}"#])
    func refused(body: String) {
        guard case .refused(let refusal) = Self.read(200, body) else {
            Issue.record("it was not refused")
            return
        }
        #expect(refusal.status == 200)
    }

    @Test("A server's error leaves it in doubt", arguments: [408, 499, 500, 502, 503, 504])
    func doubtful(status: Int) {
        #expect(Self.read(status, "") == .doubtful(Doubt(.serverError(status: status))))
    }
}
