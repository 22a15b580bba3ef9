import Piopiy
import Terminal
import TestSupport
import Testing

@testable import CallBoard
@testable import Console

/// What matters most of all on a board that never stands still.
@Suite("A key hits the call that was selected when it was pressed")
struct SelectionTests {
    /// A board on which 200 events a second come: calls arrive, ring, are answered, end and leave.
    private struct Storm {
        var desk = Desk()
        var random: SplitMix64
        var calls = 0

        init(seed: UInt64, sorts: Int) {
            random = SplitMix64(seed: seed)
            for _ in 0..<40 { arrive() }
            for _ in 0..<sorts { desk.press(.character("s")) }
        }

        static func number(_ call: Int) -> String { "\(918_888_800_000 + call)" }

        mutating func arrive() {
            calls += 1
            desk.event("ringing", call: Desk.id(calls), to: Self.number(calls))
        }

        /// Events at their pace; now and then more than a while passes, so that ended calls leave.
        mutating func blow(_ events: ClosedRange<Int>) {
            for _ in 0..<Int.random(in: events, using: &random) {
                desk.pass(.milliseconds(5), ticks: false)
                if Int.random(in: 0..<6, using: &random) == 0 {
                    arrive()
                    continue
                }
                // Mostly the younger ones: the older ones have ended.
                let call = max(1, calls - Int.random(in: 0..<60, using: &random))
                let status =
                    ["answered", "hangup", "ringing", "busy", "bridged"].randomElement(using: &random) ?? "hangup"
                desk.event(status, call: Desk.id(call), to: Self.number(call))
            }
            if Int.random(in: 0..<12, using: &random) == 0 {
                desk.pass(.seconds(Int.random(in: 1...31, using: &random)))
            }
        }

        /// The number of the row that the screen marks; `nil` when it marks none.
        var marked: String? {
            let words: [Substring] = desk.line(holding: "›")?.split(separator: " " as Character) ?? []
            return words.first { $0.count == 12 && $0.allSatisfy(\.isNumber) }.map { String($0) }
        }
    }

    /// `s` so often leads from "newest" to the column.
    @Test(
        "A thousand hang-ups while the list is sorted and reordered all the time",
        arguments: Array(0..<4),
        [0, 1, 5]
    )
    func hangUps(seed: Int, sorts: Int) async throws {
        var storm = Storm(seed: UInt64(seed * 10 + sorts), sorts: sorts)
        var hits = 0
        var turns = 0
        while hits < 100, turns < 3000 {
            turns += 1
            // It takes seconds, in which the tests beside it want a thread too.
            await Task.yield()
            let step: Key = [.up, .down, .pageUp, .pageDown, .home, .end].randomElement(using: &storm.random) ?? .down
            storm.desk.press(step)
            storm.blow(0...8)
            let looked = storm.marked
            let effects = storm.desk.effects.count
            storm.desk.press(.character("x"))
            let isAsked = storm.desk.status.hasPrefix("Hang up ")
            if isAsked {
                let looked = try #require(looked, "asked for a call that the screen does not mark")
                #expect(storm.desk.status.hasPrefix("Hang up \(looked) "), "\(storm.desk.status)")
            }
            // The world goes on while the operator reads the question.
            storm.blow(0...8)
            let isStillAsked = storm.desk.status.hasPrefix("Hang up ")
            storm.desk.press(.character("y"))
            let sent = storm.desk.effects.dropFirst(effects).compactMap { effect -> String? in
                guard case .hangUp(let key, let request) = effect else { return nil }
                hits += 1
                return storm.desk.board.snapshot.call(key)?.to ?? request.callID.text
            }
            #expect(sent == (isStillAsked ? [looked].compactMap(\.self) : []))
            // An answer comes at some time; a hang-up that fails can be asked for again.
            for case .hangUp(let key, let request) in storm.desk.effects.dropFirst(effects) {
                storm.desk.happen(.hangUpOutcome(key, .accepted(ActionReceipt(status: 200, alreadyEnded: false))))
                storm.desk.event("hangup", call: request.callID.text, to: looked ?? "")
            }
        }
        #expect(hits >= 100)
        // Nobody twice.
        let all = storm.desk.effects.compactMap { effect -> CallID? in
            if case .hangUp(_, let request) = effect { request.callID } else { nil }
        }
        #expect(Set(all).count == all.count)
    }

    @Test("Marked calls are hung up, and no others, whatever came between mark and yes", arguments: 0..<20)
    func marks(seed: UInt64) {
        var storm = Storm(seed: seed, sorts: 1)
        var marked: Set<String> = []
        storm.desk.press(.home)
        for _ in 0..<10 {
            if let number = storm.marked,
                !storm.desk.model.marked.contains(storm.desk.model.selection ?? CallKey(.numbers(from: "", to: "")))
            {
                let before = storm.desk.model.marked.count
                storm.desk.press(.character(" "))
                if storm.desk.model.marked.count > before { marked.insert(number) }
            }
            storm.blow(0...4)
            storm.desk.press(.down)
        }
        let effects = storm.desk.effects.count
        storm.desk.press(.character("x"))
        storm.blow(0...10)
        let isAsked = storm.desk.status.contains("marked")
        let selected = storm.marked
        storm.desk.press(.character("y"))
        let hit = storm.desk.effects.dropFirst(effects).compactMap { effect -> String? in
            guard case .hangUp(let key, _) = effect else { return nil }
            return storm.desk.board.snapshot.call(key)?.to
        }
        #expect(Set(hit).count == hit.count)
        if isAsked {
            #expect(marked.isSuperset(of: hit), "\(Set(hit).subtracting(marked)) was hung up unmarked")
        } else {
            #expect(hit.count <= 1 && Set(hit).isSubset(of: [selected ?? ""].filter { !$0.isEmpty }) || hit.isEmpty)
        }
    }
}
