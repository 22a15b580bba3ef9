import CallBoard
import Campaigns
import GRDB
import Piopiy
import TestSupport
import Testing

@testable import Journal

@Suite("Who may be dialed, between processes")
struct AdmissionTests {
    private static func call(_ number: String, _ options: CallOptions? = nil) throws -> AICall {
        try AICall(
            callerID: "919999999999",
            toNumber: number,
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
            options: options
        )
    }

    private static func ask(
        _ journal: SQLiteJournal,
        _ number: String,
        _ ref: CallRef,
        _ terms: PlacementTerms = PlacementTerms(),
        _ options: CallOptions? = nil,
        at: Timestamp
    ) async throws -> Admission {
        try await journal.admit(TaggedPlacement(try call(number, options), ref: ref), terms, beside: nil, at: at)
    }

    @Test("One number asked for by three processes at once is admitted once, and by each that may dial a busy one")
    func atOnce() async throws {
        try await TemporaryJournal.with { files in
            let journals = [try files.open(1), try files.open(2, account: "other"), try files.open(3)]
            for round in 0..<40 {
                let number = String(918_888_000_000 + round)
                let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for (index, journal) in journals.enumerated() {
                        let ref = files.ref(UInt64(round * 10 + index + 1))
                        group.addTask { try await Self.ask(journal, number, ref, at: files.at(0)).isAdmitted }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(admitted == 1, "\(number)")
                let ref = files.ref(UInt64(round * 10 + 9))
                let terms = PlacementTerms(allowsBusy: true)
                #expect(try await Self.ask(journals[0], number, ref, terms, at: files.at(0)).isAdmitted)
            }
            let intents = try await journals[0].lines(after: 0, limit: 1000).filter { $0.line.kind == .intent }
            #expect(intents.count == 80)
        }
    }

    @Test("A clock that is set by an hour either way neither frees a number in doubt nor holds one that is free")
    func clockSet() async throws {
        try await TemporaryJournal.with { files in
            let elapsed = Locked(Int64(0))
            let journal = try files.open(1, boot: { BootTime(boot: "this", milliseconds: elapsed.get()) })
            let options = CallOptions(maxDuration: 300, ringTimeout: 30)
            let number = "918888888801"
            #expect(
                try await Self.ask(journal, number, files.ref(1), PlacementTerms(), options, at: files.at(0)).isAdmitted
            )
            try await journal.conclude(files.ref(1), .unknown(Doubt(.interrupted)), at: files.at(1000))
            let hour: Int64 = 3_600_000
            for wall in [hour, -hour, 0] {
                elapsed.set(380_000)
                let answer = try await Self.ask(journal, number, files.ref(2), at: files.at(wall + 380_000))
                #expect(answer.word == .numberTaken, "the clock set by \(wall) ms")
            }
            elapsed.set(400_000)
            let answer = try await Self.ask(journal, number, files.ref(3), at: files.at(400_000 - hour))
            #expect(answer.isAdmitted)
        }
    }

    @Test("A window is asked for in the store; its end is the last moment in which the placement may leave")
    func window() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let terms = PlacementTerms(window: files.at(1000)..<files.at(2000))
            let early = try await Self.ask(journal, "918888888801", files.ref(1), terms, at: files.at(999))
            #expect(early == .outsideWindow(until: files.at(1000)))
            let late = try await Self.ask(journal, "918888888801", files.ref(2), terms, at: files.at(2000))
            #expect(late == .outsideWindow(until: nil))
            let within = try await Self.ask(journal, "918888888801", files.ref(3), terms, at: files.at(1000))
            #expect(within == .admitted(until: files.at(2000)))
        }
    }

    @Test("Nothing but asking writes an intent: the table itself refuses it, also from a process of an older version")
    func onlyByAsking() async throws {
        try await TemporaryJournal.with { files in
            let journal = try files.open()
            let intent = TaggedPlacement(try Self.call("918888888801"), ref: files.ref(1)).intent(at: files.at(0))
            await #expect(throws: JournalError.self) { try await journal.record([intent]) }
            #expect(try await journal.position() == 0)
        }
    }

    @Test("What is sent once more is asked for anew: by then the number may be busy, or somebody has settled it")
    func again() async throws {
        try await TemporaryJournal.with { files in
            let (one, two) = (try files.open(1), try files.open(2))
            let placement = TaggedPlacement(try Self.call("918888888801"), ref: files.ref(1))
            #expect(try await one.admit(placement, PlacementTerms(), beside: nil, at: files.at(0)).isAdmitted)
            #expect(try await one.readmit(placement, PlacementTerms(), at: files.at(30_000)).isAdmitted)
            #expect(try await one.lines(after: 0, limit: 10).map(\.line.kind) == [.intent, .readmitted])
            // Somebody else has dialed it meanwhile, and said yes to that.
            let terms = PlacementTerms(allowsBusy: true)
            #expect(try await Self.ask(two, "918888888801", files.ref(2), terms, at: files.at(31_000)).isAdmitted)
            let answer = try await one.readmit(placement, PlacementTerms(), at: files.at(60_000))
            #expect(answer.word == .numberTaken)
            try await one.conclude(placement.ref, .unknown(Doubt(.interrupted)), at: files.at(61_000))
            let closed = try await one.readmit(placement, terms, at: files.at(62_000))
            #expect(closed == .begunBefore)
        }
    }

    @Test("A try that was given back and of which an event tells that it rang stops its row, and counts")
    func rangAfterAll() async throws {
        try await CampaignStage.with { stage in
            let campaign = try await stage.campaign(try CampaignStage.list(2))
            try await stage.store.takeOn(campaign.id, resuming: false, at: stage.time.now)
            let row = try await stage.store.waiting(campaign.id, limit: 1)[0]
            let ref = stage.files.ref(1)
            let tagged = try row.call.with(CallRef.variableName, .text(ref.text))
            _ = stage.rung.add(tagged, at: stage.time.now)
            let begun = try await stage.store.begin(row, of: campaign.id, ref: ref, at: stage.time.now)
            #expect(begun.isAdmitted)
            let limited = Outcome<Acceptance>.notSent(NotSent(reason: .rateLimited, attempts: 4))
            try await stage.store.conclude(ref, limited, at: stage.time.now)
            #expect(try await stage.store.waiting(campaign.id, limit: 5).map(\.number) == [1, 2])
            try await stage.tell(row.call.toNumber.digits, "answered")
            let counts = try await stage.counts(campaign.id)
            #expect(counts.talking == 1 && counts.left == 1)
            #expect(try await stage.store.waiting(campaign.id, limit: 5).map(\.number) == [2])
            let events = try await stage.store.events(of: campaign.id)
            #expect(events.contains { $0.text.contains("row 1 rang after all") })
            let again = try await stage.store.begin(row, of: campaign.id, ref: stage.files.ref(2), at: stage.time.now)
            #expect(again == .begunBefore)
        }
    }
}
