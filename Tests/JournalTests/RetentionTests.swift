import CallBoard
import Foundation
import GRDB
import Piopiy
import Testing

@testable import Journal

@Suite("Forgetting what is old")
struct RetentionTests {
    private static let day: Int64 = 86_400_000

    private static func hear(_ text: String, at: Timestamp, _ journal: SQLiteJournal) async throws {
        let body = Array(text.utf8)
        _ = try await journal.take([.webhook(WebhookDecoder.decode(body, receivedAt: at), body: body, at: at)])
    }

    private static func call() throws -> AICall {
        try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        )
    }

    private static func texts(_ journal: SQLiteJournal) async throws -> [String] {
        try await journal.lines(after: 0, limit: 1000).map { "\($0.line.kind) \($0.line.callID?.text ?? "-")" }
    }

    @Test("Calls that ended before go with their lines; what is up, in doubt or newer stays with all of its own")
    func forget() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let (old, new) = (files.at(0), files.at(10 * Self.day))
            func time(_ at: Timestamp) -> String { "\(at.milliseconds)" }
            // Ended long ago.
            try await Self.hear(#"{"uuid":"gone","status":"ringing","time":\#(time(old))}"#, at: old, journal)
            try await Self.hear(#"{"uuid":"gone","status":"hangup","time":\#(time(old))}"#, at: old, journal)
            try await journal.record([.hangUp(CallID("gone"), cause: "X", reason: nil, at: old)])
            // Up since then.
            try await Self.hear(#"{"uuid":"up","status":"answered","time":\#(time(old))}"#, at: old, journal)
            // Began then and ended now.
            try await Self.hear(#"{"uuid":"long","status":"answered","time":\#(time(old))}"#, at: old, journal)
            try await Self.hear(#"{"uuid":"long","status":"hangup","time":\#(time(new))}"#, at: new, journal)
            // In doubt since then.
            try await journal.put([.intent(try Self.call(), ref: files.ref(1), at: old)])
            try await journal.record([.outcome(.unknown(Doubt(.interrupted)), ref: files.ref(1), at: old)])
            try await Self.hear("no JSON", at: old, journal)
            try await Self.hear("no JSON either", at: new, journal)

            let forgotten = try await journal.forget(before: files.at(Self.day), at: new)
            #expect(forgotten.calls == 1)
            #expect(forgotten.lines == 4)
            #expect(
                try await Self.texts(journal) == [
                    "event up", "event long", "event long", "intent -", "outcome -", "unreadable -",
                ]
            )
            let stages = try await journal.calls(CallQuery()).map(\.call.stage.word).sorted()
            #expect(stages == ["ended", "talking", "unknown"])
            #expect(await journal.check().problems == [])
            #expect(try await journal.forget(before: files.at(Self.day), at: new) == ForgottenHistory())

            // What comes late for a call that stayed is still added to it.
            try await Self.hear(#"{"uuid":"up","status":"hangup","time":\#(time(new))}"#, at: new, journal)
            try await journal.addUp()
            #expect(try await journal.calls(CallQuery()).count == 3)
        }
    }

    @Test("A call that the platform says has ended before anybody heard of it is as new as the hearing")
    func nonsenseTime() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let now = files.at(10 * Self.day)
            try await Self.hear(#"{"uuid":"A","status":"hangup","time":1000}"#, at: now, journal)
            #expect(try await journal.forget(before: files.at(Self.day), at: now) == ForgottenHistory())
            #expect(try await journal.calls(CallQuery()).count == 1)
        }
    }

    @Test("A call that ended while the answer to its placement is awaited stays")
    func awaited() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            try await journal.put([.intent(try Self.call(), ref: files.ref(1), at: files.at(0))])
            try await Self.hear(
                #"{"uuid":"A","status":"hangup","time":\#(files.at(5).milliseconds),"variables":{"console_ref":"\#(files.ref(1))"}}"#,
                at: files.at(5),
                journal
            )
            let later = files.at(Self.day)
            #expect(try await journal.forget(before: later, at: later) == ForgottenHistory())
            let accepted = Acceptance(status: 200, requestID: RequestID("R"))
            try await journal.record([.outcome(.accepted(accepted), ref: files.ref(1), at: files.at(9))])
            #expect(try await journal.forget(before: later, at: later).calls == 1)
            #expect(try await Self.texts(journal).isEmpty)
        }
    }

    @Test("Who has written something that is kept, or is still there, is kept")
    func origins() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open(1)
            let idle = try files.open(2)
            for id in 3...5 as ClosedRange<Int64> {
                let other = try files.open(id)
                let at = id == 4 ? files.at(2 * Self.day) : files.at(0)
                if id != 5 { try await Self.hear("no JSON \(id)", at: at, other) }
                try other.database.close()
            }
            let later = files.at(Self.day)
            #expect(try await journal.forget(before: later, at: later).lines == 1)
            let origins = try await journal.read { db in
                try Int64.fetchAll(db, sql: "SELECT id FROM origin ORDER BY id")
            }
            #expect(origins == [1, 2, 4])
            try await Self.hear("no JSON 2", at: later, idle)
            let files = try FileManager.default.contentsOfDirectory(atPath: SQLiteJournal.presences(files.path))
            #expect(Set(files) == ["1", "2"])
        }
    }

    @Test("Others write while it is done")
    func meanwhile() async throws {
        try await TemporaryJournal.with { files in
            let (journal, other) = (try files.open(1), try files.open(2))
            for start in stride(from: 0, to: 600, by: 100) {
                let lines = (start..<start + 100).map { number in
                    let body = Array(
                        #"{"uuid":"\#(number)","status":"hangup","time":\#(files.at(0).milliseconds)}"#.utf8
                    )
                    return JournalLine.webhook(
                        WebhookDecoder.decode(body, receivedAt: files.at(0)),
                        body: body,
                        at: files.at(0)
                    )
                }
                _ = try await journal.take(lines)
            }
            let later = files.at(Self.day)
            async let forgotten = journal.forget(before: later, at: later)
            for number in 0..<30 {
                try await Self.hear(#"{"uuid":"new \#(number)","status":"ringing"}"#, at: files.at(2 * Self.day), other)
            }
            #expect(try await forgotten == ForgottenHistory(calls: 600, lines: 600))
            try await journal.addUp()
            #expect(try await journal.calls(CallQuery()).count == 30)
        }
    }
}

@Suite("Looking a journal through")
struct JournalCheckTests {
    @Test("A sound one tells its sizes, its counts and its version")
    func sound() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let body = Array(#"{"uuid":"A","status":"ringing"}"#.utf8)
            for at in [3, 1, 2].map({ files.at($0) }) {
                try await journal.record([.hangUp(CallID("\(at)"), cause: "X", reason: nil, at: at)])
            }
            _ = try await journal.take([
                .webhook(WebhookDecoder.decode(body, receivedAt: files.at(9)), body: body, at: files.at(9))
            ])
            try await journal.addUp()
            for check in [await journal.check(), SQLiteJournal.check(path: files.path)] {
                #expect(check.isSound && !check.isNewer, "\(check.problems)")
                #expect(check.lines == 4)
                #expect(check.calls == 4)
                #expect(check.pending == 0)
                #expect(check.oldestLine == files.at(1))
                #expect(check.newestLine == files.at(9))
                #expect(check.mode == "0600")
                #expect((check.fileBytes ?? 0) + check.walBytes > 4096)
                #expect(check.appliedSteps == check.knownSteps)
                #expect(check.sqliteVersion.split(separator: ".").count == 3)
            }
        }
    }

    @Test("What is not there is told, and not made")
    func missing() throws {
        try TemporaryJournal.with { files in
            let check = SQLiteJournal.check(path: files.path)
            #expect(!check.isSound)
            #expect(check.fileBytes == nil)
            let made = try FileManager.default.contentsOfDirectory(atPath: files.directory.path)
            #expect(made.isEmpty)
        }
    }

    @Test("Everything that is written is on disk before anybody is told so")
    func durable() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let synchronous = try await journal.write { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") }
            #expect(synchronous == 2)
            let mode = try await journal.read { db in try String.fetchOne(db, sql: "PRAGMA journal_mode") }
            #expect(mode == "wal")
            for name in ["", "-wal", "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: files.path + name)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
            }
        }
    }
}

@Suite("Who did what")
struct AuditTests {
    @Test("A call's deeds are told with who did them, the newest first, other accounts' left out")
    func deeds() async throws {
        try await TemporaryJournal.with { files in
            let (anna, bert) = (try files.open(1), try files.open(2))
            let stranger = try files.open(3, account: "another")
            let call = try AICall(
                callerID: "919999999999",
                toNumber: "918888888888",
                agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
            )
            let (ref, id) = (files.ref(1), CallID("A"))
            try await anna.put([.intent(call, ref: ref, at: files.at(0))])
            let accepted = Acceptance(status: 200, requestID: RequestID("R"), callID: id)
            try await anna.record([.outcome(.accepted(accepted), ref: ref, at: files.at(1))])
            try await bert.record([.hangUp(id, cause: "X", reason: nil, at: files.at(2))])
            try await bert.record([
                .hangUpOutcome(.accepted(ActionReceipt(status: 200, alreadyEnded: false)), of: id, at: files.at(3))
            ])
            try await anna.record([.callStatus(.ended, of: id, at: files.at(4))])
            try await stranger.record([.hangUp(id, cause: "X", reason: nil, at: files.at(5))])
            try await bert.record([.hangUp(CallID("B"), cause: "X", reason: nil, at: files.at(6))])
            try await anna.record([.settlement(.wasPlaced, of: ref, at: files.at(7))])
            try await anna.addUp()
            let stored = try #require(try await bert.calls(CallQuery(limit: 10)).first { $0.call.ref == ref })
            let told = try await bert.lines(about: stored.call).map { "\($0.origin.id) \($0.line.kind)" }
            #expect(told == ["1 settlement", "2 hangUpOutcome", "2 hangUp", "1 outcome", "1 intent"])
            #expect(try await bert.lines(about: stored.call, limit: 2).count == 2)
            #expect(try await bert.lines(about: ref, nil, kinds: [.settlement]).count == 1)
            #expect(try await bert.lines(about: nil, id, kinds: [.poll]).count == 1)
            #expect(try await bert.lines(about: nil, nil).isEmpty)
        }
    }
}
