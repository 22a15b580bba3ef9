import Synchronization
import TestSupport
import Testing

@testable import Piopiy

@Suite("Messages and their credential")
struct MessagesTests {
    private static let message: TextMessage = {
        do { return try TextMessage(to: "918888888888", text: "hello") } catch { preconditionFailure("\(error)") }
    }()

    private static let sent = Delivery.answer(200, #"{"code":200,"msg":"message sent"}"#)
    private static let invalidToken = Delivery.answer(200, #"{"code":404,"msg":"invalid token"}"#)

    private static func login(_ token: String) -> Delivery {
        .answer(200, #"{"code":200,"msg":"user login","token":"\#(token)"}"#)
    }

    /// Keeps what it is given.
    private final class Store: MessagingTokenStore {
        private let held: Mutex<KeptMessagingToken?>

        init(_ token: KeptMessagingToken? = nil) { held = Mutex(token) }

        var text: String? { held.withLock { $0?.text } }
        func load() async -> KeptMessagingToken? { held.withLock(\.self) }
        func save(_ token: KeptMessagingToken) async { held.withLock { $0 = token } }
    }

    private func client(_ script: [Delivery], _ store: Store) throws -> ScriptedClient {
        let user = try MessagingLogin(userID: "101_2222224", password: "pass word-4711")
        return try ScriptedClient(script, messaging: .login(user, store: store))
    }

    private func paths(_ scripted: ScriptedClient) -> [String] {
        scripted.transport.requests.map { $0.url.replacing("https://rest.telecmi.com", with: "") }
    }

    private func tokens(_ scripted: ScriptedClient) throws -> [JSONValue?] {
        try scripted.transport.requests.map { try JSONValue(parsing: $0.body ?? [])["token"] }
    }

    @Test("A message has the user's token in its body, the account's nowhere, and is never sent twice in doubt")
    func message() async throws {
        let scripted = try ScriptedClient([Self.sent])
        let outcome = await scripted.client.messages.send(Self.message)
        #expect(outcome == .accepted(MessageReceipt(status: 200, message: "message sent")))
        let request = try #require(scripted.transport.requests.first)
        #expect(request.token == nil)
        #expect(
            try JSONValue(parsing: request.body ?? []) == [
                "to": 918_888_888_888, "text": "hello", "token": .string(ScriptedClient.messagingSecret),
            ]
        )
        let lost = try ScriptedClient([.lost(.broken("reset"))])
        #expect(await lost.client.messages.send(Self.message).name == "unknown")
        #expect(lost.transport.attempts == 1)
    }

    @Test("Without a credential nothing is sent, whatever the account's token is")
    func noCredential() async throws {
        let transport = FakeTransport([Self.sent])
        let client = try RestClient(token: Token(validating: "secret"), .init(), transport: transport)
        let outcome = await client.messages.send(Self.message)
        let error = try #require(outcome.mistake, "\(outcome)")
        #expect(error.field == "messaging_token")
        #expect(transport.attempts == 0)
    }

    @Test("A client without the account's token sends messages, and nothing that takes that token")
    func noAccount() async throws {
        let transport = FakeTransport([Self.sent])
        var configuration = RestClient.Configuration()
        configuration.messaging = try .token(Token(validating: ScriptedClient.messagingSecret))
        let client = try RestClient(token: nil, configuration, transport: transport)
        #expect(await client.agents.list().name == "invalid")
        #expect(await client.recordings.download(fileName: "a.wav", to: "/nowhere/at/all").name == "invalid")
        #expect(transport.attempts == 0)
        #expect(await client.messages.send(Self.message).name == "accepted")
    }

    @Test("A login is done once, kept, and used again for 29 days")
    func login() async throws {
        let store = Store()
        let first = try client([Self.login("token-one-4711"), Self.sent], store)
        #expect(await first.client.messages.send(Self.message).name == "accepted")
        #expect(await first.client.messages.send(Self.message).name == "accepted")
        #expect(paths(first) == ["/v2/user/login", "/v2/messages", "/v2/messages"])
        #expect(try tokens(first) == [nil, "token-one-4711", "token-one-4711"])
        let sent = try JSONValue(parsing: first.transport.requests[0].body ?? [])
        #expect(sent == ["id": "101_2222224", "password": "pass word-4711"])
        #expect(first.transport.requests.allSatisfy { $0.token == nil })
        #expect(store.text == "token-one-4711")

        let second = try client([Self.sent], store)
        #expect(await second.client.messages.send(Self.message).name == "accepted")
        #expect(paths(second) == ["/v2/messages"])

        // What is too old, or of the future, is not tried.
        let now = Timestamp(milliseconds: 1_725_942_871_000)
        for since in [now + .seconds(-29 * 86_400), now + .seconds(60)] {
            let old = Store(KeptMessagingToken(text: "token-old-4711", since: since))
            let third = try client([Self.login("token-new-4711"), Self.sent], old)
            #expect(await third.client.messages.send(Self.message).name == "accepted")
            #expect(paths(third) == ["/v2/user/login", "/v2/messages"])
        }
    }

    @Test("A token that is no longer taken is renewed once, and the message goes out once")
    func renewal() async throws {
        let store = Store(
            KeptMessagingToken(text: "token-dead-4711", since: Timestamp(milliseconds: 1_725_942_870_000))
        )
        let renewed = try client([Self.invalidToken, Self.login("token-two-4711"), Self.sent], store)
        #expect(await renewed.client.messages.send(Self.message).name == "accepted")
        #expect(try tokens(renewed) == ["token-dead-4711", nil, "token-two-4711"])
        #expect(store.text == "token-two-4711")

        let never = try client(
            [Self.login("token-3-4711"), Self.invalidToken, Self.login("token-4-4711"), Self.invalidToken],
            Store()
        )
        let outcome = await never.client.messages.send(Self.message)
        let refusal = try #require(outcome.refusal, "\(outcome)")
        #expect(refusal.code == "invalid_messaging_token" && refusal.isBadToken)
        #expect(paths(never) == ["/v2/user/login", "/v2/messages", "/v2/user/login", "/v2/messages"])
    }

    @Test("A token of one's own is not renewed; a 404 that is a web page is no invalid token")
    func notRenewed() async throws {
        let own = try ScriptedClient([Self.invalidToken, Self.sent])
        #expect(await own.client.messages.send(Self.message).name == "refused")
        #expect(own.transport.attempts == 1)
        let page = try client([Self.login("token-one-4711"), .answer(404, "<html>"), Self.sent], Store())
        #expect(await page.client.messages.send(Self.message).name == "refused")
        #expect(page.transport.attempts == 2)
    }

    @Test(
        "A login that fails sends no message, and is never in doubt about one",
        arguments: [
            (Delivery.answer(200, #"{"code":404,"msg":"wrong password"}"#), "refused"),
            (.answer(401, #"{"code":401,"msg":"no"}"#), "refused"),
            (.lost(.timedOut), "notSent"), (.lost(.cancelled), "notSent"), (.neverLeft(.broken("refused")), "notSent"),
            (.answer(502, "<html>"), "notSent"), (.answer(200, #"{"code":200}"#), "notSent"),
            (.answer(429), "notSent"),
        ] as [(Delivery, String)]
    )
    func loginFails(answer: Delivery, name: String) async throws {
        let scripted = try client([answer], Store())
        let outcome = await scripted.client.messages.send(Self.message)
        #expect(outcome.name == name, "\(outcome)")
        #expect(!paths(scripted).contains("/v2/messages"))
        let isLoginRefused = outcome.refusal.map { $0.code == "messaging_login_refused" && $0.isBadToken }
        #expect(isLoginRefused == (name == "refused" ? true : nil))
    }

    @Test(
        "Each code of the service has words of its own",
        arguments: [
            (404, "invalid_messaging_token", "messaging token is not valid", true),
            (400, "parameter_missing", "a parameter is missing", false),
            (401, "us_sms_not_allowed", "may not send messages to the United States", false),
            (407, "invalid_sender_id", "sender id is not valid", false),
            (402, "402", "what it says", false),
        ]
    )
    func codes(code: Int, word: String, words: String, isBadToken: Bool) async throws {
        for status in [200, 400, 401] {
            let scripted = try ScriptedClient([.answer(status, #"{"code":\#(code),"msg":"what it says"}"#)])
            let outcome = await scripted.client.messages.send(Self.message)
            let refusal = try #require(outcome.refusal, "\(outcome)")
            #expect(refusal.code == word)
            #expect("\(refusal)".contains(words) && "\(refusal)".contains("what it says"))
            // A 401 whose body says nothing that is known is about the token, as everywhere.
            if code != 402 { #expect(refusal.isBadToken == isBadToken) }
        }
    }

    @Test("Neither token nor password is in an outcome, a log or a dump")
    func secrecy() async throws {
        let log = LogRecorder()
        let user = try MessagingLogin(userID: "101", password: "pass word-4711")
        let answers = [
            Self.login("token-one-4711"),
            .answer(200, #"{"code":402,"msg":"token-one-4711 pass word-4711"}"#),
        ]
        let scripted = try ScriptedClient(answers, logger: log.logger, messaging: .login(user))
        let outcome = await scripted.client.messages.send(Self.message)
        var told = "\(outcome) \(user) \(log.text)"
        dump(user, to: &told)
        dump(MessagingCredential.login(user), to: &told)
        dump(scripted.client.messages, to: &told)
        #expect(!told.contains("word-4711"))
        #expect(!"\(outcome) \(log.text)".contains("token-one-4711"))
        let echo = try ScriptedClient([.answer(200, #"{"code":404,"msg":"pass word-4711"}"#)], messaging: .login(user))
        let refused = await echo.client.messages.send(Self.message)
        #expect(!"\(refused)".contains("word-4711"))
        for (id, password) in [("", "a"), ("a", ""), ("a\nb", "c"), ("a", "b\nhunter2")] {
            do throws(ValidationError) {
                _ = try MessagingLogin(userID: id, password: password)
                Issue.record("it was taken")
            } catch {
                #expect(!"\(error)".contains("hunter2"))
            }
        }
    }

    @Test("Many messages at once wait for one login")
    func concurrent() async throws {
        let logins = Mutex(0)
        let transport = AnsweringTransport { request in
            guard request.url.hasSuffix("/v2/user/login") else { return Self.sent }
            logins.withLock { $0 += 1 }
            return Self.login("token-one-4711")
        }
        var configuration = RestClient.Configuration()
        configuration.messaging = .login(try MessagingLogin(userID: "101", password: "x"))
        let client = try RestClient(token: nil, configuration, transport: transport)
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { await client.messages.send(Self.message).name } }
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(outcomes == ["accepted"])
        #expect(logins.withLock { $0 } == 1)
    }
}
