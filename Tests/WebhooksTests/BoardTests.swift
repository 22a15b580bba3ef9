import CallBoard
import Foundation
import Piopiy
import TestSupport
import Testing

@testable import Webhooks

@Suite("From the wire to the board")
struct BoardTests {
    // Nothing is placed here.
    private let board = CallBoard(platform: FakePlatform.unknown, now: { testNow })

    @Test("An event for a call that nobody knows makes a row")
    func unknownCall() async throws {
        let board = board
        try await listening(sink: { await board.receive($0.payload) }) { listener in
            let answer = try await listener.post(ReceivingTests.live)
            #expect(answer.status == 200)
            // The answer means that the board has it.
            let snapshot = await board.snapshot
            #expect(snapshot.order.count == 1)
            let call = try #require(snapshot.order.first.flatMap { snapshot.call($0) })
            #expect(call.stage == .talking)
            #expect(call.to == "19170000000")
            #expect(call.callID == CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f"))
            #expect(snapshot.lastWebhook == testNow)
        }
    }

    @Test("A caller name full of control characters stays text")
    func hostileName() async throws {
        let board = board
        try await listening(sink: { await board.receive($0.payload) }) { listener in
            let name = "\u{1B}]0;owned\u{7}"
            let body = #"{"call_id":"call-1","status":"ringing","from":"\u001b]0;owned\u0007","to":"918888888888"}"#
            let answer = try await listener.post(body)
            #expect(answer.status == 200)
            let snapshot = await board.snapshot
            let call = try #require(snapshot.order.first.flatMap { snapshot.call($0) })
            #expect(call.from == name)
            #expect(call.to == "918888888888")
            #expect(call.stage == .ringing)
            #expect(!listener.log.text.contains("owned"))
        }
    }

    @Test("A webhook that cannot be read is told to the operator and changes no call")
    func unreadable() async throws {
        let board = board
        try await listening(sink: { await board.receive($0.payload) }) { listener in
            let answer = try await listener.post("no JSON \u{1B}[2J")
            #expect(answer.status == 200)
            let snapshot = await board.snapshot
            #expect(snapshot.order.isEmpty)
            #expect(snapshot.messages.last?.level == .warning)
            #expect(snapshot.messages.last.map { !$0.text.contains("\u{1B}") } == true)
        }
    }

    @Test("Events of one call that come twice, out of order and at once make one row")
    func repeats() async throws {
        let board = board
        try await listening(sink: { await board.receive($0.payload) }) { listener in
            let id = #""cmiuuid":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","leg":"a""#
            let words = ["out_hangup", "out_answered", "out_ringing", "out_started"]
            let bodies = (words + words).enumerated().map { index, word in
                #"{\#(id),"status":"\#(word)","time":\#(1_725_942_871_000 - (index % 4) * 1000)}"#
            }
            try await withThrowingTaskGroup(of: Int.self) { group in
                for body in bodies { group.addTask { try await listener.post(body).status } }
                for try await status in group { #expect(status == 200) }
            }
            let snapshot = await board.snapshot
            #expect(snapshot.order.count == 1)
            let call = try #require(snapshot.order.first.flatMap { snapshot.call($0) })
            #expect(call.stage == .ended(.completed))
        }
    }
}
