import Terminal

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Draws and waits until it's told to end.
struct Conversation {
    let session: TerminalSession
    private var showsCursor = false
    private var number = 0

    init(session: TerminalSession) {
        self.session = session
    }

    /// Returns the signal that ended it, if one did.
    mutating func run(_ log: inout EventLog) -> Int32? {
        while true {
            number += 1
            session.draw(frame(log.lines), as: number)
            for event in session.wait(timeout: nil) {
                log.add(line(event))
                switch event {
                case .signal(let signal): return signal
                case .lost: return nil
                case .keys(let burst):
                    for key in burst.keys {
                        log.add("key \(key)")
                        if key == .character("q") { return nil }
                        obey(key)
                    }
                case .resized, .woken, .resumed: break
                }
            }
        }
    }

    private func line(_ event: TerminalEvent) -> String {
        switch event {
        case .keys(let burst):
            "burst \(burst.keys.count) on \(burst.frame ?? 0) \(burst.isAlone ? "alone" : "together")"
        case .resized(let size): "resized \(size.width)x\(size.height)"
        case .woken: "woken"
        case .signal(let signal): "signal \(signal)"
        case .resumed: "resumed"
        case .lost(let reason): "lost \(reason)"
        }
    }

    private mutating func obey(_ key: Key) {
        switch key {
        case .character("c"): showsCursor.toggle()
        case .character("h"): hold()
        case .character("e"): write(STDERR_FILENO, "noise\n", 6)
        case .character("w"):
            let waker = session.waker
            Task { await withTerminalThread { for _ in 0..<1000 { waker.wake() } } }
        case .character("y"): session.copy("copied")
        case .character("b"): session.bell()
        case .character("9"): session.notify("a; b\u{1B}\u{7}c", by: .osc9)
        case .character("7"): session.notify("a; b\u{1B}\u{7}c", by: .osc777)
        case .character("T"): trap()
        case .character("U"): Task { await withTerminalThread { trap() } }
        case .character("A"): abort()
        case .character("O"): _ = overflow(1)
        case .control("z"): session.suspend()
        case .control("l"): session.redraw()
        default: break
        }
    }

    /// Is busy until somebody makes the file that `PROBE_HOLD` names.
    private func hold() {
        guard let path = getenv("PROBE_HOLD") else { return }
        while access(path, F_OK) != 0 { usleep(5_000) }
    }

    private func frame(_ lines: [String]) -> Frame {
        let size = session.size
        var canvas = Canvas(size: size, ascii: !session.isUTF8)
        let red = Style(foreground: .rgb(240, 40, 40), background: .rgb(20, 20, 60), attributes: .bold)
        canvas.fill(Rect(x: 0, y: 0, width: size.width, height: 1), style: red)
        canvas.write(
            "\(size.width)x\(size.height) \(session.depth) \(session.isUTF8 ? "utf8" : "ascii")",
            x: 0,
            y: 0,
            style: red
        )
        // Its bar is where it belongs if all agree about the widths before it.
        canvas.write("漢字 e\u{301} 👨\u{200D}👩 \u{1B}[31m\u{202E}|", x: 0, y: 1, style: .plain)
        canvas.box(Rect(x: 0, y: 2, width: 10, height: 3), style: Style(foreground: .indexed(4)))
        let shown = lines.suffix(max(0, size.height - 6))
        for (row, line) in shown.enumerated() { canvas.write(line, x: 0, y: 5 + row, style: .plain) }
        // The last cell of all, which would scroll a careless screen.
        canvas.write("#", x: size.width - 1, y: size.height - 1, style: red)
        return Frame(canvas: canvas, cursor: showsCursor ? Point(x: 2, y: 3) : nil)
    }
}

/// A real trap: no signal sent by hand is quite like it.
private func trap() {
    let numbers = [Int](repeating: 0, count: Int(CommandLine.argc))
    print(numbers[numbers.count + 1])
}

/// Calls itself until there's no stack left.
private func overflow(_ depth: Int) -> Int {
    depth == 0 ? 0 : overflow(depth + 1) + depth
}
