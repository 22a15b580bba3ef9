import CallBoard
import GRDB
import Piopiy
import Testing

@testable import Journal

/// The table of the one rule, asked between two processes: one writes, the other asks, in a transaction of its own.
enum SharedNumberTable {
    static let number = "917000003006"
    static let ours = "919999999999"
    /// The longest time of a call that was placed without options, in seconds.
    static let longest = 7380

    /// What another process writes, and what is said of ``number`` some time after.
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// By seconds since ``start``; `nil` where the number is free.
        let expected: [(after: Int, reason: NumberAvailability.Reason?)]
        let lines: @Sendable (Writer) throws -> [JournalLine]

        init(
            _ name: String,
            _ expected: [(Int, NumberAvailability.Reason?)],
            _ lines: @escaping @Sendable (Writer) throws -> [JournalLine]
        ) {
            testDescription = name
            self.expected = expected.map { ($0.0, $0.1) }
            self.lines = lines
        }
    }

    /// Makes lines.
    struct Writer: Sendable {
        let ref: CallRef
        let start: Timestamp

        func at(_ seconds: Int) -> Timestamp { start + .seconds(seconds) }

        func intent(_ options: CallOptions? = nil) throws -> JournalLine {
            let call = try AICall(
                callerID: ours,
                toNumber: number,
                agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
                options: options
            )
            return .intent(call, ref: ref, at: start)
        }

        func outcome(_ outcome: Outcome<Acceptance>) -> JournalLine { .outcome(outcome, ref: ref, at: at(1)) }

        func said(_ settlement: Settlement) -> JournalLine { .settlement(settlement, of: ref, at: at(2)) }

        func event(_ members: [String: JSONValue], at seconds: Int = 0) throws -> JournalLine {
            var members = members.merging(["cmiuuid": "C", "leg": "a"]) { ours, _ in ours }
            members["time"] = .integer(Int(at(seconds).milliseconds))
            let body = try JSONValue.object(members).bytes()
            return .webhook(WebhookDecoder.decode(body, receivedAt: at(seconds)), body: body, at: at(seconds))
        }

        /// An event that tells of a call that was placed here.
        func own(_ status: String, at seconds: Int) throws -> JournalLine {
            try event(
                ["status": .string(status), "extra_params": ["console_ref": .string(ref.text)]],
                at: seconds
            )
        }
    }

    private static let doubt = Outcome<Acceptance>.unknown(Doubt(.interrupted))
    private static let refused = Outcome<Acceptance>.refused(Refusal(status: 403, code: nil, message: "no"))
    private static let notSent = Outcome<Acceptance>.notSent(NotSent(reason: .rateLimited, attempts: 4))
    private static let invalid = Outcome<Acceptance>.invalid(ValidationError(field: "to_number", "is wrong"))

    static let placements: [Row] = [
        Row("under way", [(0, .underWay), (longest, .underWay), (longest + 1, nil)]) { [try $0.intent()] },
        Row("accepted", [(1, .onTheLine), (longest, .onTheLine), (longest + 2, nil)]) {
            [try $0.intent(), $0.outcome(CampaignStage.accepted)]
        },
        Row("in doubt", [(1, .inDoubt), (longest, .inDoubt), (longest + 1, nil)]) {
            [try $0.intent(), $0.outcome(doubt)]
        },
        Row("in doubt, with options", [(390, .inDoubt), (391, nil)]) {
            [try $0.intent(CallOptions(maxDuration: 300, ringTimeout: 30)), $0.outcome(doubt)]
        },
        Row("said not to have been placed", [(390, .mayStillBeUp), (391, nil)]) {
            let intent = try $0.intent(CallOptions(maxDuration: 300, ringTimeout: 30))
            return [intent, $0.outcome(doubt), $0.said(.wasNotPlaced)]
        },
        Row("said to be over", [(390, .mayStillBeUp), (391, nil)]) {
            let intent = try $0.intent(CallOptions(maxDuration: 300, ringTimeout: 30))
            return [intent, $0.outcome(CampaignStage.accepted), $0.said(.isOver)]
        },
        Row("refused", [(1, nil)]) { [try $0.intent(), $0.outcome(refused)] },
        Row("not sent", [(1, nil)]) { [try $0.intent(), $0.outcome(notSent)] },
        Row("invalid", [(1, nil)]) { [try $0.intent(), $0.outcome(invalid)] },
        Row("ended a moment ago", [(20, .dialedJustNow), (61, .endedJustNow), (79, .endedJustNow), (80, nil)]) {
            [try $0.intent(), $0.outcome(CampaignStage.accepted), try $0.own("busy", at: 20)]
        },
        Row("ended after a while", [(300, .endedJustNow), (359, .endedJustNow), (360, nil)]) {
            let answered = try $0.own("answered", at: 10)
            return [try $0.intent(), $0.outcome(CampaignStage.accepted), answered, try $0.own("hangup", at: 300)]
        },
    ]

    static let sides: [Row] = ["", "+", "00"].flatMap { sides(told: $0 + number) } + sides(told: "+91 70000-03006")

    private static func sides(told: String) -> [Row] {
        let told = JSONValue.string(told)
        let joined: [String: JSONValue] = ["leg": "b", "to": told, "status": "bridged"]
        let call: [String: JSONValue] = ["to": "918888888801", "from": .string(ours), "status": "answered"]
        let inbound: [String: JSONValue] = ["from": told, "to": .string(ours), "direction": "inbound"]
        @Sendable func status(_ word: String, _ members: [String: JSONValue]) -> [String: JSONValue] {
            members.merging(["status": .string(word)]) { $1 }
        }
        @Sendable func transfer(_ word: String) -> [String: JSONValue] {
            ["type": "transfer_status", "status": .string(word), "to": told, "request_id": "T"]
        }
        return [
            Row("called as \(told)", [(0, .onTheLine)]) { [try $0.event(status("answered", ["to": told]))] },
            Row("calls in as \(told)", [(0, .onTheLine)]) { [try $0.event(status("ringing", inbound))] },
            Row("called in as \(told)", [(100, .endedJustNow), (159, .endedJustNow), (160, nil)]) {
                [try $0.event(status("answered", inbound)), try $0.event(["status": "hangup"], at: 100)]
            },
            Row("is the caller id of an outbound call as \(told)", [(0, nil)]) {
                [try $0.event(["from": told, "to": "918888888801", "direction": "outbound", "status": "answered"])]
            },
            Row("is joined as \(told)", [(2, .onTheLine)]) {
                [try $0.event(call), try $0.event(joined, at: 1)]
            },
            Row("was joined as \(told), and left", [(3, nil)]) {
                let left = try $0.event(status("hangup", joined), at: 2)
                return [try $0.event(call), try $0.event(joined, at: 1), left]
            },
            Row("is the target of a transfer as \(told)", [(2, .onTheLine)]) {
                [try $0.event(call), try $0.event(transfer("started"), at: 1)]
            },
            Row("was the target of a transfer as \(told)", [(3, nil)]) {
                let failed = try $0.event(transfer("failed"), at: 2)
                return [try $0.event(call), try $0.event(transfer("started"), at: 1), failed]
            },
        ]
    }
}

@Suite("Whether a number may be dialed, between processes")
struct SharedNumberAvailabilityTests {
    private typealias Writer = SharedNumberTable.Writer
    private typealias Table = SharedNumberTable

    @Test("The table: placements", arguments: SharedNumberTable.placements, [true, false])
    func placements(row: SharedNumberTable.Row, isAddedUp: Bool) async throws { try await check(row, isAddedUp) }

    @Test(
        "The table: both sides, joined persons and transfers, in every form",
        arguments: SharedNumberTable.sides,
        [true, false]
    )
    func sides(row: SharedNumberTable.Row, isAddedUp: Bool) async throws { try await check(row, isAddedUp) }

    private func check(_ row: SharedNumberTable.Row, _ isAddedUp: Bool) async throws {
        try await TemporaryJournal.with { files in
            // Of another account, even: a person has one phone.
            let (ours, other) = (try files.open(1), try files.open(2, account: "other"))
            let writer = Writer(ref: files.ref(1), start: files.at(0))
            for line in try row.lines(writer) {
                if line.kind == .event { _ = try await other.take([line]) } else { try await other.put([line]) }
                // With half of it added up the rest has to find its call.
                if isAddedUp { try await other.addUp() }
            }
            for (after, reason) in row.expected {
                let found = try await ours.availability(Table.number, at: writer.at(after))
                #expect(found.conflict?.reason == reason, "after \(after) s")
            }
            let free = try await ours.availability("917000003007", at: writer.at(0))
            #expect(free == .free)
        }
    }

    @Test("What is added up finds what is not: an end without a number, told after the call was")
    func halfAddedUp() async throws {
        try await TemporaryJournal.with { files in
            let (ours, other) = (try files.open(1), try files.open(2, account: "other"))
            let writer = Writer(ref: files.ref(1), start: files.at(0))
            func hear(_ members: [String: JSONValue], at seconds: Int) async throws {
                _ = try await other.take([try writer.event(members, at: seconds)])
            }
            let call: [String: JSONValue] = ["from": "+91 70000-03006", "to": "919999999999", "direction": "inbound"]
            try await hear(call.merging(["status": "answered"]) { $1 }, at: 0)
            try await other.addUp()
            try await hear(["status": "hangup"], at: 100)
            let ended = try await ours.availability(Table.number, at: writer.at(120))
            #expect(ended.conflict?.reason == .endedJustNow)
            let free = try await ours.availability(Table.number, at: writer.at(170))
            #expect(free == .free)
        }
    }

    @Test("A call that was over comes back by a line that tells no number")
    func revived() async throws {
        try await TemporaryJournal.with { files in
            let (ours, other) = (try files.open(1), try files.open(2, account: "other"))
            let writer = Writer(ref: files.ref(1), start: files.at(0))
            let call: [String: JSONValue] = [
                "from": "+91 70000-03006", "to": "919999999999", "direction": "inbound", "status": "answered",
            ]
            _ = try await other.take([try writer.event(call)])
            try await other.record([.callStatus(.ended, of: CallID("C"), at: writer.at(10))])
            try await other.addUp()
            let over = try await ours.availability(Table.number, at: writer.at(300))
            #expect(over == .free)
            _ = try await other.take([try writer.event(["status": "answered"], at: 290)])
            let back = try await ours.availability(Table.number, at: writer.at(300))
            #expect(back.conflict?.reason == .onTheLine)
        }
    }

    @Test(
        "A number in a national form is the whole number's, added up or not",
        arguments: ["07000003006", "070000 03006", "7000003006"],
        [true, false]
    )
    func national(told: String, isAddedUp: Bool) async throws {
        try await TemporaryJournal.with { files in
            var options = SQLiteJournal.Options()
            options.numberPlan = try NumberPlan(country: "91")
            let origin = JournalOrigin(id: 1, account: "test", operator: "tester")
            let ours = try SQLiteJournal(path: files.path, origin: origin, at: files.at(0), options: options)
            let writer = Writer(ref: files.ref(1), start: files.at(0))
            let call: [String: JSONValue] = ["from": .string(told), "to": "919999999999", "direction": "inbound"]
            _ = try await ours.take([try writer.event(call.merging(["status": "answered"]) { $1 })])
            if isAddedUp { try await ours.addUp() }
            let busy = try await ours.availability(Table.number, at: writer.at(1))
            #expect(busy.conflict?.reason == .onTheLine)
            let free = try await ours.availability("917000003007", at: writer.at(1))
            #expect(free == .free)
            // The history finds it by either form.
            try await ours.addUp()
            for asked in [Table.number, "070000 03006", "0700*", "+9170*"] {
                var query = CallQuery()
                (query.callerID, query.plan) = (asked, options.numberPlan)
                let found = try await ours.calls(query)
                #expect(found.count == 1, "\(asked)")
            }
        }
    }

    @Test(
        "Withheld numbers, SIP users and extensions keep nobody's number busy",
        arguments: ["anonymous", "alice", "1001"]
    )
    func nobody(told: JSONValue) async throws {
        try await TemporaryJournal.with { files in
            let (ours, other) = (try files.open(1), try files.open(2))
            let writer = Writer(ref: files.ref(1), start: files.at(0))
            _ = try await other.take([try writer.event(["to": told, "status": "answered"])])
            let found = try await ours.availability(Table.number, at: writer.at(0))
            #expect(found == .free)
        }
    }
}

extension SQLiteJournal {
    /// Asked as whoever places a call asks: in a transaction that writes.
    fileprivate func availability(_ number: String, at now: Timestamp) async throws -> NumberAvailability {
        let key = try #require(NormalizedNumber(number, plan: numberPlan))
        return try await database.write { db in try BusyNumber.availability(of: key, at: now, db) }
    }
}

@Suite("A number in lines that nobody has added up")
struct LineScanTests {
    private func isFound(_ text: String, _ number: UInt32 = 3_006) -> Bool {
        Array(text.utf8).withUnsafeBytes { LineScan.tells($0, number) }
    }

    @Test(
        "It is found in whatever form it is told",
        arguments: [
            #"{"to":"917000003006"}"#, #"{"to":917000003006}"#, #"{"to":"+91 70000-03006","a":1}"#,
            #"{"to":"(0091) 70000/03006"}"#, #"{"to":"91\u00a070000\u00a003006"}"#, #"{"to":"91 70000\/03006"}"#,
            "from=1&to=%2B91%2070000%2003006&a=1", "to=+91+70000+03006", #"{"to":"9170000030\u00306"}"#,
            "to=91700000300%36", #"{"to":9.17000003006e11}"#, #"[{"to":"alice"}]"#,
        ]
    )
    func found(text: String) { #expect(isFound(text)) }

    @Test(
        "Other digits are not taken for it",
        arguments: [
            #"{"to":"917000003007"}"#, #"{"a":"0000","b":"3006"}"#, #"{"a":[000,3006]}"#,
            #"{"a":"{\"b\":\"000\",\"c\":3006}"}"#,
            #"{"id":"0000a3006"}"#, "a=0000&b=3006", "", "{}",
        ]
    )
    func others(text: String) { #expect(!isFound(text)) }
}
