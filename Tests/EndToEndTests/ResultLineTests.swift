import Piopiy
import Testing

@testable import PiopiyCommand

@Suite("What a batch says of a doubt")
struct ResultLineTests {
    private static let id = "ee6a7a9b-78ea-4693-9e77-5fc085567b2f"
    private static let pipeline = #"[{"action":"hangup"}]"#

    @Test(
        "Only what does no harm twice is called safe to do again",
        arguments: [
            ("voice.hangup", #"{"call_id":"\#(id)"}"#, "doing it again is safe"),
            ("calls.hangup", #"{"call_id":"\#(id)"}"#, "doing it again is safe"),
            ("calls.status", #"{"call_id":"\#(id)"}"#, "doing it again is safe"),
            ("agents.list", "{}", "doing it again is safe"),
            ("calls.warmTransfer", #"{"call_id":"\#(id)","to_number":"918888888801"}"#, "Check before you repeat it"),
            ("calls.blindTransfer", #"{"call_id":"\#(id)","pipeline":\#(pipeline)}"#, "Check before you repeat it"),
            ("pcmo.transfer", #"{"call_id":"\#(id)","pipeline":\#(pipeline)}"#, "Check before you repeat it"),
            ("messages.send", #"{"to":"918888888801","text":"a"}"#, "it was not repeated"),
        ]
    )
    func doubts(name: String, arguments: String, words: String) throws {
        let operation = try Operation(name: name, arguments: JSONValue(strictlyParsing: arguments.utf8))
        let line = ResultLine(operation: .unknown(Doubt(.serverError(status: 503))), operation)
        #expect(line.outcome == "unknown" && line.status == 503 && line.code == "server_error")
        let message = try #require(line.message)
        #expect(
            message.hasPrefix("The answer was 503, which does not say whether the platform acted.")
                && message.contains(words)
        )
    }
}
