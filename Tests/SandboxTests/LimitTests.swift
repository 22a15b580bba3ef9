import Piopiy
import TestSupport
import Testing

@testable import Sandbox

@Suite("What the sandbox keeps is bounded")
struct LimitTests {
    private func call(_ number: Int, variables: Variables? = nil) throws -> SandboxCall {
        SandboxCall(
            number: number,
            request: try Sample.call(variables: variables),
            seed: 1,
            at: Timestamp(milliseconds: 0)
        )
    }

    private func add(_ call: SandboxCall, to store: inout CallStore, taken: Bool = true) {
        let wasTaken = store.add(call)
        #expect(wasTaken == taken, "call \(call.number)")
    }

    private func end(_ call: SandboxCall, in store: inout CallStore) {
        _ = store.change(call.callID) { $0.take(.ended(.completed), at: Timestamp(milliseconds: 1)) }
    }

    @Test("With the store full, the call that ended first makes room")
    func oldestEnded() throws {
        var store = CallStore(limits: Limits(calls: 3))
        let calls = try (1...5).map { try call($0) }
        for call in calls.prefix(3) { add(call, to: &store) }
        end(calls[1], in: &store)
        end(calls[0], in: &store)
        add(calls[3], to: &store)
        #expect(store.all.map(\.number) == [1, 3, 4])
        add(calls[4], to: &store)
        #expect(store.all.map(\.number) == [3, 4, 5])
    }

    @Test("With nothing but calls that are up, another is not taken, and answered 429")
    func allUp() async throws {
        var store = CallStore(limits: Limits(calls: 1))
        add(try call(1), to: &store)
        add(try call(2), to: &store, taken: false)

        let world = World(seed: 1, speed: 1, limits: Limits(calls: 1), logger: .silent)
        guard case .json(200, _, _) = await world.place(try Sample.call()) else {
            throw NeverHappened("200")
        }
        guard case .json(429, _, retryAfter: 1) = await world.place(try Sample.call()) else {
            throw NeverHappened("429 with Retry-After")
        }
    }

    @Test("Long variables count")
    func bytes() throws {
        var store = CallStore(limits: Limits(callBytes: 20_000))
        let long: Variables = ["text": .text(String(repeating: "x", count: 5000))]
        add(try call(1, variables: long), to: &store)
        add(try call(2, variables: long), to: &store, taken: false)
        end(try call(1), in: &store)
        add(try call(2, variables: long), to: &store)
    }

    @Test("A store that turns over many times keeps what it should")
    func turnover() throws {
        var store = CallStore(limits: Limits(calls: 10))
        for number in 1...5000 {
            let call = try call(number)
            add(call, to: &store)
            end(call, in: &store)
        }
        #expect(store.all.map(\.number) == Array(4991...5000))
    }

    @Test("The request log keeps the newest entries, and answers of dropped ones go nowhere")
    func requests() throws {
        var log = RequestLog(limits: Limits(requests: 3))
        for index in 1...5000 {
            let number = log.add(method: "POST", path: "/v3/\(index)", at: Timestamp(milliseconds: Int64(index)))
            log.setBody(Array("\(index)".utf8), of: number)
            log.setStatus(200, of: number)
        }
        log.setStatus(500, of: 1)
        log.setStatus(201, of: 4999)
        let entries = try #require(log.json.array)
        #expect(entries.map { $0["path"] } == ["/v3/4998", "/v3/4999", "/v3/5000"])
        #expect(entries.map { $0["status"] } == [200, 201, 200])
        #expect(entries.map { $0["body"] } == [4998, 4999, 5000])
    }

    @Test("The request log's bodies are bounded one by one and together")
    func requestBytes() throws {
        var log = RequestLog(limits: Limits(requestBytes: 25, loggedBody: 10))
        for size in [11, 10, 10, 10] {
            let number = log.add(method: "POST", path: "/v3", at: Timestamp(milliseconds: 0))
            log.setBody([UInt8](repeating: UInt8(ascii: "x"), count: size), of: number)
        }
        #expect(log.json.array?.map { $0["body"] } == [.string("xxxxxxxxxx"), .string("xxxxxxxxxx")])
    }

    @Test("Numbers that were turned away are remembered, the newest of them")
    func turnedAway() {
        var numbers = TurnedAway(limit: 2)
        let isFirst = ["1", "1", "2", "3", "3", "1"].map { numbers.isFirst($0) }
        #expect(isFirst == [true, false, true, true, false, true])
    }
}
