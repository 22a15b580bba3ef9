import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Standard output as the plain console prints on it: whole lines, and a prompt behind them where a person types.
///
/// A reader that does not read stops the console and nothing else: it writes on a queue of its own. A terminal may take
/// nothing for hours, as Ctrl-S has it; a console that is told to end calls ``abandon(by:)`` and waits for it no
/// longer.
actor LineOutput {
    private let hasPrompt: Bool
    private let queue = DispatchQueue(label: "piopiy.output")
    /// Whether the cursor stands behind a prompt, and maybe behind something that is half typed.
    private var isBehindPrompt = false
    /// Whoever waits for what is being written.
    private var waiting: CheckedContinuation<Bool, Never>?
    /// The signal for which nothing more is written.
    private(set) var abandonedBy: Int32?

    /// - Parameter hasPrompt: whether somebody types on the terminal that the lines go to.
    init(hasPrompt: Bool) { self.hasPrompt = hasPrompt }

    /// A person types on a terminal and reads there too.
    static var isTerminal: Bool { isatty(0) == 1 && isatty(1) == 1 }

    /// The line was typed: the terminal has gone on to the next one.
    func typed() { isBehindPrompt = false }

    /// Prints lines, on lines of their own whatever is half typed, and the prompt.
    /// - Returns: whether they could be written.
    func print(_ lines: [String]) async -> Bool {
        if lines.isEmpty, !hasPrompt || isBehindPrompt { return true }
        var text = lines.map { $0 + "\n" }.joined()
        if isBehindPrompt { text = "\n" + text }
        if hasPrompt { text += "> " }
        isBehindPrompt = hasPrompt
        return await write(text)
    }

    /// Prints the last lines, with no prompt behind them.
    func end(_ lines: [String]) async -> Bool {
        let text = (isBehindPrompt ? "\n" : "") + lines.map { $0 + "\n" }.joined()
        isBehindPrompt = false
        return text.isEmpty ? true : await write(text)
    }

    /// Writes nothing more, and lets go of what is being written.
    func abandon(by signal: Int32) {
        abandonedBy = signal
        finish(false)
    }

    private func write(_ text: String) async -> Bool {
        guard abandonedBy == nil else { return false }
        return await withCheckedContinuation { continuation in
            waiting = continuation
            queue.async {
                let isWritten = Streams.write(text, to: 1)
                Task { await self.finish(isWritten) }
            }
        }
    }

    private func finish(_ isWritten: Bool) {
        waiting?.resume(returning: isWritten)
        waiting = nil
    }
}
