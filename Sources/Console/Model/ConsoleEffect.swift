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

extension ConsoleEffect {
    /// Whether it rings somebody, hangs up or hands over, which a read-only console does not.
    var actsOnCalls: Bool {
        switch self {
        case .send: true
        case .run(.campaign(let errand)): errand.acts
        default: false
        }
    }
}

/// What is to be looked up or kept outside of the console, beside what the board does. It may take its time: the console
/// goes on meanwhile.
public enum ConsoleErrand: Hashable, Sendable {
    /// Read a theme's file.
    case theme(String)
    /// Read all themes, for the choice.
    case themes
    /// Read a page of past calls.
    case history(HistoryAsk)
    /// Ask the platform for the account's agents.
    case agents
    /// Look up what calls were placed with before.
    case usedValues
    /// Read the saved forms.
    case presets
    /// Look whether a form of this name is saved.
    case findPreset(String)
    case keepPreset(Preset)
    case dropPreset(String)
    case campaign(CampaignErrand)

    /// Errands of which only the newest is wanted: it takes the place of one that is under way.
    var isReplaced: Bool { if case .history = self { true } else { false } }

    /// Whether it changes what is kept, so that a console that ends waits for it.
    var mustFinish: Bool {
        switch self {
        case .keepPreset, .dropPreset: true
        // A list that is being written is given up; it is begun by nobody then.
        case .campaign(.start): false
        case .campaign(let errand): errand.acts
        default: false
        }
    }
}

/// What the console is told from outside, beside snapshots of the board.
public enum ConsoleNews: Sendable {
    /// The console's looks from now on, and under which name they were asked for.
    case theme(String, Theme)
    case themes([ThemeChoice])
    /// The file of a theme was changed.
    case themeChanged(String, Theme)
    case history(HistoryAsk, HistoryPage)
    case agents([AgentName])
    case usedValues(UsedValues)
    case presets([Preset])
    case presetFound(String, exists: Bool)
    /// A form was saved, or is saved no more.
    case presetKept(String, isThere: Bool, all: [Preset])
    case campaign(CampaignNews)
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
    /// Reads a page of past calls.
    public var history: @Sendable (CallQuery) async throws -> HistoryPage = { _ in HistoryPage() }
    /// The account's agents, as the platform has them.
    public var agents: @Sendable () async throws -> [AgentName] = { [] }
    /// What calls were placed with before.
    public var usedValues: @Sendable () async throws -> UsedValues = { UsedValues() }
    /// The saved forms, by name.
    public var presets: @Sendable () async throws -> [Preset] = { [] }
    public var campaigns = CampaignServices()
    /// Saves a form, or with `nil` takes it away.
    public var keepPreset: @Sendable (_ name: String, _ text: String?) async throws -> Void = { _, _ in }

    public init(
        theme: @escaping @Sendable (String) async throws -> Theme = { _ in .fallback },
        themes: @escaping @Sendable () async -> [ThemeChoice] = { [] },
        watchTheme: @escaping @Sendable (String) -> AsyncStream<ConsoleNews> = { _ in AsyncStream { $0.finish() } }
    ) {
        self.theme = theme
        self.themes = themes
        self.watchTheme = watchTheme
    }

    /// Does one errand.
    /// - Returns: `nil` for an errand that was given up.
    public func run(_ errand: ConsoleErrand) async -> ConsoleNews? {
        do {
            switch errand {
            case .theme(let name): return .theme(name, try await theme(name))
            case .themes: return .themes(await themes())
            case .history(let ask): return .history(ask, try await history(ask.query))
            case .agents: return .agents(try await agents())
            case .usedValues: return .usedValues(try await usedValues())
            case .presets: return .presets(try await presets())
            case .findPreset(let name):
                let exists = try await presets().contains { $0.name == name }
                return .presetFound(name, exists: exists)
            case .keepPreset(let preset):
                try await keepPreset(preset.name, preset.text)
                return .presetKept(preset.name, isThere: true, all: try await presets())
            case .dropPreset(let name):
                try await keepPreset(name, nil)
                return .presetKept(name, isThere: false, all: try await presets())
            case .campaign(let errand): return .campaign(try await campaigns.run(errand))
            }
        } catch is CancellationError {
            return nil
        } catch {
            return .failed(errand, "\(error)")
        }
    }
}
