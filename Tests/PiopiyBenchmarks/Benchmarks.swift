import AsyncHTTPClient
import Foundation
import NIOCore

/// Measures speed, and prints what it measured:
///
///     swift run -c release PiopiyBenchmarks [DIALS]
///     swift run -c release PiopiyBenchmarks events [WEBHOOKS]
///     swift run -c release PiopiyBenchmarks keys
///     swift run -c release PiopiyBenchmarks frames [CALLS]
///     swift run -c release PiopiyBenchmarks scrape [CALLS]
///     swift run -c release PiopiyBenchmarks history [CALLS]
///
/// DIALS (2,000) is how many each row dials; the official SDK dials as many. Build `piopiy` in release mode first, and
/// install `piopiy==1.2.2` into `.build/venv`; what is missing is left out and said.
@main
enum Benchmarks {
    static func main() async {
        do {
            try await run()
        } catch {
            print("The benchmark failed: \(error)")
            exit(1)
        }
    }

    private static func run() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.dropFirst().compactMap { Int($0) }
        switch arguments.first {
        case "serve": try await DialServer.run()
        case "dial" where numbers.count == 4:
            let measured = try await Dialing.run(
                port: numbers[0],
                first: numbers[1],
                count: numbers[2],
                concurrency: numbers[3]
            )
            print(String(decoding: try JSONEncoder().encode(measured), as: UTF8.self))
        case "events": try Events.run(count: numbers.first ?? 30_000)
        case "keys": try Keys.run()
        case "scrape": try await Scrape.run(calls: numbers.first ?? 10_000)
        case "frames": await Frames.run(calls: numbers.first ?? 10_000)
        case "history": try History.run(calls: numbers.first ?? 1_000_000)
        case "measure" where arguments.count > 2: try History.measure(Array(arguments.dropFirst()))
        case "dry-run" where arguments.count == 3: try DryRun.measure(piopiy: arguments[1], file: arguments[2])
        default:
            try await dials(arguments.first.flatMap { Int($0) } ?? 2000)
            try DryRun.run()
            try Events.run(count: 30_000)
            try Keys.run()
        }
    }

    private static func dials(_ count: Int) async throws {
        let server = try Program.own("serve")
        defer { server.stop() }
        guard let port = Int(try server.line()) else { throw Program.Failure(description: "the server has no port") }
        print("Dials, \(count) a row, to one server on this machine (a process of its own):\n")
        print(row("client", "at once", "dials/s", "CPU s per 1,000"))
        var sent = 0
        for concurrency in [1, 32] {
            let ours = try Program.own("dial", "\(port)", "\(sent)", "\(count)", "\(concurrency)")
            try show("piopiy-swift", concurrency, ours, count)
            sent += count
            guard FileManager.default.isExecutableFile(atPath: python) else { continue }
            let theirs = try Program(python, [script, "\(port)", "\(sent)", "\(count)", "\(concurrency)"])
            try show("official 1.2.2", concurrency, theirs, count)
            sent += count
        }
        if !FileManager.default.isExecutableFile(atPath: python) { print("(\(python) is not there: no official SDK)") }
        try await check(port, sent)
    }

    private static let python = ".build/venv/bin/python"
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "official_sdk.py")
        .path

    private static func show(_ name: String, _ concurrency: Int, _ program: Program, _ count: Int) throws {
        let measured = try JSONDecoder().decode(Measured.self, from: try program.end())
        guard measured.accepted == count else {
            throw Program.Failure(description: "\(name): \(measured.accepted) of \(count) dials were accepted")
        }
        let rate = String(format: "%.0f", Double(count) / measured.seconds)
        print(row(name, "\(concurrency)", rate, String(format: "%.3f", measured.cpu * 1000 / Double(count))))
        Output.flush()
    }

    private static func row(_ cells: String...) -> String {
        cells.enumerated().map { index, cell in
            let gap = String(repeating: " ", count: max(0, 16 - cell.count))
            return index == 0 ? cell + gap : gap + cell
        }.joined()
    }

    /// The server must have seen each dial, and once.
    private static func check(_ port: Int, _ sent: Int) async throws {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/")
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let text = String(buffer: try await answer.body.collect(upTo: 1 << 10))
        guard text == #"{"dials":\#(sent),"numbers":\#(sent)}"# else {
            throw Program.Failure(description: "\(sent) dials were sent, and the server has \(text)")
        }
        print("\nThe server counted \(sent) dials to \(sent) numbers, as many as were sent.\n")
    }
}
