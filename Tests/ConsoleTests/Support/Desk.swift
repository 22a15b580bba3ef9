import Piopiy
import Terminal
import TestSupport
import Testing

@testable import CallBoard
@testable import Console

/// An operator's desk without a terminal, a network or a clock: a console over a board, driven by keys and events.
struct Desk {
    var board = BoardState()
    var model: ConsoleModel
    /// What the console asked of the board.
    var sent: [BoardCommand] = []
    /// What the board asked of the platform.
    var effects: [BoardEffect] = []
    /// What the console wants besides: copies, quitting.
    var asked: [ConsoleEffect] = []
    private(set) var now = Timestamp(milliseconds: 1_700_000_000_000)

    static let agent = "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
    static let caller = "919999999999"

    init(
        width: Int = 80,
        height: Int = 24,
        settings: ConsoleModel.Settings = .init(place: "sandbox"),
        seed: UInt64? = nil
    ) {
        let size = Size(width: width, height: height)
        model = ConsoleModel(settings: settings, size: size, now: now) { at in
            if let seed {
                // The time makes one differ from the next.
                var random = SplitMix64(seed: seed)
                return CallRef(at: at, using: &random)
            }
            var random = SystemRandomNumberGenerator()
            return CallRef(at: at, using: &random)
        }
        happen(.feed(.webhooks))
    }

    // MARK: The operator

    mutating func press(_ keys: Key...) {
        for key in keys { press(key) }
    }

    private mutating func press(_ key: Key) {
        take(model.press(key))
    }

    /// Presses keys that come together, on the screen as it is now.
    mutating func burst(_ keys: [Key], follows: Bool = false) {
        _ = model.nextFrame()
        take(model.press(KeyBurst(keys, frame: model.frameNumber, follows: follows)))
    }

    /// Pastes a text into a terminal that does not mark it as one: its characters are keys, its line ends Enter.
    mutating func pasteUnmarked(_ text: String) {
        burst(text.map { $0 == "\n" ? .enter : .character($0) })
    }

    mutating func take(_ effects: [ConsoleEffect]) {
        for effect in effects {
            guard case .send(let command) = effect else {
                asked.append(effect)
                continue
            }
            sent.append(command)
            happen(.command(command))
        }
    }

    mutating func type(_ text: String) {
        for character in text { press(.character(character)) }
    }

    /// Fills the form as an operator does and places the call.
    mutating func place(_ number: String) {
        press(.character("n"))
        if model.form.caller.isEmpty {
            type(Self.caller)
            press(.tab)
        }
        type(number)
        press(.tab)
        if model.form.agent.isEmpty { type(Self.agent) }
        press(.control("s"))
    }

    // MARK: What is looked up

    /// The errands that the console has.
    var errands: [ConsoleErrand] {
        asked.compactMap(\.errand)
    }

    /// Brings news, and notes what the console wants then.
    mutating func hear(_ news: ConsoleNews) { asked += model.receive(news) }

    /// Does the errands for past calls, until there are none.
    mutating func answer(from journal: FakeJournal) {
        while let index = asked.firstIndex(where: { $0.errand?.history != nil }),
            let ask = asked.remove(at: index).errand?.history
        {
            hear(.history(ask, journal.page(ask.query)))
        }
    }

    static let agents = [
        AgentName(id: agent, name: "support-en", status: "active"),
        AgentName(id: "3f0c2f4e-9d1b-4c8a-8a63-0d5f6f1c7b21", name: "sales-uk", status: "active"),
        AgentName(id: "c5d8a7b3-1f26-4a94-b0e8-92d4c6e1f357", name: "night-desk", status: "inactive"),
    ]

    // MARK: The world

    /// Lets something happen on the board, and what follows of itself: an intent is recorded at once.
    mutating func happen(_ input: BoardInput) {
        for effect in board.apply(input, now: now) {
            effects.append(effect)
            if case .record(let ref, _, _, _) = effect { happen(.recorded(ref, failure: nil)) }
            if case .keepHangUp(let key, let line) = effect { happen(.hangUpKept(key, at: line.at, failure: nil)) }
        }
        asked += model.receive(board.snapshot)
    }

    /// - Parameter ticks: whether the board looks at its clock, which it does from time to time.
    mutating func pass(_ duration: Duration, ticks: Bool = true) {
        now = now + duration
        model.advance(to: now)
        if ticks { happen(.tick) }
    }

    /// An event of the platform, in the dialect of its documentation.
    mutating func event(_ status: String, call: String, to: String = "918888888888", extra: [String: JSONValue] = [:]) {
        var members: [String: JSONValue] = [
            "cmiuuid": .string(call), "status": .string(status), "from": .string(Self.caller), "to": .string(to),
            "leg": "a", "direction": "outbound", "time": .integer(Int(now.milliseconds)),
        ]
        members.merge(extra) { _, new in new }
        guard let bytes = try? JSONValue.object(members).serialized() else {
            Issue.record("an event that cannot be written: \(members)")
            return
        }
        happen(.webhook(WebhookDecoder.decode(bytes, receivedAt: now)))
    }

    /// The call id of the `number`th call of a test.
    static func id(_ number: Int) -> String {
        let hex = String(number, radix: 16)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - hex.count) + hex
    }

    // MARK: The screen

    var lines: [String] { model.frame().canvas.lines }
    var screen: String { lines.joined(separator: "\n") }
    var status: String {
        let lines = lines
        return lines.count > 1 ? lines[lines.count - 2].trimmed : ""
    }

    func line(holding text: String) -> String? { lines.first { $0.contains(text) } }

    /// The calls that hang-ups were asked for.
    var hungUp: [CallKey] {
        sent.compactMap { if case .hangUp(let key, _, _) = $0 { key } else { nil } }
    }

    /// The calls that were asked to be placed.
    var placed: [AICall] {
        sent.compactMap { command in
            switch command {
            case .place(_, let call, _): call
            case .placeAgain(let key, _): board.snapshot.call(key)?.request
            default: nil
            }
        }
    }

    /// The row of the call that was placed first.
    var placedKey: CallKey? {
        for case .place(let ref, _, _) in sent { return board.snapshot.resolve(CallKey(ref)) }
        return nil
    }

    var wantsToQuit: Bool {
        asked.contains { if case .quit = $0 { true } else { false } }
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while text.hasPrefix(" ") { text.removeFirst() }
        while text.hasSuffix(" ") { text.removeLast() }
        return String(text)
    }
}
