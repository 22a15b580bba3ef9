import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Piopiy
import Sandbox
import TestSupport
import Testing

extension SandboxProbe {
    /// A client with all bases on the sandbox's one port.
    func wholeClient(
        token: String = "token",
        retries: RetryPolicy = RetryPolicy(),
        messaging: MessagingCredential? = nil,
        app: AppCredential? = nil
    ) throws -> RestClient {
        var configuration = RestClient.Configuration(
            baseURL: base,
            accountURL: origin,
            messagingURL: origin,
            retries: retries
        )
        configuration.lookupURL = origin
        configuration.messaging = try messaging ?? .login(MessagingLogin(userID: "101", password: "pass-4711-word"))
        configuration.app = app
        return try RestClient(token: Token(validating: token), configuration)
    }

    /// A messaging token, as a login gives it.
    func logIn() async throws -> String {
        let answer = try await request(
            "POST",
            "/v2/user/login",
            body: #"{"id":"101","password":"pass-4711-word"}"#,
            authorization: nil
        )
        return try #require(answer.json?["token"]?.string)
    }

    /// What the sandbox shows under one of its own paths.
    func list(_ name: String) async throws -> [JSONValue] {
        try #require(try await request("GET", "/_sandbox/\(name)", authorization: nil).json?.array)
    }

    /// A call that rings for two minutes at speed 1, so that there is time to do something to it.
    /// - Returns: its call id.
    func longCall(record: Bool? = nil) async throws -> CallID {
        let call = try Sample.call(to: Sample.number("0002"), options: CallOptions(ringTimeout: 120, record: record))
        let placed = try await place(call)
        let request = try #require(placed.json?["request"])
        return try await wait(for: "the call's id") {
            try await calls().first { $0["request_id"] == request && $0["state"] == "ringing" }?["call_id"]?.string
                .map { CallID($0) }
        }
    }

    func transfer(_ id: CallID, _ body: String) async throws -> Answer {
        try await request("POST", "/v3/calls/\(id)/actions/transfer", body: body)
    }

    /// A transfer as it is when it has settled.
    func settled(_ requestID: String) async throws -> JSONValue {
        try await wait(for: "the transfer's end") {
            let status = try await request("GET", "/v3/transfers/\(requestID)").json
            return status?["status"] == "completed" || status?["status"] == "failed" ? status : nil
        }
    }
}

/// An answer whose headers and bytes matter.
struct FetchedFile: Sendable {
    var status: Int
    var headers: [String: String]
    /// What came before the connection closed.
    var bytes: [UInt8] = []
    /// Whether the connection closed too early.
    var isBroken = false
}

extension SandboxProbe {
    func fetch(_ path: String, range: String? = nil) async throws -> FetchedFile {
        var request = HTTPClientRequest(url: origin + path)
        request.headers.add(name: "Authorization", value: "Bearer token")
        if let range { request.headers.add(name: "Range", value: range) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        var headers: [String: String] = [:]
        for (name, value) in response.headers { headers[name.lowercased()] = value }
        var file = FetchedFile(status: Int(response.status.code), headers: headers)
        do {
            for try await piece in response.body { file.bytes += Array(buffer: piece) }
        } catch {
            file.isBroken = true
        }
        return file
    }
}
