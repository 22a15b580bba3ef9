import CallBoard
import Piopiy
import Terminal

/// What the console wants done outside of itself.
public enum ConsoleEffect: Sendable {
    case send(BoardCommand)
    /// Something to be looked up or kept; what comes of it comes back as ``ConsoleNews``.
    case run(ConsoleErrand)
    /// Put text on the operator's clipboard, by way of the terminal.
    case copy(String)
    case redraw
    case suspend
    case quit
}

/// What is to be looked up or kept outside of the console, beside what the board does. It may take its time: the console
/// goes on meanwhile.
public enum ConsoleErrand: Hashable, Sendable {
    /// Read a theme's file anew.
    case theme(String)
}

/// What the console is told from outside, beside snapshots of the board.
public enum ConsoleNews: Sendable {
    /// The console's looks from now on.
    case theme(Theme)
    case note(String, BoardMessage.Level)
    /// An errand could not be done; in words that an operator understands.
    case failed(ConsoleErrand, String)
}

/// Does the console's errands.
public struct ConsoleServices: Sendable {
    /// Reads a theme by its name.
    public var theme: @Sendable (String) async throws -> Theme

    public init(theme: @escaping @Sendable (String) async throws -> Theme = { _ in .fallback }) {
        self.theme = theme
    }

    /// Does one errand.
    public func run(_ errand: ConsoleErrand) async -> ConsoleNews {
        do {
            switch errand {
            case .theme(let name): return .theme(try await theme(name))
            }
        } catch {
            return .failed(errand, "\(error)")
        }
    }
}
