import Terminal

/// Where a key is pressed: the same key may mean different things on different screens.
public enum KeyContext: String, Sendable, CaseIterable {
    case board, form, transfer, hangUp = "hang-up", settle, themes, pager, history, agents, presets, campaigns

    /// The heading of its keys in help and manual.
    public var title: String {
        switch self {
        case .board: "Board"
        case .form: "New call"
        case .transfer: "Transfer"
        case .hangUp: "Hang up with a cause"
        case .settle: "A call in doubt"
        case .history: "History"
        case .agents: "Agents"
        case .presets: "Presets"
        case .campaigns: "Campaigns"
        case .themes: "Themes"
        case .pager: "Details, messages and help"
        }
    }
}

/// One line of the table of keys.
public struct Binding: Sendable {
    public let key: Key
    public let action: Action
    public let contexts: Set<KeyContext>
    /// Whether help and footer name it; an alias that everybody tries anyway goes unnamed.
    public let isNamed: Bool

    init(_ key: Key, _ action: Action, in contexts: Set<KeyContext>, named: Bool = true) {
        self.key = key
        self.action = action
        self.contexts = contexts
        self.isNamed = named
    }
}

/// A key in a footer, with the word for what it does.
struct KeyHint: Hashable, Sendable {
    let action: Action
    let key: String
    let word: String
    /// Columns that it takes, with the blanks behind.
    let width: Int
    /// The way to the help and the way out are named on every screen, however narrow.
    let isAlwaysThere: Bool

    /// `nil` for what a footer leaves to the help.
    init?(_ binding: Binding) {
        guard let word = binding.action.footer else { return nil }
        action = binding.action
        key = binding.key.name
        self.word = word
        width = SafeText.width(key) + 1 + word.count + 2
        isAlwaysThere = [.help, .quit, .close].contains(action)
    }
}

/// The one table of keys. What a key does, what the footer offers and what the help explains all come from it.
public struct Keymap: Sendable {
    public let bindings: [Binding]
    private let actions: [KeyContext: [Key: Action]]
    private let named: [KeyContext: [Binding]]
    private let hints: [KeyContext: [KeyHint]]

    public init(_ bindings: [Binding]) {
        self.bindings = bindings
        var actions: [KeyContext: [Key: Action]] = [:]
        for binding in bindings {
            for context in binding.contexts { actions[context, default: [:]][binding.key] = binding.action }
        }
        self.actions = actions
        let named = Dictionary(
            uniqueKeysWithValues: KeyContext.allCases.map { context in
                (context, bindings.filter { $0.isNamed && $0.contexts.contains(context) })
            }
        )
        self.named = named
        hints = named.mapValues { bindings in
            // Of several keys for one thing the first is enough in a footer.
            var offered: Set<Action> = []
            return bindings.compactMap { offered.insert($0.action).inserted ? KeyHint($0) : nil }
        }
    }

    /// What a screen's footer can offer, in the order of the table. It is made once: a footer is drawn with every key.
    func hints(in context: KeyContext) -> [KeyHint] { hints[context] ?? [] }

    public func action(for key: Key, in context: KeyContext) -> Action? { actions[context]?[key] }

    /// The named bindings of a screen, in the order of the table.
    public func named(in context: KeyContext) -> [Binding] { named[context] ?? [] }

    /// The key of an action as help and footer name it; `nil` where the operator took its keys away.
    public func name(of action: Action, in context: KeyContext) -> String? {
        named(in: context).first { $0.action == action }?.key.name
    }

    public static let standard = Keymap([
        Binding(.character("n"), .newCall, in: [.board]),
        Binding(.character("x"), .hangUp, in: [.board, .pager]),
        Binding(.character("X"), .hangUpWith, in: [.board, .pager]),
        Binding(.character("t"), .transfer, in: [.board, .pager]),
        Binding(.enter, .details, in: [.board, .history]),
        Binding(.character("!"), .settle, in: [.board, .pager]),
        Binding(.character("/"), .filter, in: [.board, .history, .agents]),
        Binding(.character(":"), .command, in: [.board, .pager, .history, .agents, .campaigns]),
        Binding(.character(" "), .mark, in: [.board]),
        Binding(.character("*"), .markAll, in: [.board]),
        Binding(.character("u"), .unmark, in: [.board]),
        Binding(.character("s"), .sort, in: [.board]),
        Binding(.character("S"), .reverse, in: [.board]),
        Binding(.character("r"), .callAgain, in: [.board, .pager, .history]),
        Binding(.enter, .useAgent, in: [.agents]),
        Binding(.enter, .openPreset, in: [.presets]),
        Binding(.delete, .deletePreset, in: [.presets]),
        Binding(.control("d"), .deletePreset, in: [.presets], named: false),
        Binding(.control("r"), .refresh, in: [.history, .agents]),
        Binding(.control("s"), .place, in: [.form]),
        Binding(.control("s"), .send, in: [.transfer, .hangUp]),
        Binding(.tab, .nextField, in: [.form, .transfer, .hangUp]),
        Binding(.backTab, .previousField, in: [.form, .transfer, .hangUp]),
        Binding(.character("p"), .wasPlaced, in: [.settle]),
        Binding(.character("u"), .wasNotPlaced, in: [.settle]),
        Binding(.character("a"), .placeAgain, in: [.settle]),
        Binding(.character("o"), .isOver, in: [.settle]),
        Binding(.character("b"), .takeBack, in: [.settle]),
        Binding(.control("j"), .preview, in: [.form]),
        Binding(.control("d"), .removeVariable, in: [.form]),
        Binding(.control("n"), .nextSuggestion, in: [.form]),
        Binding(.control("p"), .previousSuggestion, in: [.form]),
        Binding(.character("y"), .copy, in: [.pager, .history, .agents]),
        Binding(.up, .up, in: [.board, .themes, .pager, .history, .agents, .presets, .campaigns]),
        Binding(.down, .down, in: [.board, .themes, .pager, .history, .agents, .presets, .campaigns]),
        Binding(.character("k"), .up, in: [.board, .themes, .pager, .history, .agents, .campaigns], named: false),
        Binding(.character("j"), .down, in: [.board, .themes, .pager, .history, .agents, .campaigns], named: false),
        Binding(.pageUp, .pageUp, in: [.board, .pager, .history, .agents, .presets, .campaigns]),
        Binding(.pageDown, .pageDown, in: [.board, .pager, .history, .agents, .presets, .campaigns]),
        Binding(.control("b"), .pageUp, in: [.board, .pager, .history, .agents, .campaigns], named: false),
        Binding(.control("f"), .pageDown, in: [.board, .pager, .history, .agents, .campaigns], named: false),
        Binding(.home, .top, in: [.board, .themes, .pager, .history, .agents, .presets, .campaigns]),
        Binding(.end, .bottom, in: [.board, .themes, .pager, .history, .agents, .presets, .campaigns]),
        Binding(.character("g"), .top, in: [.board, .themes, .pager, .history, .agents, .campaigns], named: false),
        Binding(.character("G"), .bottom, in: [.board, .themes, .pager, .history, .agents, .campaigns], named: false),
        Binding(.character("m"), .messages, in: [.board]),
        Binding(.character("T"), .themes, in: [.board]),
        Binding(.enter, .choose, in: [.themes]),
        Binding(.character("?"), .help, in: [.board, .pager, .history, .agents, .campaigns]),
        Binding(.function(1), .help, in: Set(KeyContext.allCases), named: false),
        Binding(.escape, .close, in: Set(KeyContext.allCases).subtracting([.board])),
        Binding(.character("q"), .close, in: [.settle, .themes, .pager, .history, .agents, .campaigns], named: false),
        Binding(.enter, .close, in: [.pager], named: false),
        Binding(.character("q"), .quit, in: [.board]),
        Binding(.control("c"), .quit, in: [.board], named: false),
        Binding(.character("h"), .history, in: [.board]),
        Binding(.character("a"), .agents, in: [.board]),
        Binding(.character("p"), .presets, in: [.board]),
        Binding(.character("c"), .campaigns, in: [.board]),
        Binding(.enter, .campaignDetails, in: [.campaigns]),
        Binding(.character("p"), .pauseCampaign, in: [.campaigns]),
        Binding(.character("r"), .resumeCampaign, in: [.campaigns]),
        Binding(.character("x"), .stopCampaign, in: [.campaigns]),
        Binding(.character("f"), .campaignCalls, in: [.campaigns]),
        Binding(.character("+"), .faster, in: [.campaigns]),
        Binding(.character("-"), .slower, in: [.campaigns]),
        Binding(.function(2), .savePreset, in: [.form]),
        Binding(.function(3), .presets, in: [.form]),
        Binding(.control("c"), .close, in: Set(KeyContext.allCases).subtracting([.board]), named: false),
        Binding(.control("l"), .redraw, in: Set(KeyContext.allCases)),
        Binding(.control("z"), .suspend, in: Set(KeyContext.allCases)),
    ])
}
