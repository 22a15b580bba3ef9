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

    @Test("A server's error leaves it in doubt", arguments: [500, 502, 503, 504])
    func doubtful(status: Int) {
        #expect(Self.read(status, "") == .doubtful(Doubt(.serverError(status: status))))
    }
}
