import Terminal

/// The keys that an operator wants for an action on a screen, in place of those of the table.
public struct KeyChange: Hashable, Sendable {
    public let context: KeyContext
    public let action: Action
    /// Empty to take the action's keys away.
    public let keys: [Key]

    public init(_ context: KeyContext, _ action: Action, _ keys: [Key]) {
        self.context = context
        self.action = action
        self.keys = keys
    }
}

/// Why the keys of an action cannot be as they are wanted, in words that follow its name.
public struct KeyChangeProblem: Error, Hashable, Sendable {
    /// The change that it is about.
    public let change: KeyChange
    public let words: String
}

extension Keymap {
    /// The actions that a screen knows, in the order of the table.
    public static func actions(in context: KeyContext) -> [Action] {
        var actions: [Action] = []
        for binding in standard.bindings where binding.contexts.contains(context) && !actions.contains(binding.action) {
            actions.append(binding.action)
        }
        return actions
    }

    /// The table with other keys. An action that is not among the changes keeps its keys; Ctrl-C always leads out.
    /// - Throws: the first change that cannot be: an action that the screen does not know, a key that is reserved there, or
    ///   one that another action has.
    public func rebinding(_ changes: [KeyChange]) throws(KeyChangeProblem) -> Keymap {
        if let problem = problems(with: changes).first { throw problem }
        return rebound(changes)
    }

    /// Everything that is wrong with changes, at most one thing of each.
    public func problems(with changes: [KeyChange]) -> [KeyChangeProblem] {
        let bindings = rebound(changes).bindings
        return changes.enumerated().compactMap { index, change in
            do throws(KeyChangeProblem) {
                try Self.check(change)
                try Self.checkClaims(change, bindings, later: changes[(index + 1)...])
                return nil
            } catch {
                return error
            }
        }
    }

    private func rebound(_ changes: [KeyChange]) -> Keymap {
        var bindings: [Binding] = []
        var placed: Set<KeyChange> = []
        for binding in self.bindings {
            let changed = changes.filter { $0.action == binding.action && binding.contexts.contains($0.context) }
            // New keys take the place of the first old one, so that help and footer keep their order.
            for change in changed where placed.insert(change).inserted {
                bindings += change.keys.map { Binding($0, change.action, in: [change.context]) }
            }
            let left = binding.key == .wayOut ? binding.contexts : binding.contexts.subtracting(changed.map(\.context))
            guard !left.isEmpty else { continue }
            let bare = changed.filter { $0.keys.isEmpty }.map(\.context)
            // Where it is the only one left, it is named.
            let named = left.intersection(bare)
            if !named.isEmpty { bindings.append(Binding(binding.key, binding.action, in: named)) }
            let others = left.subtracting(named)
            if !others.isEmpty {
                bindings.append(Binding(binding.key, binding.action, in: others, named: binding.isNamed))
            }
        }
        return Keymap(bindings)
    }

    private static func check(_ change: KeyChange) throws(KeyChangeProblem) {
        let known = actions(in: change.context)
        guard known.contains(change.action) else {
            let list = known.map(\.rawValue).joined(separator: ", ")
            throw KeyChangeProblem(
                change: change,
                words: "is not an action of \(change.context.rawValue); the actions are \(list)"
            )
        }
        var seen: Set<Key> = []
        for key in change.keys {
            guard seen.insert(key).inserted else {
                throw KeyChangeProblem(change: change, words: "has \(key.name) twice")
            }
            if let why = change.context.reserves(key, for: change.action) {
                throw KeyChangeProblem(change: change, words: "cannot be \(key.name): \(why)")
            }
        }
    }

    /// A key does one thing on a screen. Of two changes that want it, the later is told.
    private static func checkClaims(
        _ change: KeyChange,
        _ bindings: [Binding],
        later: ArraySlice<KeyChange>
    ) throws(KeyChangeProblem) {
        let told = later.filter { $0.context == change.context }.map(\.action)
        for key in change.keys {
            let other = bindings.first {
                $0.key == key && $0.action != change.action && $0.contexts.contains(change.context)
                    && !told.contains($0.action)
            }
            guard let other else { continue }
            let word = other.action.rawValue
            throw KeyChangeProblem(
                change: change,
                words: "cannot be \(key.name): that is the key of \(word); give \(word) another key first"
            )
        }
    }
}

extension KeyContext {
    /// Why an action of this screen cannot have a key; `nil` when it can.
    func reserves(_ key: Key, for action: Action) -> String? {
        if key == .wayOut { return "it always closes or quits" }
        if case .paste = key { return "it is not a key" }
        // Such a key, held a moment too long, would give the answer too.
        if action.asksWhetherToAct, [.enter, .character("y"), .character("Y")].contains(key) {
            return "it answers yes to the question that \(action.rawValue) asks"
        }
        if action == .quit, [.character("e"), .character("E")].contains(key) {
            return "it answers yes to the question that \(action.rawValue) asks"
        }
        switch self {
        case .form, .transfer, .hangUp:
            if key.types { return "in a form it types or moves between fields" }
        case .settle:
            if case .character(let digit) = key, digit.isWholeNumber { return "on that screen, digits choose a call" }
            // A key that was meant for a question, and comes twice, must not say what became of a call.
            if ConsolePrompt.answers(key), key != .escape { return "it answers questions" }
        case .board:
            if key == .escape { return "on that screen it hides messages and clears the filter" }
        case .history, .agents:
            if key == .escape, action != .close { return "on that screen it clears the filter" }
        case .presets:
            if case .character = key { return "on that screen it narrows the list" }
            if key == .backspace { return "on that screen it edits the filter" }
        default: break
        }
        return nil
    }
}

extension Action {
    /// Whether it asks first, and a yes rings somebody, cuts somebody off, says what became of a call or throws
    /// something away.
    fileprivate var asksWhetherToAct: Bool {
        switch self {
        case .hangUp, .settle, .placeAgain, .wasPlaced, .wasNotPlaced, .isOver, .takeBack, .deletePreset,
            .resumeCampaign,
            .stopCampaign, .quit:
            true
        default: false
        }
    }
}

extension Key {
    /// The key that closes what is open, and quits, whatever else is changed.
    fileprivate static let wayOut = Key.control("c")

    /// Whether it is one that fields of text are filled in with.
    fileprivate var types: Bool {
        switch self {
        case .character, .enter, .backspace, .delete, .up, .down, .left, .right, .home, .end: true
        default: false
        }
    }
}
