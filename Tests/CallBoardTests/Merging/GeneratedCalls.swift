import Foundation
import Piopiy
import TestSupport
import Testing

@testable import CallBoard

/// Lives of several calls, told by the platform in mixed dialects.
struct GeneratedCalls {
    var random: SplitMix64
    /// The calls that are placed here, in the order of placing.
    var placements: [(ref: CallRef, call: AICall)] = []
    /// What the platform answered, and what it told in events, in order.
    var inputs: [(input: BoardInput, at: Timestamp)] = []

    private static let start: Int64 = 1_725_942_870_000
    private var clock = GeneratedCalls.start

    init(seed: UInt64, calls: Int = 5) throws {
        random = SplitMix64(seed: seed)
        for index in 0..<calls { try addCall(index) }
        inputs.sort { $0.at < $1.at }
    }

    private mutating func uuid() -> String {
        CallRef(at: Timestamp(milliseconds: Int64.random(in: 0..<1 << 47, using: &random)), using: &random).text
    }

    private mutating func addCall(_ index: Int) throws {
        clock = Self.start + Int64.random(in: 0..<20_000, using: &random)
        var life = Life(to: "9188888887\(10 + index)", callID: uuid(), requestID: "R\(index)-\(uuid().prefix(8))")
        if random.chance(0.7) {
            let ref = CallRef(at: Timestamp(milliseconds: clock), using: &random)
            life.ref = ref
            let call = try Story.call(to: life.to)
            placements.append((ref, call))
            inputs.append((.outcome(ref, answer(life)), Timestamp(milliseconds: clock + 300)))
        }
        for (status, leg) in story() {
            clock += Int64.random(in: 0..<5000, using: &random)
            let body = try JSONValue.object(webhook(life, status, leg: leg)).serialized()
            let at = Timestamp(milliseconds: clock)
            inputs.append((.webhook(WebhookDecoder.decode(body, receivedAt: at)), at))
        }
    }

    struct Life {
        var ref: CallRef?
        let to: String
        let callID: String
        let requestID: String

        init(to: String, callID: String, requestID: String) {
            (self.to, self.callID, self.requestID) = (to, callID, requestID)
        }
    }

    private mutating func answer(_ life: Life) -> Outcome<Acceptance> {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .unknown(Doubt(.connectionLost("reset")))
        case 1: .unknown(Doubt(.serverError(status: 502)))
        case 2: .accepted(Acceptance(status: 200, requestID: RequestID(life.requestID), callID: CallID(life.callID)))
        default: .accepted(Acceptance(status: 200, requestID: RequestID(life.requestID), message: "call_queued"))
        }
    }

    /// Status words in the order in which they happen; `cdr` stands for the record that follows an end.
    private mutating func story() -> [(String, String?)] {
        var story: [(String, String?)] = [("started", nil), ("ringing", nil)]
        switch Int.random(in: 0..<6, using: &random) {
        case 0: story += [("missed", nil), ("cdr missed", nil)]
        case 1: story += [("busy", nil), ("cdr busy", nil)]
        case 2: story += [("answered", nil)]
        case 3: story += [("answered", nil), ("bridged", "b"), ("hangup", "b"), ("hangup", nil), ("cdr answered", nil)]
        case 4: story += [("transfer started", nil), ("transfer completed", nil), ("answered", "b")]
        default: story += [("answered", nil), ("hangup", nil), ("cdr ANSWER", nil), ("cdr answered", nil)]
        }
        // Events can be lost altogether.
        return story.filter { _ in random.chance(0.85) }
    }

    private mutating func webhook(_ life: Life, _ status: String, leg: String?) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        let words = status.split(separator: " ").map(String.init)
        let kind = words.count > 1 ? words[0] : "event"
        var word = words.last ?? status
        if kind == "event", ["started", "ringing", "answered", "bridged", "hangup", "missed"].contains(word) {
            word = random.pick(["", "out_"]) + word
        }
        members["status"] = .string(random.pick([word, word.uppercased(), word.lowercased()]))
        switch kind {
        case "transfer": members["type"] = "transfer_status"
        case "cdr": members["type"] = .string(random.pick(["cdr", "CDR"]))
        default: if random.chance(0.5) { members["type"] = "event" }
        }

        // At least one id, any of those that there are; a leg b has a call id of its own now and then.
        let callID = leg == "b" && random.chance(0.5) ? "\(life.callID)-b" : life.callID
        let which = Int.random(in: 1..<8, using: &random)
        if which & 1 != 0 { members[random.pick(["cmiuuid", "call_id", "uuid", "call_uuid"])] = .string(callID) }
        if which & 2 != 0 || which & 1 == 0 {
            members[random.pick(["request_id", "request"])] = .string(life.requestID)
        }
        if let ref = life.ref, which & 4 != 0 {
            let key = random.pick(["extra_params", "variables"])
            members[key] = random.pick([
                ["console_ref": .string(ref.text)], .string(#"{"console_ref":"\#(ref.text)"}"#),
                .string("{'console_ref': '\(ref.text)'}"),
            ])
        }
        members["leg"] = leg.map { .string($0) } ?? random.pick(["a", "A"])
        let number: JSONValue = random.chance(0.5) ? .string(life.to) : .integer(Int(life.to) ?? 0)
        members[random.pick(["to", "to_number", "did_number"])] = number
        members[random.pick(["from", "callerid", "caller_id", "vn"])] = 919_999_999_999
        members[random.pick(["time", "timestamp"])] = random.chance(0.5) ? .integer(Int(clock)) : .string("\(clock)")
        if kind == "cdr" {
            members["end_time"] = .integer(Int(clock / 1000))
            if random.chance(0.5) { members["duration"] = .integer(Int.random(in: 0..<100, using: &random)) }
            if random.chance(0.5) { members["call_rate"] = "0.25" }
            if random.chance(0.5) { members["recording"] = "a.mp3" }
        }
        return members
    }

    // MARK: Playing them

    /// A board on which everything was placed, and then came what is given.
    func board(_ inputs: [(input: BoardInput, at: Timestamp)], check: (BoardState) -> Void = { _ in }) -> BoardState {
        var state = BoardState()
        for (ref, call) in placements {
            let at = Timestamp(milliseconds: Self.start)
            _ = state.apply(.command(.place(ref, call, allowRepeat: true)), now: at)
            _ = state.apply(.recorded(ref, failure: nil), now: at)
        }
        for (input, at) in inputs {
            _ = state.apply(input, now: at)
            check(state)
        }
        return state
    }

    /// In any order, and what is an event up to three times.
    mutating func shuffled() -> [(input: BoardInput, at: Timestamp)] {
        var shuffled = inputs
        for item in inputs {
            guard case .webhook = item.input, random.chance(0.3) else { continue }
            shuffled += Array(repeating: item, count: Int.random(in: 1...2, using: &random))
        }
        shuffled.shuffle(using: &random)
        return shuffled
    }
}
