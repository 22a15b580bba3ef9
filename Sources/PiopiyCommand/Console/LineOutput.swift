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
/// A reader that does not read stops the console and nothing else: it writes on a queue of its own.
actor LineOutput {
    private let hasPrompt: Bool
    private let queue = DispatchQueue(label: "piopiy.output")
    /// Whether the cursor stands behind a prompt, and maybe behind something that is half typed.
    private var isBehindPrompt = false

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

    private func write(_ text: String) async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Streams.write(text, to: 1)) }
        }
    }
}
