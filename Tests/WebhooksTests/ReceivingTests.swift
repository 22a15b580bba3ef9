import Foundation
import Piopiy
import TestSupport
import Testing

@testable import Webhooks

@Suite("Receiving webhooks")
struct ReceivingTests {
    static let live = #"""
        {"appid":2222224,"callerid":440000000000,"conversation_uuid":"GQqY","direction":"outbound","extra_params":"{\"console_ref\":\"01J\"}","from":440000000000,"leg":"a","request_id":"GQqY","status":"out_answered","time":1725942871456,"to":19170000000,"cmiuuid":"ee6a7a9b-78ea-4693-9e77-5fc085567b2f","vn":440000000000}
        """#
    static let missed = #"""
        {"type":"cdr","status":"missed","leg":"a","direction":"outbound","from":19170000000,"to":440000000000,"time":1632307235000,"start_time":1632307238,"end_time":1632307265,"duration":0,"call_rate":0,"balance":"76.349024","cmiuuid":"1edceb4c-4e2c-402d-81b4-1c2f6fca442d","request_id":"S9U4","extra_params":"{\"key\":\"value\"}","api_init":true}
        """#
    static let record = #"""
        {"uuid":"c4d0e5f6-a7b8-42c9-93e4-f56789012345","caller_id":"919999999999","did_number":"918888888888","status":"ANSWER","duration":42,"recording":"c4d0e5f6.mp3","direction":"outbound","timestamp":"1725942871456"}
        """#

    @Test("A live event is answered 200 and delivered")
    func live() async throws {
        try await listening { listener in
            let answer = try await listener.post(Self.live)
            #expect(answer.status == 200)
            #expect(answer.body == #"{"received":true}"#)
            #expect(answer.headers["content-type"] == ["application/json"])
            let delivery = try #require(listener.deliveries.all.first)
            #expect(delivery.receivedAt == testNow)
            #expect(delivery.body == Array(Self.live.utf8))
            let event = try #require(listener.deliveries.events.first)
            #expect(event.kind == .live)
            #expect(event.status == .answered)
            #expect(event.callID == CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f"))
            #expect(event.requestID == RequestID("GQqY"))
            #expect(event.from == "440000000000")
            #expect(event.to == "19170000000")
            #expect(event.leg == .a)
            #expect(event.at == Timestamp(milliseconds: 1_725_942_871_456))
            #expect(event.variables == ["console_ref": .string("01J")])
        }
    }

    @Test("The call record of a missed call is delivered as one")
    func missed() async throws {
        try await listening { listener in
            let answer = try await listener.post(Self.missed)
            #expect(answer.status == 200)
            let event = try #require(listener.deliveries.events.first)
            #expect(event.kind == .cdr)
            #expect(event.status == .noAnswer)
            #expect(event.callID == CallID("1edceb4c-4e2c-402d-81b4-1c2f6fca442d"))
            #expect(event.startedAt == Timestamp(milliseconds: 1_632_307_238_000))
            #expect(event.endedAt == Timestamp(milliseconds: 1_632_307_265_000))
            #expect(event.talkSeconds == 0)
            #expect(event.balance == 76.349024)
            #expect(event.variables == ["key": .string("value")])
        }
    }

    @Test("The call record that has no type is known by what it holds")
    func record() async throws {
        try await listening { listener in
            let answer = try await listener.post(Self.record)
            #expect(answer.status == 200)
            let event = try #require(listener.deliveries.events.first)
            #expect(event.kind == .cdr)
            #expect(event.status == .answered)
            #expect(event.callID == CallID("c4d0e5f6-a7b8-42c9-93e4-f56789012345"))
            #expect(event.from == "919999999999")
            #expect(event.to == "918888888888")
            #expect(event.talkSeconds == 42)
            #expect(event.recording == "c4d0e5f6.mp3")
            #expect(event.at == Timestamp(milliseconds: 1_725_942_871_456))
        }
    }

    @Test("An event that does not tell its time has the time at which it came")
    func timeOfReceipt() async throws {
        try await listening { listener in
            _ = try await listener.post(#"{"call_id":"x","status":"ringing"}"#)
            #expect(listener.deliveries.events.first?.at == testNow)
        }
    }

    @Test(
        "What is no webhook is answered 200, so that it is not sent for ever, and delivered as unreadable",
        arguments: ["not JSON", "", "[]", "17", "{}", "{\"status\":", "\u{0}\u{1}"]
    )
    func unreadable(body: String) async throws {
        try await listening { listener in
            let answer = try await listener.post(body)
            #expect(answer.status == 200)
            let delivery = try #require(listener.deliveries.all.first)
            #expect(delivery.body == Array(body.utf8))
            guard case .unreadable(let why) = delivery.payload else {
                Issue.record("\(delivery.payload)")
                return
            }
            #expect(!why.isEmpty)
        }
    }

    @Test("Several POSTs at once are all delivered, each once")
    func several() async throws {
        try await listening { listener in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await listener.post(#"{"call_id":"call-\#(number)","status":"ringing"}"#).status
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
            let ids = listener.deliveries.events.compactMap(\.callID?.text).sorted()
            #expect(ids == (0..<200).map { "call-\($0)" }.sorted())
        }
    }

    @Test("A delivery that cannot be taken is answered 503, so that it is sent again")
    func sinkFails() async throws {
        struct DiskFull: Error {}
        try await listening(sink: { _ in throw DiskFull() }) { listener in
            let answer = try await listener.post(Self.live)
            #expect(answer.status == 503)
            #expect(listener.log.text.contains("DiskFull"))
        }
    }

    @Test("A body of exactly the limit is taken")
    func atTheLimit() async throws {
        try await listening(bodyLimit: 1000) { listener in
            let body = Self.record + String(repeating: " ", count: 1000 - Self.record.utf8.count)
            let answer = try await listener.post(body)
            #expect(answer.status == 200)
            #expect(listener.deliveries.events.count == 1)
        }
    }

    @Test("Webhooks that follow each other on a connection without waiting are all answered")
    func pipelined() async throws {
        try await listening { listener in
            try await RawConnection.with(port: listener.port) { connection in
                let body = #"{"call_id":"x"}"#
                let request = "POST \(listener.path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n"
                try await connection.send(String(repeating: "\(request)\r\n\(body)", count: 9))
                try await connection.send("\(request)Connection: close\r\n\r\n\(body)")
                try await eventually("the end") { connection.isClosed }
                #expect(connection.statuses == Array(repeating: 200, count: 10))
            }
            #expect(listener.deliveries.count == 10)
        }
    }

    @Test("A sender of the old HTTP, or one that wants the connection closed, has it closed behind its answer")
    func lastRequest() async throws {
        try await listening { listener in
            for line in ["HTTP/1.0\r\nHost: x", "HTTP/1.1\r\nHost: x\r\nConnection: close"] {
                try await RawConnection.with(port: listener.port) { connection in
                    let body = #"{"call_id":"x"}"#
                    try await connection.send(
                        "POST \(listener.path) \(line)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    )
                    try await eventually("the end") { connection.isClosed }
                    #expect(connection.text.contains(" 200 OK\r\n"))
                }
            }
            #expect(listener.deliveries.count == 2)
        }
    }

    @Test("A query behind the secret does no harm")
    func query() async throws {
        try await listening { listener in
            let answer = try await listener.post(Self.live, to: listener.url + "?from=platform")
            #expect(answer.status == 200)
            #expect(listener.deliveries.events.count == 1)
        }
    }
}
