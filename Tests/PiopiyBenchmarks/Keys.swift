import Foundation
import Synchronization
import TerminalDriver

/// How the screen answers, beside htop's in the same run: from a key to the first byte that it changes, bytes for a
/// step of the cursor, the start, and what an idle screen writes.
enum Keys {
    private static let calls = 10_000
    private static let down = "\u{1B}OB"
    private static let up = "\u{1B}OA"

    static func run() throws {
        print("The screen, 80x24, \(calls) calls on the board of piopiy:\n")
        print(row("", "key, median", "p99", "bytes/step", "start"))
        let htop = ["/usr/bin/htop", "/usr/local/bin/htop"].first { FileManager.default.isExecutableFile(atPath: $0) }
        if let htop { try beside(htop) } else { print("(htop is not installed: nothing to compare with)") }
        try Events.withHome { home, environment in
            try empty(environment)
            try full(environment)
        }
    }

    // MARK: htop

    private static func beside(_ htop: String) throws {
        try Events.withHome { home, environment in
            let start = try median(of: 9) { try timeToStart(htop, [], environment, until: "Quit") }
            let running = try started(htop, [], environment, until: "Quit")
            defer { end(running) }
            // As many as htop has rows for, there and back again.
            let steps = try steps(on: running, count: 600, turn: 8) { _ in true }
            print(row("htop", steps.median, steps.p99, "\(steps.bytes)", ms(start)))
            Output.flush()
        }
    }

    // MARK: piopiy

    /// An empty board: how long it takes to start, and what it writes while nothing happens.
    private static func empty(_ environment: [String: String]) throws {
        let port = try Events.freePort()
        let arguments = ["--webhook-port", "\(port)", "--api-url", "http://127.0.0.1:1/v3"]
        let start = try median(of: 9) { try timeToStart(Events.piopiy, arguments, environment, until: "help") }
        let running = try started(Events.piopiy, arguments, environment, until: "help")
        defer { end(running) }
        try Events.waitFor(port)
        Thread.sleep(forTimeInterval: 1)
        _ = drain(running, for: 0.2)
        let idle = drain(running, for: 5)
        let poster = try RawPoster(port: port, path: "/hooks/\(Events.secret)")
        try poster.post(Events.body(of: 1, step: 2))
        _ = drain(running, for: 1)
        let ticking = drain(running, for: 5)
        print(row("piopiy, no call", "", "", "", ms(start)))
        print("  idle for 5 s: \(idle) bytes with no call, \(ticking) bytes with one that talks")
        Output.flush()
    }

    private static func full(_ environment: [String: String]) throws {
        let port = try Events.freePort()
        let arguments = ["--webhook-port", "\(port)", "--api-url", "http://127.0.0.1:1/v3"]
        do {
            let first = try started(Events.piopiy, arguments, environment, until: "help")
            defer { end(first) }
            try Events.waitFor(port)
            try fill(port)
            // The sums of the journal are kept every two seconds; a start must not find them undone.
            _ = drain(first, for: 5)
            first.type("\u{0C}")
            try read(first, until: "\(calls - 18) below ")

            func show(_ name: String, turn: Int) throws {
                // What the key changes, told from what events and the clock change: another row is the selected one.
                var screen = ScreenReader(columns: 80, rows: 24)
                first.type("\u{0C}")
                screen.feed(try collect(first, for: 0.3))
                var before = screen.line(holding: "›")
                let steps = try steps(on: first, count: 800, turn: turn) { bytes in
                    screen.feed(bytes)
                    let now = screen.line(holding: "›")
                    defer { before = now }
                    return now != before
                }
                print(row(name, steps.median, steps.p99, "\(steps.bytes)", ""))
                Output.flush()
            }
            try show("piopiy", turn: 8)
            first.type("\u{1B}OH")
            _ = drain(first, for: 0.3)
            try show("  the list scrolls", turn: 400)
            try whileEventsCome(port) {
                first.type("\u{1B}OH")
                _ = drain(first, for: 0.3)
                try show("  with 500 events/s", turn: 8)
            }
            let held = try median(of: 9) { try hold(first) }
            print("  200 keys at once: drawn after \(ms(held))")
            Output.flush()
        }
        let start = try median(of: 5) {
            try timeToStart(Events.piopiy, arguments, environment, until: " \(calls - 18) below ")
        }
        print("  start, with \(calls) calls in the journal: \(ms(start)) until they are shown\n")
        Output.flush()
    }

    /// Has calls that talk put on the board, the highest number last.
    private static func fill(_ port: UInt16) throws {
        let failure = Mutex<String?>(nil)
        let group = DispatchGroup()
        let connections = 32
        for part in 0..<connections {
            group.enter()
            Thread.detachNewThread {
                defer { group.leave() }
                do {
                    let poster = try RawPoster(port: port, path: "/hooks/\(Events.secret)")
                    for call in stride(from: part, to: calls - 1, by: connections) {
                        try poster.post(Events.body(of: call, step: 2))
                    }
                } catch {
                    failure.withLock { $0 = "\(error)" }
                }
            }
        }
        group.wait()
        if let failure = failure.withLock({ $0 }) { throw Program.Failure(description: failure) }
        try RawPoster(port: port, path: "/hooks/\(Events.secret)").post(Events.body(of: calls - 1, step: 2))
    }

    /// Events of calls that are not on the screen, at their rate.
    private static func whileEventsCome<Value>(_ port: UInt16, _ body: () throws -> Value) throws -> Value {
        let stream = EventStream(port: port, calls: calls / 2, perSecond: 500)
        defer { stream.stop() }
        Thread.sleep(forTimeInterval: 1)
        return try body()
    }

    // MARK: Measuring

    /// Starts a program, and waits until it has drawn a text.
    private static func started(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String],
        until text: String
    ) throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(
            path,
            arguments,
            environment: environment,
            columns: 80,
            rows: 24,
            isRead: false
        )
        try read(terminal, until: text)
        return terminal
    }

    /// How long that takes, with the program at its end afterwards.
    static func timeToStart(
        _ path: String,
        _ arguments: [String],
        _ environment: [String: String],
        until text: String
    ) throws -> Double {
        let begin = ContinuousClock.now
        let terminal = try started(path, arguments, environment, until: text)
        let took = begin.duration(to: .now).inMilliseconds
        end(terminal)
        return took
    }

    private static func end(_ terminal: PseudoTerminal) {
        terminal.stop()
        while kill(terminal.processID, 0) == 0 { Thread.sleep(forTimeInterval: 0.01) }
    }

    private struct Steps {
        var latencies = Latencies()
        var bytes = 0
        var median: String { ms(latencies.quantile(0.5)) }
        var p99: String { ms(latencies.quantile(0.99)) }
    }

    /// Presses a key, waits for the first byte of what it changes, and for the rest.
    /// - Parameters:
    ///   - turn: after so many keys down come as many up.
    ///   - isChange: whether bytes that came are the key's.
    private static func steps(
        on terminal: PseudoTerminal,
        count: Int,
        turn: Int,
        isChange: ([UInt8]) -> Bool
    ) throws -> Steps {
        var steps = Steps()
        var sizes: [Int] = []
        for index in 0..<count {
            let pressed = ContinuousClock.now
            terminal.type(index / turn % 2 == 0 ? down : up)
            var size = 0
            while true {
                let bytes = try awaitBytes(terminal, within: 5)
                let first = pressed.duration(to: .now)
                size += bytes.count
                if isChange(bytes) {
                    steps.latencies.add(first)
                    break
                }
                if first > .seconds(5) { throw Program.Failure(description: "a key changed nothing") }
            }
            let rest = try collect(terminal, for: 0.008)
            _ = isChange(rest)
            sizes.append(size + rest.count)
        }
        steps.bytes = sizes.sorted()[sizes.count / 2]
        return steps
    }

    /// 200 keys in one go, as a key that is held down on a link that stutters: until the selection is where they lead.
    private static func hold(_ terminal: PseudoTerminal) throws -> Double {
        terminal.type("\u{1B}OH")
        _ = drain(terminal, for: 0.3)
        var screen = ScreenReader(columns: 80, rows: 24)
        terminal.type("\u{0C}")
        screen.feed(try collect(terminal, for: 0.5))
        let begin = ContinuousClock.now
        terminal.type(String(repeating: down, count: 200))
        // The list has come so far that the selection is its last line.
        let words = " \(200 - 17) above, "
        while !screen.text.contains(words) {
            guard begin.duration(to: .now) < .seconds(5) else {
                throw Program.Failure(description: "the 200th row was never selected:\n\(screen.text)")
            }
            screen.feed(try awaitBytes(terminal, within: 5))
        }
        return begin.duration(to: .now).inMilliseconds
    }

    private static func awaitBytes(_ terminal: PseudoTerminal, within seconds: Double) throws -> [UInt8] {
        var descriptor = pollfd(fd: terminal.primary, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, Int32(seconds * 1000)) > 0 else {
            throw Program.Failure(description: "no answer to a key")
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Foundation.read(terminal.primary, &buffer, buffer.count)
        return Array(buffer[..<max(0, count)])
    }

    private static func collect(_ terminal: PseudoTerminal, for seconds: Double) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let end = ContinuousClock.now + .seconds(seconds)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let left = ContinuousClock.now.duration(to: end).inMilliseconds
            guard left > 0 else { return bytes }
            var descriptor = pollfd(fd: terminal.primary, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, Int32(left.rounded(.up))) > 0 else { continue }
            let count = Foundation.read(terminal.primary, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// - Returns: how many bytes came.
    private static func drain(_ terminal: PseudoTerminal, for seconds: Double) -> Int {
        (try? collect(terminal, for: seconds).count) ?? 0
    }

    private static func read(_ terminal: PseudoTerminal, until text: String) throws {
        // What is drawn over what is there comes in parts: only the screen shows whether it is all there.
        var screen = ScreenReader(columns: 80, rows: 24)
        let end = ContinuousClock.now + .seconds(60)
        while !screen.text.contains(text) {
            guard ContinuousClock.now < end else {
                throw Program.Failure(description: "“\(text)” is never shown:\n\(screen.text)")
            }
            screen.feed(try awaitBytes(terminal, within: 20))
        }
    }

    static func median(of count: Int, _ measure: () throws -> Double) rethrows -> Double {
        let all = try (0..<count).map { _ in try measure() }
        return all.sorted()[count / 2]
    }

    static func ms(_ value: Double) -> String { String(format: "%.2f ms", value) }

    private static func row(_ cells: String...) -> String {
        cells.enumerated().map { index, cell in
            let gap = String(repeating: " ", count: max(0, (index == 0 ? 22 : 13) - cell.count))
            return index == 0 ? cell + gap : gap + cell
        }.joined()
    }
}

extension Duration {
    var inMilliseconds: Double { Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15 }
}
