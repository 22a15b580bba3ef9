import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("What the sandbox refuses")
struct RefusalTests {
    /// A body that is right but for what each case changes.
    private static func body(_ changes: [String: JSONValue?]) -> JSONValue {
        var members: [String: JSONValue] = [
            "caller_id": .string(Sample.caller), "to_number": .string(Sample.number), "agent_id": .string(Sample.agent),
        ]
        for (key, value) in changes { members[key] = value }
        return .object(members)
    }

    static let invalid: [(field: String, changes: [String: JSONValue?])] = [
        ("caller_id", ["caller_id": .some(nil)]),
        ("to_number", ["to_number": .some("0918888888888")]),
        ("to_number", ["to_number": .some("+918888888888")]),
        ("to_number", ["to_number": .some("918888888888\n")]),
        ("to_number", ["to_number": .some("91888abc8888")]),
        ("to_number", ["to_number": .some(918_888_888_888)]),
        ("agent_id", ["agent_id": .some("bdd32bcb767c40a5be4a5f45eeb348a6")]),
        ("options", ["options": .some([])]),
        ("options.max_duration_sec", ["options": .some(["max_duration_sec": 29])]),
        ("options.max_duration_sec", ["options": .some(["max_duration_sec": 7201])]),
        ("options.max_duration_sec", ["options": .some(["max_duration_sec": true])]),
        ("options.ring_timeout_sec", ["options": .some(["ring_timeout_sec": 4])]),
        ("options.ring_timeout_sec", ["options": .some(["ring_timeout_sec": 5.5])]),
        ("options.record", ["options": .some(["record": 1])]),
        ("options.loud", ["options": .some(["loud": true])]),
        ("variables.9x", ["variables": .some(["9x": "a"])]),
        ("variables.list", ["variables": .some(["list": []])]),
        ("app_id", ["app_id": .some("1")]),
    ]

    @Test("A placement that breaks a rule is answered 400 with the field, and no call is placed", arguments: invalid)
    func placement(field: String, changes: [String: JSONValue?]) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let answer = try await sandbox.request("POST", "/v3/voice/ai/call", body: try Self.body(changes).text())
            #expect(answer.status == 400)
            #expect(answer.json?["error"] == "invalid_request")
            #expect(answer.json?["field"]?.string == field)
            #expect(answer.json?["message"]?.string?.hasPrefix(field) == true)
            #expect(try await sandbox.calls().isEmpty)
            #expect(try await sandbox.placements() == [400])
        }
    }

    @Test(
        "A hang-up that breaks a rule is answered 400 with the field",
        arguments: [
            ("call_id", "{}"),
            ("call_id", #"{"call_id":"abc"}"#),
            ("cause", #"{"call_id":"00000000-0000-4000-8000-000000000000","cause":""}"#),
            ("reason", #"{"call_id":"00000000-0000-4000-8000-000000000000","reason":1}"#),
            ("force", #"{"call_id":"00000000-0000-4000-8000-000000000000","force":true}"#),
        ]
    )
    func hangUp(field: String, body: String) async throws {
        try await withSandbox { base in
            let answer = try await SandboxProbe(base: base).request("POST", "/v3/voice/call/hangup", body: body)
            #expect(answer.status == 400)
            #expect(answer.json?["field"]?.string == field)
        }
    }

    @Test("A body that is no JSON object is answered 400", arguments: ["", "{", "[]", "null", "to_number=1", "\u{0}"])
    func notJSON(body: String) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let answer = try await sandbox.request("POST", "/v3/voice/ai/call", body: body)
            #expect(answer.status == 400)
            #expect(answer.json?["field"] == "body")
            #expect(try await sandbox.placements() == [400])
        }
    }

    @Test("A body nested half a million deep is answered 400, and the sandbox goes on", arguments: ["[", #"{"a":"#])
    func deep(opening: String) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let body = String(repeating: opening, count: 500_000 / opening.count)
            let answer = try await sandbox.request("POST", "/v3/voice/ai/call", body: body)
            #expect(answer.status == 400)
            #expect(try await sandbox.place(try Sample.call()).status == 200)
        }
    }

    @Test("A body of more than a mebibyte is answered 413, and the sandbox goes on")
    func tooLarge() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let body = #"{"caller_id":""# + String(repeating: "9", count: 1 << 20) + #""}"#
            let answer = try await sandbox.request("POST", "/v3/voice/ai/call", body: body)
            #expect(answer.status == 413)
            #expect(answer.json?["error"] == "body_too_large")
            #expect(try await sandbox.place(try Sample.call()).status == 200)
        }
    }

    @Test(
        "No token, an empty one and another scheme are answered 401, and no call is placed",
        arguments: [nil, "", "Bearer", "Bearer ", "Basic abc", "token"]
    )
    func anyToken(header: String?) async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            let body = try Sample.call().json.text()
            let answer = try await sandbox.request("POST", "/v3/voice/ai/call", body: body, authorization: header)
            #expect(answer.status == 401)
            #expect(answer.json?["error"] == "unauthorized")
            #expect(try await sandbox.calls().isEmpty)
            #expect(try await sandbox.placements() == [401])
        }
    }

    @Test("With a token set, no other is taken")
    func oneToken() async throws {
        try await withSandbox(.init(token: "the-one")) { base in
            let sandbox = SandboxProbe(base: base)
            let body = try Sample.call().json.text()
            for (header, status) in [("Bearer token", 401), ("Bearer the-one", 200), ("bearer the-one", 200)] {
                let answer = try await sandbox.request("POST", "/v3/voice/ai/call", body: body, authorization: header)
                #expect(answer.status == status)
            }
            #expect(try await sandbox.request("GET", "/v3/calls/x", authorization: nil).status == 401)
            #expect(try await sandbox.request("GET", "/_sandbox/calls", authorization: nil).status == 200)
        }
    }

    @Test("An unknown path is 404 and a known one with another method 405, both with an error in JSON")
    func paths() async throws {
        try await withSandbox { base in
            let sandbox = SandboxProbe(base: base)
            for (method, path, status) in [
                ("GET", "/", 404), ("POST", "/v3", 404), ("POST", "/v3/voice/ai", 404), ("POST", "/voice/ai/call", 404),
                ("POST", "/v2/voice/ai/call", 404), ("GET", "/_sandbox", 404), ("GET", "/v3/voice/ai/call", 405),
                ("PUT", "/v3/voice/call/hangup", 405), ("POST", "/v3/calls/x", 405), ("DELETE", "/_sandbox/calls", 405),
            ] {
                let answer = try await sandbox.request(method, path)
                #expect(answer.status == status, "\(method) \(path)")
                #expect(answer.json?["error"]?.string?.isEmpty == false, "\(method) \(path)")
            }
        }
    }

    @Test("The log of requests has what was asked, refused requests too, and never a token")
    func requestLog() async throws {
        try await withSandbox(.init(token: "s3cret-one")) { base in
            let sandbox = SandboxProbe(base: base)
            let body = try Sample.call().json
            _ = try await sandbox.request(
                "POST",
                "/v3/voice/ai/call",
                body: body.text(),
                authorization: "Bearer s3cret-one"
            )
            _ = try await sandbox.request(
                "POST",
                "/v3/voice/ai/call",
                body: body.text(),
                authorization: "Bearer s3cret-two"
            )
            _ = try await sandbox.request("GET", "/v3/nowhere?token=s3cret-three", authorization: nil)
            let log = try await sandbox.requests()
            #expect(log.map { $0["status"] } == [200, 401, 404])
            #expect(log.map { $0["method"] } == ["POST", "POST", "GET"])
            #expect(log.map { $0["path"] } == ["/v3/voice/ai/call", "/v3/voice/ai/call", "/v3/nowhere"])
            #expect(log.map { $0["body"] } == [body, body, .null])
            #expect(log.allSatisfy { ($0["at"]?.looseNumber ?? 0) > 1.6e12 })
            #expect(!(try JSONValue.array(log).text().contains("s3cret")))
        }
    }
}
