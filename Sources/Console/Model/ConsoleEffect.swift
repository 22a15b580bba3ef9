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
    /// Ring, or tell the terminal's desktop, as the settings say.
    case alert(String)
    case redraw
    case suspend
    case quit
}

/// What is to be looked up or kept outside of the console, beside what the board does. It may take its time: the console
/// goes on meanwhile.
public enum ConsoleErrand: Hashable, Sendable {
    /// Read a theme's file.
    case theme(String)
    /// Read all themes, for the choice.
    case themes
}

/// What the console is told from outside, beside snapshots of the board.
public enum ConsoleNews: Sendable {
    /// The console's looks from now on, and under which name they were asked for.
    case theme(String, Theme)
    case themes([ThemeChoice])
    /// The file of a theme was changed.
    case themeChanged(String, Theme)
    case note(String, BoardMessage.Level)
    /// An errand could not be done; in words that an operator understands.
    case failed(ConsoleErrand, String)
}

/// Does the console's errands.
public struct ConsoleServices: Sendable {
    /// Reads a theme by its name.
    public var theme: @Sendable (String) async throws -> Theme
    /// Reads all themes.
    public var themes: @Sendable () async -> [ThemeChoice]
    /// Tells when the file of a theme has changed, until it is no longer listened to.
    public var watchTheme: @Sendable (String) -> AsyncStream<ConsoleNews>

    public init(
        theme: @escaping @Sendable (String) async throws -> Theme = { _ in .fallback },
        themes: @escaping @Sendable () async -> [ThemeChoice] = { [] },
        watchTheme: @escaping @Sendable (String) -> AsyncStream<ConsoleNews> = { _ in AsyncStream { $0.finish() } }
    ) {
        self.theme = theme
        self.themes = themes
        self.watchTheme = watchTheme
    }

    func run(_ errand: ConsoleErrand) async -> ConsoleNews {
        do {
            switch errand {
            case .theme(let name): return .theme(name, try await theme(name))
            case .themes: return .themes(await themes())
            }
        } catch {
            return .failed(errand, "\(error)")
        }
    }
}
