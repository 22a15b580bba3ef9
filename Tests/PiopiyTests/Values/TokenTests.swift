import Logging
import TestSupport
import Testing

@testable import Piopiy

@Suite("The token is never shown")
struct TokenTests {
    static let secret = ScriptedClient.secret

    @Test("Whatever describes, dumps or mirrors it shows dots, alone and inside of other values")
    func descriptions() throws {
        let token = try Token(validating: Self.secret)
        let client = try ScriptedClient([.answer(200)]).client
        let request = OutgoingRequest(
            method: .post,
            url: "http://127.0.0.1:9",
            token: token,
            body: nil,
            timeouts: Timeouts()
        )
        for value in [token, [token], ["t": token], Optional(token) as Any, client, request, (token, 1)] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(describing: value), String(reflecting: value), dumped] {
                #expect(!text.contains(Self.secret))
            }
        }
        #expect(Mirror(reflecting: token).children.isEmpty)
        #expect("\(token)" == "•••••")
    }

    @Test(
        "A token that has no place in a header is refused, without repeating it",
        arguments: [
            "", " ", "abc def-secret", "secret\n", "\tsecret", "sécret", "secret\u{0}", "secret\r\nX-Evil: 1",
            "secret\u{7F}",
        ]
    )
    func wrong(text: String) {
        do throws(ValidationError) {
            _ = try Token(validating: text)
            Issue.record("it was taken")
        } catch {
            #expect(error.field == "token")
            #expect(!"\(error)".contains("secret") && !"\(error)".contains("sécret"))
        }
    }

    @Test("An answer that repeats it does not bring it into an error")
    func echoed() async throws {
        for body in [
            #"{"error":"bad token \#(Self.secret)","message":"no: \#(Self.secret)"}"#, "<p>\(Self.secret)</p>",
        ] {
            for status in [400, 401] {
                let outcome = try await ScriptedClient([.answer(status, body)]).call()
                #expect(outcome.name == "refused")
                #expect(!"\(outcome)".contains(Self.secret))
                #expect("\(outcome)".contains("•••••"))
            }
        }
    }

    @Test("A short one does not blot out the platform's words")
    func short() async throws {
        let client = try RestClient(
            token: Token(validating: "a"),
            RestClient.Configuration(baseURL: "http://127.0.0.1:9"),
            transport: FakeTransport([.answer(403, #"{"error":"app_not_active"}"#)])
        )
        let outcome = await client.voice.hangup(callID: CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f"))
        #expect(outcome == .refused(Refusal(status: 403, code: "app_not_active", message: "app_not_active")))
    }

    @Test("The log has it at no level, and no whole phone number at info or above")
    func logged() async throws {
        let log = LogRecorder()
        for delivery in PlacementRetryTests.mayHaveLeft + PlacementRetryTests.notActed + PlacementRetryTests.decided {
            let scripted = try ScriptedClient([delivery, .answer(401, Self.secret)], logger: log.logger)
            _ = await scripted.call()
            _ = await scripted.hangup()
        }
        #expect(log.lines.count > 50)
        for line in log.lines {
            #expect(!line.text.contains(Self.secret))
            let numbers = ["918888888888", "919999999999"].filter { line.text.contains($0) }
            #expect(line.level < .info || numbers.isEmpty, "\(line.text)")
        }
    }
}
