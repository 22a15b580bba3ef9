import CallBoard
import Foundation
import Piopiy
import TestSupport

/// Lives of many calls as a journal's lines: what was asked for here, what came of it, and webhooks in the three dialects.
struct ToldCalls {
    private(set) var random: SplitMix64
    /// In the order in which it happened.
    private(set) var lines: [JournalLine] = []
    private let start: Int64 = 1_725_942_870_000

    init(seed: UInt64, calls: Int) throws {
        random = SplitMix64(seed: seed)
        for index in 0..<calls { try tell(index) }
        lines.sort { $0.at < $1.at }
    }

    /// In any order, nearly every third of the webhooks twice.
    mutating func shuffled() -> [JournalLine] {
        var shuffled = lines
        shuffled += lines.filter { line in line.kind == .event && random.chance(0.3) }
        shuffled.shuffle(using: &random)
        return shuffled
    }

    // MARK: One call

    private enum Dialect: CaseIterable {
        /// `out_answered`, numbers as JSON numbers, variables as a string.
        case prefixed
        /// `type` and plain words, times in seconds in the record.
        case plain
        /// `uuid` alone, everything a string, words in capitals.
        case capitals
    }

    private struct Life {
        let callID: String
        let requestID: String
        let to: String
        var ref: CallRef?
        var at: Int64
        /// When it rang, was answered and ended, for its record.
        var answeredAt: Int64?
        let startedAt: Int64
    }

    private mutating func uuid() -> String {
        CallRef(at: Timestamp(milliseconds: Int64.random(in: 0..<1 << 47, using: &random)), using: &random).text
    }

    private mutating func tell(_ index: Int) throws {
        let at = start + Int64.random(in: 0..<3_600_000, using: &random)
        let number = "918888888\(index % 900 + 100)"
        var life = Life(callID: uuid(), requestID: "R\(index)-\(uuid().prefix(8))", to: number, at: at, startedAt: at)
        if random.chance(0.6) { try place(&life) }
        let leads = random.pick(Self.stories)
        for (step, word) in leads.enumerated() {
            life.at += Int64.random(in: 1..<8000, using: &random)
            if word == "answered" { life.answeredAt = life.answeredAt ?? life.at }
            // Each event may be lost, but for the first.
            if step > 0, random.chance(0.05) { continue }
            try hear(word, life)
        }
    }

    private static let stories: [[String]] = [
        talked, talked, joined, joined, transferred, transferred, transferred,
        ["started", "ringing", "missed"] + record("missed"),
        ["started", "ringing", "busy"] + record("busy"),
        ["started", "failed"],
        ["ringing", "answered"],
        ["cdr answered"],
    ]
    private static let talked = ["started", "ringing", "answered", "hangup"] + record("answered")
    private static let joined =
        ["started", "ringing", "answered", "bridged", "hangup b", "hangup"] + record("answered")
    private static let transferred =
        ["started", "ringing", "answered", "transfer started", "transfer completed", "bridged", "hangup b", "hangup"]
        + record("answered")

    /// A record is sent up to four times.
    private static func record(_ word: String) -> [String] { Array(repeating: "cdr \(word)", count: 4) }

    private mutating func place(_ life: inout Life) throws {
        let ref = CallRef(at: Timestamp(milliseconds: life.at), using: &random)
        life.ref = ref
        let call = try AICall(
            callerID: "919999999999",
            toNumber: life.to,
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        )
        lines.append(.intent(call, ref: ref, at: Timestamp(milliseconds: life.at)))
        life.at += 200
        let outcome: Outcome<Acceptance> =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: .unknown(Doubt(.interrupted))
            case 1:
                .accepted(
                    Acceptance(status: 200, requestID: RequestID(life.requestID), callID: CallID(life.callID))
                )
            default: .accepted(Acceptance(status: 200, requestID: RequestID(life.requestID)))
            }
        lines.append(.outcome(outcome, ref: ref, at: Timestamp(milliseconds: life.at)))
    }

    private mutating func hear(_ word: String, _ life: Life) throws {
        let body = try JSONValue.object(webhook(word, life)).bytes()
        let at = Timestamp(milliseconds: life.at + Int64.random(in: 0..<500, using: &random))
        lines.append(.webhook(WebhookDecoder.decode(body, receivedAt: at), body: body, at: at))
    }

    private mutating func webhook(_ words: String, _ life: Life) -> [String: JSONValue] {
        let parts = words.split(separator: " ").map(String.init)
        let isRecord = parts[0] == "cdr"
        let isTransfer = parts[0] == "transfer"
        let word = isRecord || isTransfer ? parts[1] : parts[0]
        let isLegB = word == "bridged" || parts.last == "b"
        let dialect = isTransfer ? .plain : random.pick(Dialect.allCases)
        var members: [String: JSONValue] = ["leg": isLegB ? "b" : "a", "direction": "outbound"]
        let variables = life.ref.map { #"{"console_ref":"\#($0.text)"}"# }
        switch dialect {
        case .prefixed:
            members["appid"] = 2_222_224
            members["cmiuuid"] = .string(life.callID)
            members["request_id"] = .string(life.requestID)
            members["conversation_uuid"] = .string(life.requestID)
            members["status"] = .string(isRecord ? word : "out_\(word)")
            if isRecord { members["type"] = "cdr" }
            members["from"] = 919_999_999_999
            members["vn"] = 919_999_999_999
            members["to"] = Int(life.to).map { .integer($0) }
            members["time"] = .integer(Int(life.at))
            members["extra_params"] = variables.map { .string($0) }
        case .plain:
            members["type"] = isRecord ? "cdr" : isTransfer ? "transfer_status" : "event"
            // Not every one of these tells both ids.
            if random.chance(0.8) || isTransfer { members["call_id"] = .string(life.callID) }
            if isTransfer {
                members["request_id"] = .string("T-\(life.requestID)")
            } else if random.chance(0.8) || members["call_id"] == nil {
                members["request_id"] = .string(life.requestID)
            }
            members["status"] = .string(word)
            members["from"] = "919999999999"
            members["to"] = .string(life.to)
            members["time"] = .integer(Int(life.at))
            if let ref = life.ref, random.chance(0.5) { members["variables"] = ["console_ref": .string(ref.text)] }
        case .capitals:
            members["uuid"] = .string(life.callID)
            members["caller_id"] = "919999999999"
            members["did_number"] = .string(life.to)
            members["status"] = .string(isRecord && word == "answered" ? "ANSWER" : word.uppercased())
            members["type"] = isRecord ? "CDR" : "EVENT"
            members["timestamp"] = .string("\(life.at)")
        }
        if isRecord { addRecord(to: &members, life) }
        return members
    }

    private mutating func addRecord(to members: inout [String: JSONValue], _ life: Life) {
        members["start_time"] = .integer(Int(life.startedAt / 1000))
        members["end_time"] = .integer(Int(life.at / 1000))
        if let answered = life.answeredAt {
            members["answer_time"] = .integer(Int(answered / 1000))
            members["duration"] = .integer(Int((life.at - answered) / 1000))
            members["recording"] = .string("\(life.callID).mp3")
        } else {
            members["duration"] = 0
        }
        members["call_rate"] = random.pick(["0.25", 0.5, 1])
        members["balance"] = "76.349024"
    }
}
