import CallBoard
import Piopiy
import Terminal

extension ConsoleModel {
    /// What the operator has set, and what the console is told of its surroundings.
    public struct Settings: Sendable {
        /// Beside the product's name in the header: which account or server this is.
        public var place: String
        /// Whether it is the sandbox: the empty board then says what to try.
        public var isSandbox: Bool
        /// Show a newcomer the five keys to begin with.
        public var showsTour = false
        public var theme: Theme
        /// The name by which it is found; empty for one that no file holds.
        public var themeName = ""
        public var keymap: Keymap
        /// Draw with ASCII alone.
        public var ascii: Bool
        /// How far local time is ahead of UTC, for the times that are shown.
        public var utcOffset: UTCOffset
        /// Nothing is placed, transferred, settled or hung up.
        public var isReadOnly = false
        /// What is asked before it is done.
        public var confirmation = Confirmation.always
        /// The columns that the operator chose, in their order; empty for those that fit the width.
        public var columns: [BoardColumn] = []
        /// Whether whole phone numbers are kept off the screen.
        public var masksNumbers = false
        /// In which country numbers are typed and told that have no country code.
        public var numberPlan = NumberPlan.international
        /// Numbers that have names.
        public var contacts: [Contact] = []
        /// Agents that have names.
        public var agents: [AgentName] = []
        /// What the terminal rings for.
        public var alerts = Alerts()
        /// Whether the mouse is told by the terminal.
        public var takesMouse = false
        /// The console hides itself after this time without a key; `nil` for never.
        public var lockAfter: Duration?
        /// What unlocks it; without one Enter does.
        public var unlockPIN: String?
        /// Reads a pipeline's file for a transfer: its text, or in words why not.
        public var readFile: @Sendable (String) -> Result<String, PipelineFileProblem>

        public init(
            place: String,
            isSandbox: Bool = false,
            theme: Theme = .fallback,
            keymap: Keymap = .standard,
            ascii: Bool = false,
            utcOffset: UTCOffset = 0,
            readFile: @escaping @Sendable (String) -> Result<String, PipelineFileProblem> = { _ in
                .failure(PipelineFileProblem("is a file, and files cannot be read here"))
            }
        ) {
            self.place = place
            self.isSandbox = isSandbox
            self.theme = theme
            self.keymap = keymap
            self.ascii = ascii
            self.readFile = readFile
            self.utcOffset = utcOffset
        }
    }
}

/// When a hang-up asks first.
public enum Confirmation: String, CaseIterable, Hashable, Sendable {
    /// Every hang-up.
    case always
    /// Only one of several marked calls.
    case marked
}

/// A column of the board that the operator can choose.
public enum BoardColumn: Hashable, Sendable {
    case state, to, from, agent, time, flags, `operator`, campaign, rate, direction
    /// A variable of the call, by its key.
    case variable(String)

    /// The column of a word of the configuration: `to`, `operator`, `var:order`; `nil` when it is none.
    public init?(word: String) {
        if word.hasPrefix("var:") {
            let key = String(word.dropFirst(4))
            guard VariableKey.problem(with: key) == nil else { return nil }
            self = .variable(key)
            return
        }
        guard let column = Self.named.first(where: { $0.word == word }) else { return nil }
        self = column
    }

    /// The columns that are not variables.
    public static let named: [BoardColumn] = [
        .state, .to, .from, .agent, .time, .flags, .operator, .campaign, .rate, .direction,
    ]

    /// As the configuration names it.
    public var word: String {
        switch self {
        case .state: "state"
        case .to: "to"
        case .from: "from"
        case .agent: "agent"
        case .time: "time"
        case .flags: "flags"
        case .operator: "operator"
        case .campaign: "campaign"
        case .rate: "rate"
        case .direction: "direction"
        case .variable(let key): "var:\(key)"
        }
    }
}

/// A phone number with a name.
public struct Contact: Hashable, Sendable {
    public let name: String
    /// Digits alone.
    public let number: String

    public init(name: String, number: String) {
        self.name = name
        self.number = number
    }
}

/// An agent's id with a name, from the configuration or from the platform.
public struct AgentName: Hashable, Sendable {
    public let id: String
    public let name: String
    /// As the platform says it, `active` for instance; `nil` for one that only the configuration names.
    public let status: String?

    public init(id: String, name: String, status: String? = nil) {
        self.id = id
        self.name = name
        self.status = status
    }
}

/// What makes the terminal ring.
public struct Alerts: Hashable, Sendable {
    public enum Event: String, CaseIterable, Hashable, Sendable {
        case answered, ended, failed, unknown
    }

    /// How it rings.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// BEL.
        case bell
        /// A notification of the terminal's desktop by OSC 9, as iTerm2, kitty, WezTerm and Windows Terminal show it.
        case osc9
        /// The same by OSC 777, as rxvt-unicode, foot and GNOME Terminal show it.
        case osc777
    }

    public var events: Set<Event> = []
    public var kind = Kind.bell

    public init(events: Set<Event> = [], kind: Kind = .bell) {
        self.events = events
        self.kind = kind
    }
}
