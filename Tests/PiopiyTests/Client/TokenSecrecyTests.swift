import TestSupport
import Testing

@testable import Piopiy

@Suite("The token stays where it belongs")
struct TokenSecrecyTests {
    @Test("It is in the request's header, once, and nowhere else in it")
    func header() async throws {
        try await dialing(.accept) { dialing in
            _ = await dialing.call()
            let request = try #require(dialing.server.requests.first)
            #expect(request.head.contains("Authorization: Bearer \(Dialing.token)\r\n"))
            #expect(request.head.components(of: Dialing.token) == 2)
            #expect(request.head.hasPrefix("POST /v3/voice/ai/call HTTP/1.1\r\n"))
            #expect(try !request.body.text().contains(Dialing.token))
        }
    }

    @Test("A platform that repeats the token in its answer does not get it into an outcome or a log")
    func echoed() async throws {
        let token = Dialing.token
        for action in [
            FaultServer.Action.answer(
                "401 Unauthorized",
                #"{"error":"bad_token","message":"token \#(token) is not valid"}"#
            ),
            .answer("403 Forbidden", #"{"error":"\#(token)"}"#), .answer("400 Bad Request", "Bearer \(token)"),
            .answer("200 OK", #"{"message":"\#(token)","request":"\#(token)","id":"\#(token)"}"#),
            .answer("200 OK", #"{"code":"\#(token)","msg":"\#(token)"}"#), .sendAndClose("\(token)\r\n\r\n"),
            .answer("302 Found", headers: ["Location: /\(token)"]),
            .answer("429 Too Many Requests", headers: ["Retry-After: \(token)"]),
            .sendAndClose("HTTP/1.1 200 \(token)\r\n\(token)\r\n\r\n"),
        ] {
            // That the token is nowhere is looked at by `dialing`.
            try await dialing(action) { dialing in
                _ = await dialing.call()
                _ = await dialing.hangUp()
            }
        }
    }

    @Test("A client that is dumped while a request is under way does not show it")
    func dumped() async throws {
        try await dialing(.hang) { dialing in
            let task = Task { await dialing.call() }
            try await eventually("the server has the dial") { dialing.dials() == 1 }
            dialing.log.keep(dialing.client)
            dialing.log.keep(dialing.client.ai)
            task.cancel()
            _ = await task.value
        }
    }

    @Test("A token with a slash is hidden in JSON that escapes slashes, and a short word is not taken for a token")
    func forms() throws {
        let token = try Token(validating: "tok/9f8e7d6c5b4a39281706")
        let answer = Answer(
            status: 401,
            body: Array(#"{"error":"tok\/9f8e7d6c5b4a39281706 tok/9f8e7d6c5b4a39281706"}"#.utf8)
        )
        #expect(String(decoding: answer.hiding(token).body, as: UTF8.self) == #"{"error":"••••• •••••"}"#)
        let accepted = Answer(status: 200, body: Array(OneDialTests.accepted.utf8))
        #expect(accepted.hiding(try Token(validating: "request")) == accepted)
    }

    @Test("No whole phone number is in the log at info or above")
    func numbers() async throws {
        for action in [
            FaultServer.Action.accept, .close, .answer("403 Forbidden"), .answer("429 Too Many Requests"),
            .answer("400 Bad Request", #"{"error":"no such number: \(Dialing.number(0))"}"#),
        ] {
            try await dialing(action) { dialing in
                let outcome = await dialing.client.ai.call(
                    callerID: "919999999999",
                    toNumber: Dialing.number(0),
                    agentID: Dialing.agent
                )
                #expect(!outcome.name.isEmpty)
                let lines = dialing.log.text.split(separator: "\n").filter {
                    !$0.hasPrefix("trace") && !$0.hasPrefix("debug")
                }
                #expect(!lines.isEmpty)
                for line in lines {
                    #expect(!line.contains(Dialing.number(0)))
                    #expect(!line.contains("919999999999"))
                }
            }
        }
    }

    @Test(
        "A platform's text for a log has no whole phone number, and its ids stay whole",
        arguments: [
            ("no such number: 918888888888.", "no such number: 91********88."),
            ("call_918888888888", "call_91********88"), ("/play/16-919999999999-4.wav", "/play/16-91********99-4.wav"),
            ("app_not_active", "app_not_active"), ("402", "402"), ("", ""),
            ("/play/f44767e6-ccad-4bc2-aba9-8f71b9dddaef.wav", "/play/f44767e6-ccad-4bc2-aba9-8f71b9dddaef.wav"),
            ("नमस्ते 9188888é", "नमस्ते 91***88é"),
        ]
    )
    func maskedText(text: String, masked: String) {
        #expect(Redaction.numbersMasked(text) == masked)
    }
}

extension String {
    /// How many parts `separator` cuts it into.
    fileprivate func components(of separator: String) -> Int {
        split(separator: separator, omittingEmptySubsequences: false).count
    }
}
