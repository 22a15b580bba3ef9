import Foundation
import TerminalDriver
import TestSupport

/// The built console on a terminal inside of the tests, every byte of which is looked at.
struct ConsoleOnPty: Sendable {
    let program: Program
    let terminal: PseudoTerminal

    /// Opens the console, runs `body`, and ends the console whatever happened.
    static func with<Value: Sendable>(
        _ arguments: [String] = ["--sandbox", "--seed", "\(patientSeed)"],
        columns: Int = 80,
        rows: Int = 24,
        term: String = "xterm-256color",
        environment: [String: String] = [:],
        isUTF8: Bool = true,
        program given: Program? = nil,
        _ body: (ConsoleOnPty) async throws -> Value
    ) async throws -> Value {
        let program = try given ?? Program(token: nil)
        defer { if given == nil { program.clean() } }
        var variables = program.environment
        variables["TERM"] = term
        // A backtrace takes seconds and tells nothing here.
        variables["SWIFT_BACKTRACE"] = "enable=no"
        // What is set to nothing is not set.
        variables.merge(environment) { _, new in new }
        let terminal = try PseudoTerminal(
            Program.path,
            arguments,
            environment: variables.filter { !$0.value.isEmpty },
            columns: columns,
            rows: rows,
            isUTF8: isUTF8
        )
        defer { terminal.stop() }
        return try await body(ConsoleOnPty(program: program, terminal: terminal))
    }

    func seeBoard() async throws { try await terminal.see("No calls. Press n to place one") }

    /// Lets as much time go by as a person takes who reads a question: what comes at once is no answer to it.
    func pause() async throws { try await Task.sleep(for: .milliseconds(60)) }

    /// Fills the form and places the call.
    func place(_ number: String) async throws {
        terminal.type("n")
        try await terminal.see("New call")
        terminal.type("919999999999\t\(number)\t\(CallCommandTests.agent)\u{13}")
    }
}

/// A platform and a listener's address of a test's own, for what the sandbox would never say.
struct OwnPlatform: Sendable {
    let program: Program
    let server: TinyServer
    let port: UInt16

    static let secret = "0123456789abcdef0123456789abcdef"

    static func with<Value: Sendable>(
        _ answer: @escaping @Sendable (TinyServer.Request) -> TinyServer.Answer,
        _ body: (OwnPlatform) async throws -> Value
    ) async throws -> Value {
        let program = try Program()
        defer { program.clean() }
        try program.keep(webhookSecret: secret)
        let server = try TinyServer(answer)
        defer { server.stop() }
        return try await body(OwnPlatform(program: program, server: server, port: try FreePort.find()))
    }

    var arguments: [String] { ["--api-url", "\(server.origin)/v3", "--webhook-port", "\(port)"] }

    func post(_ body: String) async throws {
        let status = try await HTTP.post("http://127.0.0.1:\(port)/hooks/\(Self.secret)", Array(body.utf8))
        guard status == 200 else { throw NeverHappened("a webhook was answered with \(status)") }
    }

    /// Waits until the console listens.
    func listen() async throws {
        _ = try await wait(for: "the listener") { () -> Bool? in
            (try? await HTTP.get("http://127.0.0.1:\(port)/")) == nil ? nil : true
        }
    }

    static func callID(_ number: Int) -> String {
        let digits = String(number)
        return "ee6a7a9b-78ea-4693-9e77-" + String(repeating: "0", count: 12 - digits.count) + digits
    }
}
