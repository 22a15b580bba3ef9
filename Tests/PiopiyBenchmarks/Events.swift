import CallBoard
import Foundation
import Journal
import Piopiy
import Synchronization
import TerminalDriver

/// Webhooks: how many a second are made durable, and how long it takes from the POST to the drawn row.
enum Events {
    static let secret = "0123456789abcdef0123456789abcdef"
    static let piopiy = URL(filePath: Bundle.main.executablePath ?? CommandLine.arguments[0])
        .deletingLastPathComponent().appending(path: "piopiy").path

    /// - Parameter count: how many webhooks the listener gets.
    static func run(count: Int) throws {
        try withHome { home, environment in try durable(count, home, environment) }
        try withHome { home, environment in try rows(home, environment) }
    }

    // MARK: Durable

    private static func durable(_ count: Int, _ home: URL, _ environment: [String: String]) throws {
        let connections = 32
        let port = try freePort()
        let listener = Process()
        listener.executableURL = URL(filePath: piopiy)
        listener.arguments = ["listen", "--port", "\(port)"]
        listener.environment = environment
        listener.standardOutput = FileHandle.nullDevice
        try listener.run()
        defer {
            listener.terminate()
            listener.waitUntilExit()
        }
        try waitFor(port)

        let all = Mutex(Latencies())
        let failure = Mutex<String?>(nil)
        let before = ContinuousClock.now
        let group = DispatchGroup()
        for part in 0..<connections {
            group.enter()
            Thread.detachNewThread {
                defer { group.leave() }
                var latencies = Latencies()
                do {
                    let poster = try RawPoster(port: port, path: "/hooks/\(secret)")
                    for index in stride(from: part, to: count, by: connections) {
                        let body = body(of: index % (count / 10), step: index / max(1, count / 10))
                        let start = ContinuousClock.now
                        try poster.post(body)
                        latencies.add(start.duration(to: .now))
                    }
                } catch {
                    failure.withLock { $0 = "\(error)" }
                }
                all.withLock { $0.add(latencies) }
            }
        }
        group.wait()
        let seconds = before.duration(to: .now).inSeconds
        if let failure = failure.withLock({ $0 }) { throw Program.Failure(description: failure) }
        let latencies = all.withLock { $0 }
        try check(home, count)
        print(
            """
            Webhooks, \(count) of \(count / 10) calls, over \(connections) connections to `piopiy listen`, each on disk before its answer:

              \(String(format: "%.0f", Double(count) / seconds)) events/s; answer: median \(ms(latencies.quantile(0.5))), \
            p99 \(ms(latencies.quantile(0.99))), longest \(ms(latencies.quantile(1)))

            """
        )
        Output.flush()
    }

    /// As many lines must be in the file as were answered.
    private static func check(_ home: URL, _ count: Int) throws {
        let path = home.appending(path: "piopiy/journal.sqlite").path
        let held = try runBlocking {
            let journal = try SQLiteJournal(
                path: path,
                origin: JournalOrigin(id: 1, account: "benchmark", operator: "benchmark"),
                at: .now
            )
            return try await journal.position()
        }
        guard held == Int64(count) else {
            throw Program.Failure(description: "\(count) webhooks were answered, and \(held) are in the journal")
        }
    }

    // MARK: To the row

    private static func rows(_ home: URL, _ environment: [String: String]) throws {
        let port = try freePort()
        func open() throws -> PseudoTerminal {
            try PseudoTerminal(
                piopiy,
                ["--webhook-port", "\(port)", "--api-url", "http://127.0.0.1:1/v3"],
                environment: environment,
                columns: 120,
                rows: 24
            )
        }
        let console = try open()
        defer { console.stop() }
        try waitFor(port)
        let follower = try open()
        defer { follower.stop() }

        let stream = EventStream(port: port, calls: 500, perSecond: 500)
        Thread.sleep(forTimeInterval: 2)
        let own = try drawn(on: console, port, from: 0)
        let followed = try drawn(on: follower, port, from: 400)
        let rate = stream.stop()
        func words(_ latencies: Latencies) -> String {
            "median \(ms(latencies.quantile(0.5))), p99 \(ms(latencies.quantile(0.99))), longest \(ms(latencies.quantile(1)))"
        }
        print(
            """
            From the POST to the drawn row, \(own.count) new calls each, while \(String(format: "%.0f", rate)) other events a second come in:

              on the console that hears them: \(words(own))
              on one that follows it: \(words(followed))

            """
        )
        Output.flush()
    }

    /// Posts new calls, one after the other, and measures how long it takes until each is drawn.
    private static func drawn(on console: PseudoTerminal, _ port: UInt16, from first: Int) throws -> Latencies {
        var latencies = Latencies()
        let poster = try RawPoster(port: port, path: "/hooks/\(secret)")
        for index in first..<first + 400 {
            // A letter that no row on the screen has, so that all of it has to be drawn.
            let name = String(repeating: Character(UnicodeScalar(UInt8(65 + index % 26))), count: 10)
            console.forget()
            let posted = ContinuousClock.now
            try poster.post(
                #"{"cmiuuid":"\#(uuid(900_000 + index))","status":"ringing","from":"\#(name)","to":"918888888888","time":\#(begin + index)}"#
            )
            while !console.hasShown(name) {
                guard posted.duration(to: .now) < .seconds(10) else {
                    throw Program.Failure(description: "the row of \(name) was never drawn")
                }
                Thread.sleep(forTimeInterval: 0.0005)
            }
            latencies.add(posted.duration(to: .now))
            Thread.sleep(forTimeInterval: 0.02)
        }
        return latencies
    }

    // MARK: What is posted

    /// When the calls of a benchmark began, in ms since 1970.
    private static let begin = Int(Date().timeIntervalSince1970 * 1000)

    static func body(of call: Int, step: Int) -> String {
        let statuses = ["out_started", "out_ringing", "out_answered", "out_bridged"]
        return
            #"{"appid":2222224,"callerid":919999999999,"conversation_uuid":"conv-\#(call)","direction":"outbound","from":919999999999,"leg":"a","request_id":"req-\#(call)","status":"\#(statuses[step % statuses.count])","time":\#(begin + step),"to":\#(918_888_000_000 + call),"cmiuuid":"\#(uuid(call))","vn":919999999999}"#
    }

    private static func uuid(_ number: Int) -> String {
        let digits = String(number)
        return "ee6a7a9b-78ea-4693-9e77-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    private static func ms(_ value: Double) -> String { String(format: "%.1f ms", value) }

    // MARK: Surroundings

    static func withHome(_ body: (URL, [String: String]) throws -> Void) throws {
        let home = FileManager.default.temporaryDirectory.appending(path: "piopiy-benchmark-\(UUID().uuidString)")
        let state = home.appending(path: "piopiy")
        try FileManager.default.createDirectory(
            at: state,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: home) }
        let file = state.appending(path: "webhook-secret")
        try Data("\(secret)\n".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        try body(
            home,
            [
                "HOME": home.path, "XDG_STATE_HOME": home.path, "XDG_CONFIG_HOME": home.path, "TERM": "xterm-256color",
                "LC_ALL": "C.UTF-8", "PIOPIY_TOKEN": "benchmark-token", "PATH": "/usr/bin:/bin",
            ]
        )
    }

    static func freePort() throws -> UInt16 {
        for port in UInt16(39_000)...39_500 where (try? RawPoster(port: port, path: "/")) == nil { return port }
        throw Program.Failure(description: "no free port")
    }

    static func waitFor(_ port: UInt16) throws {
        let end = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < end {
            if (try? RawPoster(port: port, path: "/")) != nil { return }
            Thread.sleep(forTimeInterval: 0.02)
        }
        throw Program.Failure(description: "nobody listens on \(port)")
    }

    static func runBlocking<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws
        -> Value
    {
        let result = Mutex<Result<Value, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        Task {
            do {
                let value = try await work()
                result.withLock { $0 = .success(value) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
            done.signal()
        }
        done.wait()
        guard let ended = result.withLock({ $0 }) else { throw Program.Failure(description: "no result") }
        return try ended.get()
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// Events of calls that are on the board, at a rate, from a thread that keeps to the clock.
final class EventStream: Sendable {
    private let isOver = Mutex(false)
    private let sent = Mutex(0)
    private let stopped = DispatchSemaphore(value: 0)
    private let start = ContinuousClock.now

    init(port: UInt16, calls: Int, perSecond: Int) {
        Thread.detachNewThread { [self] in
            defer { stopped.signal() }
            guard let poster = try? RawPoster(port: port, path: "/hooks/\(Events.secret)") else { return }
            var index = 0
            while !isOver.withLock({ $0 }) {
                try? poster.post(Events.body(of: index % calls, step: 1 + index / calls))
                index += 1
                sent.withLock { $0 = index }
                let next = start + .microseconds(1_000_000 / perSecond * index)
                if next > .now { Thread.sleep(forTimeInterval: ContinuousClock.now.duration(to: next).inSeconds) }
            }
        }
    }

    /// Ends it.
    /// - Returns: how many events a second it sent.
    @discardableResult
    func stop() -> Double {
        if isOver.withLock({ over in
            defer { over = true }
            return over
        }) {
            return 0
        }
        stopped.wait()
        return Double(sent.withLock { $0 }) / start.duration(to: .now).inSeconds
    }
}
