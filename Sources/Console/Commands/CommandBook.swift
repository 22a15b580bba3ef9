/// One command: how it is typed and what it does.
struct CommandEntry: Hashable, Sendable {
    let name: String
    /// How it goes on behind the name.
    let arguments: String
    let explanation: String
    /// What it does when nothing stands behind its name; `nil` for a command that no key has.
    let action: Action?

    var usage: String { arguments.isEmpty ? name : "\(name) \(arguments)" }
}

/// All commands: those that take words behind them, and every action that a key of the board has.
enum CommandBook {
    static let entries: [CommandEntry] = {
        let actions = boardActions.filter { action in !withArguments.contains { $0.name == action.rawValue } }
        return withArguments
            + actions.map {
                CommandEntry(name: $0.rawValue, arguments: "", explanation: $0.explanation, action: $0)
            }
    }()

    static func entry(named name: String) -> CommandEntry? {
        let name = name.lowercased()
        let known = otherNames[name] ?? name
        return entries.first { $0.name == known }
    }

    /// The command that does what a key does.
    static func name(of action: Action) -> String? {
        action == .newCall ? "call" : entries.first { $0.action == action }?.name
    }

    /// What people type who come from other programs.
    private static let otherNames = [
        "hangup": "hang-up", "list": "calls", "ls": "calls", "exit": "quit", "q": "quit", "details": "show",
        "?": "help",
        "h": "help", "dial": "call",
    ]

    /// Whatever a key of the board does, in the order of the table of keys.
    private static let boardActions: [Action] = {
        var actions: [Action] = []
        for binding in Keymap.standard.bindings where binding.contexts.contains(.board) {
            let isOther = binding.action == .command || binding.action == .details
            if !isOther, !actions.contains(binding.action) { actions.append(binding.action) }
        }
        return actions
    }()

    private static let withArguments: [CommandEntry] = [
        entry(
            "call",
            "TO [from N] [agent NAME|ID] [max S] [ring S] [record|no-record] [KEY=VALUE …]",
            "place a call; asks for what is missing"
        ),
        entry(
            "hang-up",
            "[CALL …] [cause C] [reason \"R\"]",
            "hang up the named calls, else the marked or the selected one; asks first"
        ),
        entry(
            "transfer",
            "[CALL] [warm|blind TARGET] [caller N] [ring S] [confirm] [summary \"S\"]",
            "transfer a call: warm, while the agent talks on, or blind"
        ),
        CommandEntry(
            name: "show",
            arguments: "[CALL]",
            explanation: "details of a call: ids, options, variables, timeline",
            action: .details
        ),
        entry("calls", "", "the list of calls"),
        entry("mark", "[CALL …|all]", "mark calls, to hang them up together"),
        entry("unmark", "[CALL …|all]", "unmark calls"),
        entry("filter", "[WORDS]", "narrow the list: words, state:ringing to:9188* time>2m"),
        entry(
            "sort",
            "[\(CallOrder.Column.allCases.map(\.rawValue).joined(separator: "|")) [reversed]]",
            "sort the list by a column"
        ),
        entry(
            "settle",
            "[CALL] [was-placed|was-not-placed|is CALL-ID|is-over|again|take-back]",
            "settle a call in doubt or without an id, take that back, or dial again; asks first"
        ),
        entry("history", "[WORDS]", "ended and running calls from the journal; WORDS work as in filter"),
        entry("call-again", "[CALL]", "call again with the same values, through the form"),
        entry("agents", "", "names and ids of agents"),
        entry("presets", "[NAME]", "saved forms; with a name, opens that one"),
        entry("campaigns", "", "campaigns and their progress"),
        entry(
            "campaign",
            "run FILE [name N] [from N] [agent NAME|ID] [rate N] [at-once N] [max S] [ring S] [record|no-record] [skip-invalid] "
                + "[allow-repeats] [map NAME=MEANING …] [columns A,B,…] [KEY=VALUE …] "
                + "| pause|resume|stop [NAME] | pace [NAME] [rate N] [at-once N]",
            "dial the numbers of a list at a steady rate; pause, resume, stop; asks before it dials"
        ),
        entry("theme", "NAME", "choose a theme"),
        entry(
            "columns",
            "[WORD …]",
            "the columns of the list: \(BoardColumn.named.map(\.word).joined(separator: " ")) var:KEY"
        ),
        entry("messages", "", "all messages of the status line"),
        entry("copy-id", "[CALL]", "copy a call's id to the clipboard (OSC 52, also over SSH)"),
        entry("lock", "", "hide the screen until it is unlocked"),
        entry("help", "[COMMAND]", "help; for one command, its usage"),
        entry("quit", "", "quit; calls that are up go on"),
    ]

    private static func entry(_ name: String, _ arguments: String, _ explanation: String) -> CommandEntry {
        CommandEntry(name: name, arguments: arguments, explanation: explanation, action: Action(rawValue: name))
    }
}

extension Keymap {
    /// The key of a command on the board, as help and footer name it.
    func key(of entry: CommandEntry) -> String? {
        guard let action = entry.action else { return nil }
        return named(in: .board).first { $0.action == action }?.key.name
    }
}
