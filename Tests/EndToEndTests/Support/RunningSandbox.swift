import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport

/// `piopiy sandbox` as a process of its own.
struct RunningSandbox: Sendable {
    let program: RunningProgram
    /// Its first line.
    let base: String

    @discardableResult
    static func with<Value: Sendable>(
        _ home: Program,
        _ arguments: [String] = [],
        _ body: (RunningSandbox) async throws -> Value
    ) async throws -> Value {
        let program = try home.start(["sandbox", "--port", "0"] + arguments)
        defer { program.stop() }
        let base = try await wait(for: "the sandbox's first line") {
            program.written.contains("\n") ? program.written.split(separator: "\n").first.map(String.init) : nil
        }
        return try await body(RunningSandbox(program: program, base: base))
    }

    /// What it was asked under `/v3`.
    func requests() async throws -> [[String: Any]] { try await list("requests") }

    /// Requests to place a call.
    func dials() async throws -> [[String: Any]] {
        try await requests().filter { ($0["path"] as? String)?.hasSuffix("/voice/ai/call") ?? false }
    }

    func calls() async throws -> [[String: Any]] { try await list("calls") }

    private func list(_ name: String) async throws -> [[String: Any]] {
        let root = base.hasSuffix("/v3") ? String(base.dropLast("/v3".count)) : base
        let body = try await HTTP.get("\(root)/_sandbox/\(name)")
        return try JSONSerialization.jsonObject(with: body) as? [[String: Any]] ?? []
    }
}

enum HTTP {
    static func get(_ url: String) async throws -> Data {
        let answer = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(30))
        return Data(try await answer.body.collect(upTo: 16 << 20).readableBytesView)
    }

    /// - Returns: the status.
    @discardableResult
    static func post(_ url: String, _ body: [UInt8]) async throws -> Int {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(body)
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        return Int(answer.status.code)
    }
}
