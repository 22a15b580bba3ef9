import Terminal

/// Where a key is pressed: the same key may mean different things on different screens.
public enum KeyContext: Sendable, CaseIterable {
    case board, form, transfer, settle, pager
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

/// The one table of keys. What a key does, what the footer offers and what the help explains all come from it.
public struct Keymap: Sendable {
    public let bindings: [Binding]
    private let actions: [KeyContext: [Key: Action]]
    private let named: [KeyContext: [Binding]]

    public init(_ bindings: [Binding]) {
        self.bindings = bindings
        var actions: [KeyContext: [Key: Action]] = [:]
        for binding in bindings {
            for context in binding.contexts { actions[context, default: [:]][binding.key] = binding.action }
        }
        self.actions = actions
        named = Dictionary(
            uniqueKeysWithValues: KeyContext.allCases.map { context in
                (context, bindings.filter { $0.isNamed && $0.contexts.contains(context) })
            }
        )
    }

    public func action(for key: Key, in context: KeyContext) -> Action? { actions[context]?[key] }

    /// The named bindings of a screen, in the order of the table.
    public func named(in context: KeyContext) -> [Binding] { named[context] ?? [] }

    public static let standard = Keymap([
        Binding(.character("n"), .newCall, in: [.board]),
        Binding(.character("x"), .hangUp, in: [.board]),
        Binding(.character("t"), .transfer, in: [.board, .pager]),
        Binding(.enter, .details, in: [.board]),
        Binding(.character("!"), .settle, in: [.board, .pager]),
        Binding(.character("/"), .filter, in: [.board]),
        Binding(.character(" "), .mark, in: [.board]),
        Binding(.character("*"), .markAll, in: [.board]),
        Binding(.character("u"), .unmark, in: [.board]),
        Binding(.character("s"), .sort, in: [.board]),
        Binding(.character("S"), .reverse, in: [.board]),
        Binding(.control("s"), .place, in: [.form]),
        Binding(.control("s"), .send, in: [.transfer]),
        Binding(.tab, .nextField, in: [.form, .transfer]),
        Binding(.backTab, .previousField, in: [.form, .transfer]),
        Binding(.character("p"), .wasPlaced, in: [.settle]),
        Binding(.character("n"), .wasNotPlaced, in: [.settle]),
        Binding(.character("a"), .placeAgain, in: [.settle]),
        Binding(.control("j"), .preview, in: [.form]),
        Binding(.control("d"), .removeVariable, in: [.form]),
        Binding(.character("y"), .copy, in: [.pager]),
        Binding(.up, .up, in: [.board, .pager]),
        Binding(.down, .down, in: [.board, .pager]),
        Binding(.character("k"), .up, in: [.board, .pager], named: false),
        Binding(.character("j"), .down, in: [.board, .pager], named: false),
        Binding(.pageUp, .pageUp, in: [.board, .pager]),
        Binding(.pageDown, .pageDown, in: [.board, .pager]),
        Binding(.control("b"), .pageUp, in: [.board, .pager], named: false),
        Binding(.control("f"), .pageDown, in: [.board, .pager], named: false),
        Binding(.home, .top, in: [.board, .pager]),
        Binding(.end, .bottom, in: [.board, .pager]),
        Binding(.character("g"), .top, in: [.board, .pager], named: false),
        Binding(.character("G"), .bottom, in: [.board, .pager], named: false),
        Binding(.character("m"), .messages, in: [.board]),
        Binding(.character("?"), .help, in: [.board, .pager]),
        Binding(.function(1), .help, in: [.board, .form, .transfer, .settle, .pager], named: false),
        Binding(.escape, .close, in: [.form, .transfer, .settle, .pager]),
        Binding(.character("q"), .close, in: [.settle, .pager], named: false),
        Binding(.enter, .close, in: [.pager], named: false),
        Binding(.character("q"), .quit, in: [.board]),
        Binding(.control("c"), .quit, in: [.board], named: false),
        Binding(.control("c"), .close, in: [.form, .transfer, .settle, .pager], named: false),
        Binding(.control("l"), .redraw, in: [.board, .form, .transfer, .settle, .pager]),
        Binding(.control("z"), .suspend, in: [.board, .form, .transfer, .settle, .pager]),
    ])
}

extension Key {
    /// The key as help and footer name it.
    public var name: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .control(let character): "Ctrl-\(character.uppercased())"
        case .alt(let character): "Alt-\(character)"
        case .enter: "Enter"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .escape: "Esc"
        case .backspace: "Backspace"
        case .delete: "Del"
        case .insert: "Ins"
        case .up: "Up"
        case .down: "Down"
        case .left: "Left"
        case .right: "Right"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .function(let number): "F\(number)"
        case .paste: "paste"
        case .mouse: "mouse"
        }
    }
}
