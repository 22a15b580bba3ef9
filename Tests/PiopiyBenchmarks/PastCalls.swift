import CallBoard
import Foundation
import Piopiy
import TestSupport

/// Calls of the past as lines of a journal, each of which follows from a seed and its number alone.
///
/// Three of five were placed here. Some were busy, missed or failed, most were answered, and each has a record, which
/// is told twice. All numbers are fictional.
struct PastCalls: Sendable {
    var seed: UInt64 = 1
    /// How many there are.
    let count: Int
    /// When the first began, and the last.
    let begin: Timestamp
    let end: Timestamp
    /// The last of them are up.
    var live = 20

    /// A word that the variables of three calls have.
    static let rareWord = "zanzibar"

    /// What one call has left in the journal, the oldest line first.
    struct Past: Sendable {
        var lines: [JournalLine] = []
        /// Lines that the platform has sent.
        var webhooks: [Bool] = []
    }

    /// - Parameter index: from 0 to ``count``.
    func call(_ index: Int) throws -> Past {
        var life = Life(self, index)
        return try life.tell()
    }

    private struct Life {
        private var random: SplitMix64
        private let calls: PastCalls
        private let index: Int
        private var at: Timestamp
        private var past = Past()
        private let callID: String
        private let requestID: String
        private let to: String
        private var ref: CallRef?
        private var variables: Variables = [:]

        init(_ calls: PastCalls, _ index: Int) {
            (self.calls, self.index) = (calls, index)
            random = SplitMix64(seed: calls.seed &* 0x9E37_79B9 &+ UInt64(index))
            let span = (calls.end - calls.begin) / .milliseconds(1)
            at = calls.begin + .milliseconds(Int64(span * Double(index) / Double(max(1, calls.count))))
            callID = Self.uuid(Timestamp(milliseconds: Int64.random(in: 0..<1 << 46, using: &random)), &random)
            requestID = Self.uuid(at, &random)
            to = String(918_888_000_000 + (index * 7919) % 1_000_000)
        }

        private static func uuid(_ at: Timestamp, _ random: inout SplitMix64) -> String {
            CallRef(at: at, using: &random).text
        }

        private var isLive: Bool { index >= calls.count - calls.live }

        mutating func tell() throws -> Past {
            if random.chance(0.6) { try place() }
            guard !isLive else {
                try hear("out_started")
                try hear("out_ringing")
                try hear("out_answered")
                return past
            }
            try hear("out_started")
            at = at + .milliseconds(Int64.random(in: 500..<4000, using: &random))
            try hear("out_ringing")
            let began = at
            at = at + .milliseconds(Int64.random(in: 2000..<30_000, using: &random))
            let word = random.pick(["answered", "answered", "answered", "answered", "missed", "busy"])
            if word == "answered" {
                try hear("out_answered")
                let answered = at
                at = at + .milliseconds(Int64.random(in: 5000..<300_000, using: &random))
                try hear("hangup")
                try record(word, began: began, answered: answered)
            } else {
                try hear("out_\(word)")
                try record(word, began: began, answered: nil)
            }
            return past
        }

        private mutating func place() throws {
            variables = ["order": .text("A-\(index)"), "name": .text(random.pick(Self.names))]
            if index % (calls.count / 3 + 1) == calls.count / 7 { variables["town"] = .text(PastCalls.rareWord) }
            let call = try AICall(
                callerID: "919999999999",
                toNumber: to,
                agentID: random.pick(Self.agents),
                options: CallOptions(maxDuration: 600),
                variables: variables
            )
            let ref = CallRef(at: at, using: &random)
            self.ref = ref
            let placement = TaggedPlacement(call, ref: ref)
            add(placement.intent(at: at), isWebhook: false)
            at = at + .milliseconds(200)
            let acceptance = Acceptance(status: 200, requestID: RequestID(requestID))
            add(.outcome(.accepted(acceptance), ref: ref, at: at), isWebhook: false)
        }

        private mutating func hear(_ status: String, _ more: [String: JSONValue] = [:]) throws {
            at = at + .milliseconds(Int64.random(in: 50..<900, using: &random))
            var members: [String: JSONValue] = [
                "appid": 2_222_224, "callerid": 919_999_999_999, "conversation_uuid": .string("conv-\(index)"),
                "direction": "outbound", "from": 919_999_999_999, "leg": "a", "request_id": .string(requestID),
                "status": .string(status), "time": .integer(Int(at.milliseconds)), "to": .string(to),
                "cmiuuid": .string(callID), "vn": 919_999_999_999,
            ]
            if let ref {
                var told = variables.mapValues(\.json)
                told[CallRef.variableName] = .string(ref.text)
                members["extra_params"] = .object(told)
            }
            members.merge(more) { $1 }
            let body = try JSONValue.object(members).bytes()
            add(.webhook(WebhookDecoder.decode(body, receivedAt: at), body: body, at: at), isWebhook: true)
        }

        /// A record is sent more than once; each tells another balance.
        private mutating func record(_ word: String, began: Timestamp, answered: Timestamp?) throws {
            let ended = at
            for balance in ["76.349024", "76.120001"] {
                var members: [String: JSONValue] = [
                    "type": "cdr", "start_time": .integer(Int(began.milliseconds / 1000)),
                    "end_time": .integer(Int(ended.milliseconds / 1000)), "call_rate": 0.5,
                    "balance": .string(balance), "duration": 0,
                ]
                if let answered {
                    members["answer_time"] = .integer(Int(answered.milliseconds / 1000))
                    members["duration"] = .integer(Int((ended - answered) / .seconds(1)))
                    members["recording"] = .string("\(callID).mp3")
                }
                try hear(word, members)
            }
        }

        private mutating func add(_ line: JournalLine, isWebhook: Bool) {
            past.lines.append(line)
            past.webhooks.append(isWebhook)
        }

        private static let names = ["Asha", "Björn", "Chidi", "Dolores", "Eun-ji", "Farid", "Grace", "Håkon"]
        private static let agents = [
            "bdd32bcb-767c-40a5-be4a-5f45eeb348a6", "3f0c2f4e-9d1b-4c8a-8a63-0d5f6f1c7b21",
            "0b0f6a52-51b4-4a41-9a5e-2f6f0a4bb0c9",
        ]
    }
}
