import Foundation
import Piopiy
import Testing

@Suite("Status words of webhooks")
struct WebhookStatusTests {
    static let words: [(String, PlatformEvent.Status)] = [
        ("started", .created), ("out_started", .created), ("in_started", .created), ("ringing", .ringing),
        ("out_ringing", .ringing), ("answered", .answered), ("out_answered", .answered), ("in_answered", .answered),
        ("ANSWER", .answered), ("out_bridged", .bridged), ("in_bridged", .bridged), ("hangup", .ended),
        ("out_hangup", .ended), ("in_hangup", .ended), ("missed", .noAnswer), ("out_missed", .noAnswer),
        ("in_missed", .noAnswer), ("NOANSWER", .noAnswer), ("NO-ANSWER", .noAnswer), ("NO_ANSWER", .noAnswer),
        ("no answer", .noAnswer), ("unanswered", .noAnswer), ("busy", .busy), ("BUSY", .busy), ("failed", .failed),
        ("FAILED", .failed),
    ]

    @Test("Each word means the same in any letter case", arguments: words)
    func anyCase(word: String, status: PlatformEvent.Status) throws {
        for type in ["event", "cdr", "EVENT", "Cdr"] {
            for text in [word, word.lowercased(), word.uppercased(), word.capitalized] {
                let event = try WebhookSamples.event(["uuid": "C", "status": .string(text), "type": .string(type)])
                #expect(event?.status == status)
                #expect(event?.kind == (type.lowercased() == "cdr" ? .cdr : .live))
            }
        }
    }

    @Test(
        "A word that is not known is kept as it is",
        arguments: ["", "teleported", "out_", "in", "\u{1B}]0;owned\u{7}", "ＢＵＳＹ"]
    )
    func unknown(word: String) throws {
        #expect(try WebhookSamples.event(["uuid": "C", "status": .string(word)])?.status == .other(word))
    }

    @Test(
        "A transfer's progress is no call's",
        arguments: [("started", .transferStarted), ("COMPLETED", .transferCompleted), ("failed", .transferFailed)]
            as [(String, PlatformEvent.Status)]
    )
    func transfer(word: String, status: PlatformEvent.Status) throws {
        let event = try WebhookSamples.event([
            "uuid": "C", "type": "transfer_status", "status": .string(word), "reason": "busy",
        ])
        #expect(event?.kind == .transfer)
        #expect(event?.status == status)
        #expect(event?.reason == "busy")
    }

    @Test("A leg and a direction are read in any letter case, and nonsense is left out")
    func legs() throws {
        #expect(try WebhookSamples.event(["uuid": "C", "leg": "B", "direction": "INBOUND"])?.leg == .b)
        #expect(try WebhookSamples.event(["uuid": "C", "leg": "B", "direction": "INBOUND"])?.direction == .inbound)
        #expect(try WebhookSamples.event(["uuid": "C", "leg": "c", "direction": 7])?.leg == nil)
        #expect(try WebhookSamples.event(["uuid": "C", "leg": "c", "direction": 7])?.direction == nil)
    }

    @Test(
        "A live event without a type is not taken for a CDR: that would end a call that is up",
        arguments: [
            ["status": "out_answered", "duration": 0], ["status": "answered", "end_time": 0, "answer_sec": "0"],
            ["status": "ringing", "duration": 7], ["status": "out_started", "recording": "a.mp3"],
            ["status": "in_bridged", "duration": 3], ["status": "answered", "recording": false],
            ["status": "answered", "recording_url": ""], ["status": "answered", "recording": nil],
        ] as [[String: JSONValue]]
    )
    func liveWithoutType(members: [String: JSONValue]) throws {
        #expect(try WebhookSamples.event(members.merging(["uuid": "C"]) { $1 })?.kind == .live)
    }

    @Test(
        "A CDR without a type is known",
        arguments: [
            ["status": "ANSWER"], ["status": "answered", "duration": 42],
            ["status": "answered", "end_time": 1_632_307_265],
            ["status": "answered", "recording_url": "http://x/a.mp3"],
            ["status": "NOANSWER", "end_time": 1_632_307_265],
        ] as [[String: JSONValue]]
    )
    func recordWithoutType(members: [String: JSONValue]) throws {
        #expect(try WebhookSamples.event(members.merging(["uuid": "C"]) { $1 })?.kind == .cdr)
    }
}
