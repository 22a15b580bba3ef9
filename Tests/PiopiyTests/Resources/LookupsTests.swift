import TestSupport
import Testing

@testable import Piopiy

@Suite("Look-ups by an app's secret")
struct LookupsTests {
    private static let secret = "app-s3cret-0123456789"
    private static let request = CallLookup.request(RequestID("GQqY"))

    private func client(_ script: [Delivery], appID: String = "2222224") throws -> ScriptedClient {
        let app = try AppCredential(appID: appID, secret: Token(validating: Self.secret))
        return try ScriptedClient(script, app: app)
    }

    @Test("Each goes to its host and path, with the secret where that one takes it, and no token")
    func requests() async throws {
        let scripted = try client([.answer(200, #"{"code":404}"#)])
        let lookups = scripted.client.lookups
        _ = await lookups.records(Self.request)
        _ = await lookups.records(.call(CallID("ee6a")))
        _ = await lookups.balance()
        _ = await lookups.callsUp()
        let requests = scripted.transport.requests
        #expect(
            requests.map(\.url) == [
                "https://piopiy.telecmi.com/v1/piopiy/requestid_cdr",
                "https://piopiy.telecmi.com/v1/piopiy/cmiuuid_cdr",
                "https://piopiy.telecmi.com/v1/balance", "https://rest.telecmi.com/v2/piopiy/get_channels",
            ]
        )
        #expect(requests.allSatisfy { $0.token == nil && $0.method == .post })
        let secret = JSONValue.string(Self.secret)
        #expect(
            try requests.map { try JSONValue(parsing: $0.body ?? []) } == [
                ["appid": 2_222_224, "secret": secret, "request_id": "GQqY"],
                ["appid": 2_222_224, "secret": secret, "cmiuuid": "ee6a"],
                ["appid": 2_222_224, "token": secret], ["appid": 2_222_224, "secret": secret],
            ]
        )
        let named = try client([.answer(200, "{}")], appID: "app-7")
        _ = await named.client.lookups.callsUp()
        #expect(try JSONValue(parsing: named.transport.requests[0].body ?? [])["appid"] == "app-7")
    }

    @Test("Both legs of a call are read, leg a first, times in ms and in seconds")
    func legs() async throws {
        let answer = """
            {"count":2,"cdr":[
              {"duration":42,"balance":"1.5","rate":"0.1","from":"919999999999","to":"bdd32bcb",
               "time":1725942871456,"leg":"b",
               "direction":"outbound","status":"answered"},
              {"duration":"42","balance":1.5,"rate":0.1,"from":919999999999,"to":918888888888,
               "time":"1725942871","leg":"A",
               "direction":"outbound","status":"answered"},
              {"nothing":1}, 7],"code":200}
            """
        let outcome = try await client([.answer(200, answer)]).client.lookups.records(Self.request)
        let records = try #require(outcome.value, "\(outcome)")
        #expect(records.map(\.leg) == [.a, .b])
        #expect(records.map(\.to) == ["918888888888", "bdd32bcb"])
        #expect(records.map { $0.at?.milliseconds } == [1_725_942_871_000, 1_725_942_871_456])
        #expect(records.allSatisfy { $0.talkSeconds == 42 && $0.status == "answered" && $0.callID == nil })
        let one = #"{"cdr":{"cmiuuid":"ee6a","status":"missed","time":1725942871456,"leg":"a"},"code":200}"#
        let single = try await client([.answer(200, one)]).client.lookups.records(.call(CallID("ee6a")))
        let found = try #require(single.value, "\(single)")
        #expect(found.map(\.callID) == [CallID("ee6a")])
    }

    @Test("No record is an answer, and none that says what became of the call; a web page is none")
    func none() async throws {
        for answer in [Delivery.answer(200, #"{"code":404,"msg":"not found"}"#), .answer(404, #"{"code":"404"}"#)] {
            #expect(try await client([answer]).client.lookups.records(Self.request) == .accepted([]))
        }
        #expect(try await client([.answer(404, "<html>")]).client.lookups.records(Self.request).name == "refused")
        #expect(
            try await client([.answer(200, #"{"code":200}"#)]).client.lookups.records(Self.request).name == "unknown"
        )
        #expect(try await client([.answer(200, "<html>")]).client.lookups.records(Self.request).name == "unknown")
    }

    @Test("The balance and the calls that are up are read; a wrong secret is told as that")
    func account() async throws {
        let money = #"{"code":200,"expire":1635921536108,"sms":10969,"balance":"17507.49"}"#
        let balance = try await client([.answer(200, money)]).client.lookups.balance()
        let left = try #require(balance.value, "\(balance)")
        #expect(left.amount == "17507.49" && left.messages == 10_969 && left.expires?.milliseconds == 1_635_921_536_108)
        let up = try await client([.answer(200, #"{"code":200,"channel":"2"}"#)]).client.lookups.callsUp()
        #expect(up == .accepted(2))
        let wrong = try await client([.answer(200, #"{"code":407,"msg":"authentication failed"}"#)]).client.lookups
            .callsUp()
        let refusal = try #require(wrong.refusal, "\(wrong)")
        #expect(refusal.code == "app_secret_not_accepted" && refusal.isBadToken)
    }

    @Test("Without an app's secret nothing is asked")
    func off() async throws {
        let scripted = try ScriptedClient([.answer(200)])
        let lookups = scripted.client.lookups
        #expect(!lookups.isAvailable)
        #expect(await lookups.records(Self.request).name == "invalid")
        #expect(await lookups.balance().name == "invalid")
        #expect(await lookups.callsUp().name == "invalid")
        #expect(scripted.transport.attempts == 0)
    }

    @Test("The secret is in no outcome, log or dump")
    func secrecy() async throws {
        let log = LogRecorder()
        let app = try AppCredential(appID: "2222224", secret: Token(validating: Self.secret))
        let echo = Delivery.answer(200, #"{"code":400,"msg":"\#(Self.secret)"}"#)
        let scripted = try ScriptedClient([echo], logger: log.logger, app: app)
        var told = "\(await scripted.client.lookups.records(Self.request)) \(app) \(log.text)"
        dump(app, to: &told)
        #expect(!told.contains(Self.secret))
        #expect(told.contains("•••••"))
    }
}
