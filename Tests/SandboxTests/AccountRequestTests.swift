import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("The account and messaging bases")
struct AccountRequestTests {
    @Test("The agents are listed, the documentation's among them")
    func agents() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let agents = try accepted(await (try sandbox.wholeClient()).agents.list())
            #expect(agents.first { $0.id == Sample.agent }?.status == "active")
            #expect(Set(agents.map(\.id)).count == agents.count)
            #expect(agents.allSatisfy { $0.name?.isEmpty == false })
            #expect(Set(agents.compactMap(\.status)) == ["active", "inactive"])
            // Each can be called.
            for agent in agents { _ = try AICall(callerID: Sample.caller, toNumber: Sample.number, agentID: agent.id) }
        }
    }

    @Test(
        "The account's paths need the token and their method",
        arguments: [
            ("GET", "/v1/ai-agents"), ("POST", "/webhook/add"), ("POST", "/sip/app/cdr/get"),
            ("GET", "/sip/app/call/recording/play/a.wav"),
        ]
    )
    func guarded(method: String, path: String) async throws {
        try await withSandbox(.init(token: "right")) { base in
            let sandbox = SandboxProbe(base: base)
            for authorization in [nil, "Bearer wrong", "right"] {
                let answer = try await sandbox.request(method, path, authorization: authorization)
                #expect(answer.status == 401)
            }
            let other = method == "GET" ? "POST" : "GET"
            let answer = try await sandbox.request(other, path, authorization: "Bearer right")
            #expect(answer.status == 405)
        }
    }

    @Test("A message is sent, shown, and logged without its token")
    func message() async throws {
        try await withSandbox(.init(token: "right-token")) { base in
            let sandbox = SandboxProbe(base: base)
            let client = try sandbox.wholeClient(token: "right-token")
            let receipt = try accepted(
                await client.messages.send(try TextMessage(to: Sample.number, text: "Ihr Tisch ist frei ✓"))
            )
            #expect(receipt.message == "message sent")
            let sent = try await sandbox.list("messages")
            #expect(sent.count == 1)
            #expect(sent.first?["to"]?.string == Sample.number)
            #expect(sent.first?["text"] == "Ihr Tisch ist frei ✓")
            #expect(try await sandbox.requests().first { $0["path"] == "/v2/messages" }?["body"]?["text"] != nil)
        }
    }

    @Test(
        "No token of a message is ever shown, wherever it stands and whatever the body is",
        arguments: [
            ("/v2/messages", #"{"token":"right-token","to":918888888888,"text":"a"}"#),
            ("/v2/messages", #"{"token":"right-token","to":"12","text":"a"}"#),
            ("/v2/messages", #"{"token":"right-token","to":918888888888,"#),
            ("/v2/messages", #"[{"token":"right-token"}]"#), ("/v2/messages", #""right-token""#),
            ("/v2/messages", #"{"a":{"token":"right-token"}}"#),
            ("/v2/messages/", #"{"token":"right-token","to":918888888888,"text":"a"}"#),
            ("//v2//messages", #"{"token":"right-token","to":918888888888,"text":"a"}"#),
            ("/v2/message", #"{"token":"right-token","to":918888888888,"text":"a"}"#),
        ]
    )
    func secrecy(path: String, body: String) async throws {
        try await withSandbox(.init(token: "right-token")) { base in
            let sandbox = SandboxProbe(base: base)
            _ = try await sandbox.request("POST", path, body: body, authorization: nil)
            for list in ["requests", "messages"] {
                let shown = try await sandbox.request("GET", "/_sandbox/\(list)", authorization: nil).text
                #expect(!shown.contains("right-token"), "\(list)")
            }
        }
    }

    @Test(
        "A message without a token that a login gave is refused, whatever the header says; the account's token is none",
        arguments: [#""token":"wrong","#, #""token":"","#, #""token":7,"#, "", #""token":"right-token","#]
    )
    func wrongToken(token: String) async throws {
        try await withSandbox(.init(token: "right-token")) { base in
            let sandbox = SandboxProbe(base: base)
            let answer = try await sandbox.request(
                "POST",
                "/v2/messages",
                body: #"{\#(token)"to":918888888888,"text":"a"}"#,
                authorization: "Bearer right-token"
            )
            #expect(answer.json?["code"] == 404)
            #expect(try await sandbox.list("messages").isEmpty)
            let client = try sandbox.wholeClient(messaging: .token(Token(validating: "wrong-token")))
            guard
                case .refused(let refusal) = await client.messages.send(try TextMessage(to: Sample.number, text: "a"))
            else { throw NeverHappened("a refusal") }
            #expect(refusal.code == "invalid_messaging_token")
        }
    }

    @Test(
        "What breaks a rule is no message",
        arguments: [
            (#""to":"12","text":"a""#, "to"), (#""to":918888888888,"text":"""#, "text"), (#""text":"a""#, "to"),
            (#""to":918888888888"#, "text"), (#""to":918888888888,"text":"a","when":1"#, "when"),
        ]
    )
    func badMessage(rest: String, field: String) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let token = try await sandbox.logIn()
            let answer = try await sandbox.request("POST", "/v2/messages", body: #"{"token":"\#(token)",\#(rest)}"#)
            #expect(answer.json?["code"] == 400)
            #expect(answer.json?["field"]?.string == field)
            #expect(try await sandbox.list("messages").isEmpty)
        }
    }

    @Test(
        "A message's endings: refused ones are not sent, lost answers leave one that was",
        arguments: [
            ("0004", "refused", 0), ("0005", "refused", 0), ("0006", "unknown", 1), ("0009", "unknown", 1),
            ("0015", "refused", 0), ("0016", "refused", 0), ("0010", "unknown", 1),
        ]
    )
    func endings(ending: String, outcome: String, count: Int) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let message = try TextMessage(to: Sample.number(ending), text: "a")
            let client = try sandbox.wholeClient()
            #expect(await client.messages.send(message).name == outcome)
            #expect(try await sandbox.list("messages").count == count)
        }
    }

    @Test("A login gives a token that is good for 30 days of the sandbox's time, and a dead one is renewed")
    func lifetime() async throws {
        // A day takes a tenth of a second.
        try await withSandbox(.init(speed: 864_000)) { base in
            let sandbox = SandboxProbe(base: base)
            let token = try await sandbox.logIn()
            let message = try TextMessage(to: Sample.number, text: "a")
            let own = try sandbox.wholeClient(messaging: .token(Token(validating: token)))
            let refusal = try await wait(for: "the token's end") { () -> Refusal? in
                if case .refused(let refusal) = await own.messages.send(message) { refusal } else { nil }
            }
            #expect(refusal.code == "invalid_messaging_token")
            let kept = KeptMessagingToken(text: token, since: .now)
            let login = try MessagingLogin(userID: "101", password: "pass-4711-word")
            let client = try sandbox.wholeClient(messaging: .login(login, store: OneToken(token: kept)))
            // A new token ends as soon as the old one did, which on a busy machine may be before it is used.
            try await eventually("a message goes out with a new token") {
                await client.messages.send(message).name == "accepted"
            }
        }
    }

    @Test("A wrong login is refused, and neither password nor token is shown")
    func login() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            for body in [#"{"id":"101"}"#, #"{"password":"x"}"#, #"{"id":"","password":"x"}"#, "[]", "x"] {
                let answer = try await sandbox.request("POST", "/v2/user/login", body: body, authorization: nil)
                #expect(answer.json?["code"] == 400, "\(body)")
            }
            let wrong = try MessagingLogin(userID: "101", password: "wrong")
            let outcome = await (try sandbox.wholeClient(messaging: .login(wrong))).messages.send(
                try TextMessage(to: Sample.number, text: "a")
            )
            guard case .refused(let refusal) = outcome else { throw NeverHappened("a refusal") }
            #expect(refusal.code == "messaging_login_refused")
            let token = try await sandbox.logIn()
            let shown = try await sandbox.request("GET", "/_sandbox/requests", authorization: nil).text
            #expect(!shown.contains("pass-4711-word") && !shown.contains(token) && shown.contains("/v2/user/login"))
        }
    }
}

/// A store with one token that nobody replaces.
private struct OneToken: MessagingTokenStore {
    let token: KeptMessagingToken

    func load() async -> KeptMessagingToken? { token }
    func save(_ token: KeptMessagingToken) async {}
}
