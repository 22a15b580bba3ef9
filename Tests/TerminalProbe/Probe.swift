import Terminal

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program that shows what its terminal tells it, for the tests to press keys in.
///
/// `TerminalProbe [LOG]` writes every event as a line on the screen and into the file LOG. `q` quits, `c` shows and hides
/// the cursor, `e` writes on standard error, `w` wakes it from another thread, `b` rings, `9` and `7` notify, Ctrl-Z suspends;
/// `T`, `U`, `A` and `O` crash it: a trap on the terminal's thread, one on another, `abort`, and a stack used up.
///
/// In the environment, `PROBE_ERRORS` names a file for standard error while the screen is up, `PROBE_MONOCHROME` takes the
/// colours away, `PROBE_MOUSE` asks for the mouse. `h` keeps it busy until the file that `PROBE_HOLD` names is there.
@main
enum Probe {
    static func main() async {
        exit(await withTerminalThread { run() })
    }

    private static func run() -> Int32 {
        var options = TerminalSession.Options()
        options.colors = getenv("PROBE_MONOCHROME") == nil
        options.mouse = getenv("PROBE_MOUSE") != nil
        if let path = getenv("PROBE_ERRORS") {
            options.standardErrorLog = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        var log = EventLog(path: CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : nil)
        do {
            let session = try TerminalSession(options)
            log.add("open \(getpid())")
            if let second = openSecond() { log.add(second) }
            var conversation = Conversation(session: session)
            let signal = conversation.run(&log)
            session.close()
            session.waker.wake()
            log.add("closed")
            if let signal { TerminalSession.reraise(signal) }
            return 0
        } catch {
            log.add("error \(error)")
            write(STDERR_FILENO, "\(error)\n", "\(error)\n".utf8.count)
            return 1
        }
    }

    /// What trying to open another screen says.
    private static func openSecond() -> String? {
        do {
            _ = try TerminalSession()
            return nil
        } catch {
            return error == .alreadyOpen ? "second refused" : "second \(error)"
        }
    }
}

/// The events as lines, the newest last, and in a file for when there's no screen to read.
struct EventLog {
    private(set) var lines: [String] = []
    private let descriptor: Int32

    init(path: String?) {
        descriptor = path.map { open($0, O_WRONLY | O_CREAT | O_APPEND, 0o600) } ?? -1
    }

    mutating func add(_ line: String) {
        lines.append(line)
        write(descriptor, line + "\n", line.utf8.count + 1)
    }
}
