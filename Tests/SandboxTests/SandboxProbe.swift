import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Piopiy
import Sandbox
import TestSupport
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
        try await wait(for: "a call as it is waited for") {
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
