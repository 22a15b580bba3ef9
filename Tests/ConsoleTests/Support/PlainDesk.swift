import Piopiy
import Testing

@testable import CallBoard
@testable import Console

/// An operator's desk with the plain console: lines in, lines out, over a board.
struct PlainDesk {
    var board = BoardState()
    var model: PlainModel
    /// All that was printed.
    var lines: [String] = []
    var sent: [BoardCommand] = []
    var effects: [BoardEffect] = []
    /// What it wants looked up.
    var errands: [ConsoleErrand] = []
    var hasQuit = false
    private(set) var now = Timestamp(milliseconds: 1_700_000_000_000)

    init(_ change: (inout ConsoleModel.Settings) -> Void = { _ in }) {
        var settings = ConsoleModel.Settings(place: "test")
        settings.agents = [AgentName(id: Desk.agent, name: "Support EN")]
        change(&settings)
        model = PlainModel(settings: settings, now: now)
        take(model.begin(draft: nil))
        happen(.feed(.webhooks))
    }

    /// Types lines.
    /// - Returns: what was printed since.
    @discardableResult
    mutating func type(_ lines: String...) -> [String] {
        let before = self.lines.count
        for line in lines { take(model.take(line, at: now)) }
        return Array(self.lines[before...])
    }

    /// Tells it what came of an errand.
    @discardableResult
    mutating func hear(_ news: ConsoleNews) -> [String] {
        let before = lines.count
        take(model.receive(news, at: now))
        return Array(lines[before...])
    }

    /// Lets something happen on the board.
    @discardableResult
    mutating func happen(_ input: BoardInput) -> [String] {
        let before = lines.count
        for effect in board.apply(input, now: now) {
            effects.append(effect)
            if case .record(let ref, _, _, _) = effect { happen(.recorded(ref, failure: nil)) }
            if case .keepHangUp(let key, let line) = effect { happen(.hangUpKept(key, at: line.at, failure: nil)) }
        }
        take(model.receive(board.snapshot, at: now))
        return Array(lines[before...])
    }

    /// An event of the platform.
    @discardableResult
    mutating func event(
        _ status: String,
        call: Int,
        to: String = "918888888888",
        extra: [String: JSONValue] = [:]
    ) -> [String] {
        var members: [String: JSONValue] = [
            "cmiuuid": .string(Desk.id(call)), "status": .string(status), "from": .string(Desk.caller),
            "to": .string(to),
            "leg": "a", "direction": "outbound", "time": .integer(Int(now.milliseconds)),
        ]
        members.merge(extra) { _, new in new }
        guard let bytes = try? JSONValue.object(members).serialized() else {
            Issue.record("an event that cannot be written: \(members)")
            return []
        }
        return happen(.webhook(WebhookDecoder.decode(bytes, receivedAt: now)))
    }

    mutating func pass(_ duration: Duration) {
        now = now + duration
        happen(.tick)
    }

    private mutating func take(_ step: PlainStep) {
        lines += step.lines
        for effect in step.effects {
            switch effect {
            case .send(let command):
                sent.append(command)
                happen(.command(command))
            case .quit: hasQuit = true
            case .run(let errand): errands.append(errand)
            default: break
            }
        }
    }

    var hungUp: [String] {
        effects.compactMap { if case .hangUp(_, let request) = $0 { request.callID.text } else { nil } }
    }

    var placed: [AICall] {
        sent.compactMap { command in
            switch command {
            case .place(_, let call, _): call
            case .placeAgain(let key, _): board.snapshot.call(key)?.request
            default: nil
            }
        }
    }
}
