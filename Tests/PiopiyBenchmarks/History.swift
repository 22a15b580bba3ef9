import CallBoard
import Foundation
import GRDB
import Journal
import Piopiy
import TerminalDriver

/// What a long past costs: a journal of many calls, of which few are up, written by a generator (``PastCalls``).
///
/// It measures the `piopiy` that lies beside this program, of whatever version: so what an older one does is measured
/// with the same journal.
enum History {
    /// - Parameter calls: how many calls the journal has.
    static func run(calls: Int) throws {
        try Events.withHome { home, environment in
            let path = home.appending(path: "piopiy/journal.sqlite").path
            let empty = try start(environment)
            try fill(path, calls, environment)
            print("A journal of \(calls) calls, few of them up:\n")
            print("  size as generated: \(megabytes(path))")
            Output.flush()
            try upgrade(path, environment)
            print("  start to the first full frame: \(Keys.ms(try start(environment))) (\(Keys.ms(empty)) when empty)")
            Output.flush()
            for (name, text) in [
                ("rare word", PastCalls.rareWord), ("one number", "918888123456"), ("common digits", "91888"),
                ("no call has it", "timbuktu"), ("two characters", "zz"),
            ] {
                try search(name, text, path, environment)
            }
            for format in ["csv", "json"] { try export(format, environment) }
        }
    }

    private static let arguments = ["--api-url", "http://127.0.0.1:1/v3"]

    // MARK: The journal

    private static func fill(_ path: String, _ count: Int, _ environment: [String: String]) throws {
        try listen(environment) { _ in }
        let begin = ContinuousClock.now
        let now = Timestamp.now
        let calls = PastCalls(
            count: count,
            begin: now + .seconds(-80 * 86_400),
            end: now + .seconds(-60)
        )
        let lines = try Events.runBlocking {
            // The calls that are up began a minute ago, and the journal is theirs alone.
            try await PastJournal(path: path).write(calls)
        }
        print("(\(lines) lines were generated in \(seconds(begin)))")
    }

    /// Runs `piopiy listen`, which keeps the journal, while a body runs.
    private static func listen(
        _ environment: [String: String],
        _ body: (UInt16) throws -> Void
    ) throws {
        let port = try Events.freePort()
        let listener = Process()
        listener.executableURL = URL(filePath: Events.piopiy)
        listener.arguments = ["listen", "--port", "\(port)"] + arguments
        listener.environment = environment
        listener.standardOutput = FileHandle.nullDevice
        try listener.run()
        defer {
            listener.terminate()
            listener.waitUntilExit()
        }
        try Events.waitFor(port)
        try body(port)
    }

    /// Has a new version bring the journal up to date, as its listener or console does beside its work.
    private static func upgrade(_ path: String, _ environment: [String: String]) throws {
        let begin = ContinuousClock.now
        try listen(environment) { _ in print("  opened for the first time in \(seconds(begin))") }
        let hasLookup = try look(path) { db in try db.tableExists("call_lookup") }
        guard hasLookup else { return }
        let filling = ContinuousClock.now
        try Events.runBlocking {
            let journal = try open(path)
            while try await journal.indexCalls(for: .seconds(60)) {}
        }
        print("  filled in and indexed in \(seconds(filling)), by one process that does nothing else")
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        let free = try queue.read { db in try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0 }
        try queue.close()
        print("  size after: \(megabytes(path)), of which \(free * 4096 / 1_000_000) MB are free pages")
        Output.flush()
    }

    private static func look<Value>(_ path: String, _ body: (Database) throws -> Value) throws -> Value {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read(body)
    }

    private static func open(_ path: String) throws -> SQLiteJournal {
        let origin = JournalOrigin(id: Int64.random(in: 1...(.max)), account: "benchmark", operator: "benchmark")
        return try SQLiteJournal(path: path, origin: origin, at: .now)
    }

    // MARK: Measuring

    private static func start(_ environment: [String: String]) throws -> Double {
        let port = try Events.freePort()
        return try Keys.median(of: 9) {
            try Keys.timeToStart(
                Events.piopiy,
                ["--webhook-port", "\(port)"] + arguments,
                environment,
                until: "help"
            )
        }
    }

    private static func search(
        _ name: String,
        _ text: String,
        _ path: String,
        _ environment: [String: String]
    ) throws {
        var line = "  search, \(name): "
        if try look(path, { db in try db.tableExists("call_lookup") }) {
            let took = try Events.runBlocking {
                let journal = try open(path)
                var query = CallQuery(limit: 200)
                query.conditions = [.init(text: text, digits: NumberPattern(text)?.searchDigits)]
                var times: [Double] = []
                var count = 0
                for _ in 0..<9 {
                    let begin = ContinuousClock.now
                    count = try await journal.calls(query).count
                    times.append(begin.duration(to: .now).inMilliseconds)
                }
                return (times.sorted(), count)
            }
            line += "\(Keys.ms(took.0[4])) to the first \(took.1) calls; "
        }
        let command = ["history", "--search", text, "--limit", "200", "--output", "json"] + arguments
        let times = try (0..<3).map { _ in try measured(command, environment).seconds * 1000 }.sorted()
        print(line + "the command takes \(Keys.ms(times[1]))")
        Output.flush()
    }

    private static func export(_ format: String, _ environment: [String: String]) throws {
        let command = ["history", "--limit", "1000000", "--output", format] + arguments
        let all = try (0..<2).map { _ in try measured(command, environment) }
        let best = all.min { $0.seconds < $1.seconds } ?? all[0]
        let lines = best.lines
        print(
            """
              export of \(lines) lines of \(format): \(String(format: "%.1f", best.seconds)) s, \
            \(String(format: "%.1f", best.cpu)) s of CPU, \(String(format: "%.1f", Double(best.peak) / 1_048_576)) MiB at most
            """
        )
        Output.flush()
    }

    private struct Taken: Codable {
        var seconds: Double
        var cpu: Double
        var peak: Int
        var lines: Int
    }

    /// In a process of its own: the kernel counts the children of a process together.
    private static func measured(_ command: [String], _ environment: [String: String]) throws -> Taken {
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = ["measure", Events.piopiy] + command
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try JSONDecoder().decode(Taken.self, from: data)
    }

    /// Runs a command, and prints what it took.
    static func measure(_ command: [String]) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "measured-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardOutput = try FileHandle(forWritingTo: file)
        let begin = ContinuousClock.now
        try process.run()
        process.waitUntilExit()
        let took = begin.duration(to: .now).inMilliseconds / 1000
        guard process.terminationStatus == 0 else {
            throw Program.Failure(description: "\(command) ended with \(process.terminationStatus)")
        }
        let usage = Usage.children
        // Read in portions: what is counted is the child's memory, and this process should not need more.
        let handle = try FileHandle(forReadingFrom: file)
        var lines = 0
        while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty { lines += data.count { $0 == 10 } }
        let taken = Taken(seconds: took, cpu: usage.cpu, peak: usage.peakBytes, lines: lines)
        print(String(decoding: try JSONEncoder().encode(taken), as: UTF8.self))
    }

    private static func seconds(_ begin: ContinuousClock.Instant) -> String {
        String(format: "%.1f s", begin.duration(to: .now).inMilliseconds / 1000)
    }

    private static func megabytes(_ path: String) -> String {
        let size = ["", "-wal"].reduce(0) { sum, end in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + end)
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
        return "\(size / 1_000_000) MB"
    }
}
