import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Piopiy
import Sandbox
import Testing

/// What the tests know of a running sandbox: its REST base, and how to look into it.
struct SandboxProbe: Sendable {
    let base: String

    var origin: String { String(base.dropLast("/v3".count)) }

    struct Answer: Sendable {
        var status: Int
        var retryAfter: String?
        var text: String
        var json: JSONValue? { try? JSONValue(parsing: text.utf8) }
    }

    func client(timeouts: Timeouts = Timeouts(), retries: RetryPolicy = RetryPolicy()) throws -> RestClient {
        try RestClient(token: Token(validating: "token"), .init(baseURL: base, timeouts: timeouts, retries: retries))
    }

    /// A client of all three bases.
    func wholeClient(token: String = "token") throws -> RestClient {
        try RestClient(
            token: Token(validating: token),
            .init(baseURL: base, accountURL: origin, messagingURL: origin)
        )
    }

    /// A request as it is, without the SDK's checks.
    func request(
        _ method: String,
        _ path: String,
        body: String? = nil,
        authorization: String? = "Bearer token"
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: origin + path)
        request.method = HTTPMethod(rawValue: method)
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 32 << 20)
        return Answer(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "Retry-After"),
            text: String(buffer: bytes)
        )
    }

    /// The calls that it holds.
    func calls() async throws -> [JSONValue] {
        try #require(try await request("GET", "/_sandbox/calls", authorization: nil).json?.array)
    }

    /// What it was asked.
    func requests() async throws -> [JSONValue] {
        try #require(try await request("GET", "/_sandbox/requests", authorization: nil).json?.array)
    }

    /// The one call that it holds, as soon as it is as `condition` wants it.
    func onlyCall(where condition: (JSONValue) -> Bool = { _ in true }) async throws -> JSONValue {
        try await eventually("a call as it is waited for") {
            let calls = try await calls()
            try #require(calls.count <= 1)
            return calls.first(where: condition)
        }
    }
}

extension SandboxProbe {
    /// Status by status, what the placements that it was asked for were answered; `nil` for one that got no answer.
    func placements() async throws -> [Int?] {
        try await requests().filter { $0["path"] == "/v3/voice/ai/call" }.map {
            $0["status"]?.looseNumber.map { Int($0) }
        }
    }

    /// Places a call without the SDK.
    func place(_ call: AICall) async throws -> Answer {
        try await request("POST", "/v3/voice/ai/call", body: call.json.text())
    }

    func hangUp(_ id: String) async throws -> Answer {
        try await request("POST", "/v3/voice/call/hangup", body: JSONValue.object(["call_id": .string(id)]).text())
    }
}

struct NothingCame: Error, CustomStringConvertible {
    let description: String
}

/// Asks until there is an answer.
/// - Throws: ``NothingCame`` after a minute, which is long even for a machine with much else to do.
func eventually<Value>(
    _ what: String,
    isolation: isolated (any Actor)? = #isolation,
    _ ask: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if let value = try await ask() { return value }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw NothingCame(description: "\(what) did not come within a minute")
}

/// Numbers and an agent that belong to nobody.
enum Sample {
    static let caller = "919999999999"
    static let number = "918888888888"
    static let agent = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"

    /// A number with one of the magic endings.
    static func number(_ ending: String) -> String { "91888888" + ending }

    static func call(
        to number: String = number,
        options: CallOptions? = nil,
        variables: Variables? = nil
    ) throws -> AICall {
        try AICall(callerID: caller, toNumber: number, agentID: agent, options: options, variables: variables)
    }
}
