import CallBoard
import Campaigns
import Foundation
import Piopiy
import Synchronization
import TestSupport

@testable import Journal

/// Who was asked to be rung, in order.
final class Rung: Sendable {
    private let all = Mutex<[(number: String, at: Timestamp, ref: CallRef?)]>([])

    func add(_ call: AICall, at: Timestamp) -> Int {
        var ref: CallRef?
        if case .text(let text)? = call.variables?[CallRef.variableName] { ref = CallRef(text) }
        return all.withLock {
            $0.append((call.toNumber.digits, at, ref))
            return $0.count
        }
    }

    private let taken = Mutex<[String]>([])

    func take(_ number: String) { taken.withLock { $0.append(number) } }

    /// Those of whom the platform has said that it rings them.
    var accepted: [String] { taken.withLock { $0 } }
    private let words = Mutex<[String]>([])

    func hear(_ text: String) { words.withLock { $0.append(text) } }

    /// What people were told.
    var told: [String] { words.withLock { $0 } }
    var numbers: [String] { all.withLock { $0.map(\.number) } }
    var times: [Timestamp] { all.withLock { $0.map(\.at) } }
    func ref(of number: String) -> CallRef? { all.withLock { $0.last { $0.number == number }?.ref } }
}

/// A journal with a campaign, a platform that answers as it is told, and a board that follows the journal.
struct CampaignStage {
    let files: TemporaryJournal
    let store: SQLiteJournal
    let time = FakeTime(Timestamp(milliseconds: 1_725_942_871_000))
    let rung = Rung()

    private init(files: TemporaryJournal, store: SQLiteJournal) { (self.files, self.store) = (files, store) }

    private actor Follower {
        private var position: Int64 = 0

        func follow(_ journal: SQLiteJournal, _ board: CallBoard) async throws -> BoardSnapshot {
            let lines = try await journal.lines(after: position, limit: 10_000)
            if let last = lines.last {
                position = last.position
                await board.follow(lines)
            }
            return await board.snapshot
        }
    }

    static let accepted = Outcome<Acceptance>.accepted(Acceptance(status: 200, requestID: nil))

    static func with<Value>(_ body: (CampaignStage) async throws -> Value) async throws -> Value {
        try await TemporaryJournal.with { files in
            try await body(CampaignStage(files: files, store: try files.open()))
        }
    }

    /// - Parameter first: which of the numbers it begins with.
    static func list(
        _ count: Int,
        from first: Int = 1,
        name: String = "spring",
        perMinute: Int = 600,
        atOnce: Int = 500,
        options: CallOptions? = nil
    ) throws -> CampaignList {
        let rows = try (1...count).map { number in
            CampaignRow(
                number: number,
                line: number + 1,
                call: try call(first + number - 1, campaign: name, options)
            )
        }
        return CampaignList(
            name: name,
            source: "\(name).csv",
            rows: rows,
            pace: try Campaign.Pace(checking: perMinute, atOnce: atOnce)
        )
    }

    static func number(_ number: Int) -> String { String(918_888_000_000 + number) }

    private static func call(_ row: Int, campaign: String, _ options: CallOptions?) throws -> AICall {
        try AICall(
            callerID: "919999999999",
            toNumber: number(row),
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
            options: options,
            variables: [Campaign.variableName: .text(campaign)]
        )
    }

    /// A campaign that is running and that nobody rings yet.
    func campaign(_ list: CampaignList) async throws -> Campaign {
        let made = try await store.create(list, at: time.now)
        return try await store.order(.resume, made.id, why: nil, at: time.now)
    }

    /// - Parameter answer: told how many were asked for, this one among them.
    func runner(
        on other: SQLiteJournal? = nil,
        _ answer: @escaping @Sendable (AICall, Int) async -> Outcome<Acceptance> = { _, _ in Self.accepted }
    ) -> CampaignRunner {
        let (store, board, follower) = (other ?? store, board(on: other, answer), Follower())
        return runner(store, board) { (try? await follower.follow(store, board)) ?? BoardSnapshot() }
    }

    /// A board, which nothing brings up to date, and runners on it.
    func boardAndRunners(
        _ count: Int,
        _ answer: @escaping @Sendable (AICall, Int) async -> Outcome<Acceptance> = { _, _ in Self.accepted }
    ) -> (CallBoard, [CampaignRunner]) {
        let board = board(answer)
        return (board, (0..<count).map { _ in runner(store, board, look: nil) })
    }

    private func runner(
        _ store: SQLiteJournal,
        _ board: CallBoard,
        look: (@Sendable () async -> BoardSnapshot)?
    ) -> CampaignRunner {
        let (time, rung) = (time, rung)
        return CampaignRunner(
            store: store,
            board: board,
            look: look,
            now: { time.now },
            steady: { time.now },
            clock: FakeClock(.moving(time)),
            tell: { _, text in rung.hear(text) }
        )
    }

    private func board(
        on other: SQLiteJournal? = nil,
        _ answer: @escaping @Sendable (AICall, Int) async -> Outcome<Acceptance>
    ) -> CallBoard {
        let (time, rung) = (time, rung)
        return CallBoard(
            platform: FakePlatform(onPlace: { call in
                let outcome = await answer(call, rung.add(call, at: time.now))
                if case .accepted = outcome { rung.take(call.toNumber.digits) }
                return outcome
            }),
            journal: other ?? store,
            atOnce: CallBoard.campaignPlacementsAtOnce + 8,
            now: { time.now },
            steady: { time.now }
        )
    }

    /// What the platform tells of a number's call.
    func event(_ number: String, _ status: PlatformEvent.Status) -> PlatformEvent {
        let ref = rung.ref(of: number)?.text ?? ""
        return PlatformEvent(
            kind: .live,
            status: status,
            callID: CallID("id-\(number)"),
            to: number,
            at: time.now,
            variables: [CallRef.variableName: .string(ref)]
        )
    }

    /// The platform tells of a number's call.
    func tell(_ number: String, _ status: String) async throws {
        let ref = rung.ref(of: number)?.text ?? ""
        let text =
            #"{"call_id":"id-\#(number)","to":"\#(number)","from":"919999999999","status":"\#(status)","time":"#
            + #"\#(time.now.milliseconds),"extra_params":{"console_ref":"\#(ref)"}}"#
        let body = Array(text.utf8)
        let payload = WebhookDecoder.decode(body, receivedAt: time.now)
        _ = try await store.take([.webhook(payload, body: body, at: time.now)])
    }

    func counts(_ id: Campaign.ID) async throws -> Campaign.Counts {
        try await store.addUp()
        return try await store.campaign(id)?.counts ?? Campaign.Counts()
    }
}
