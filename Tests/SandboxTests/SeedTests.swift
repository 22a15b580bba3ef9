import Piopiy
import TestSupport
import Testing

@testable import Sandbox

@Suite("Repeatable by its seed")
struct SeedTests {
    private func ids(seed: UInt64) async throws -> [JSONValue] {
        try await withSandbox(.init(seed: seed)) { base in
            let sandbox = SandboxProbe(base: base)
            for ending in ["8888", "0001", "0006", "0002"] {
                // 0006 closes the connection: that it fails is its answer.
                _ = try? await sandbox.place(try Sample.call(to: Sample.number(ending)))
            }
            return try await sandbox.calls().map { call in
                .array(["call_id", "request_id", "conversation_uuid", "to_number"].map { call[$0] ?? .null })
            }
        }
    }

    @Test("The same seed and the same placements give the same ids; another seed gives others")
    func sameIDs() async throws {
        let first = try await ids(seed: 7)
        #expect(first.count == 4)
        #expect(try await ids(seed: 7) == first)
        let other = try await ids(seed: 8)
        #expect(Set(other).isDisjoint(with: first))
    }

    @Test("Call ids are UUIDs, request ids are not, and none comes twice")
    func forms() throws {
        var calls: Set<String> = []
        var requests: Set<String> = []
        for number in 1...5000 {
            let call = SandboxCall(number: number, request: try Sample.call(), seed: 1, at: Timestamp(milliseconds: 0))
            #expect(UUIDText.problem(with: call.callID) == nil)
            #expect(UUIDText.problem(with: call.requestID) != nil)
            calls.insert(call.callID)
            requests.insert(call.requestID)
        }
        #expect(calls.count == 5000)
        #expect(requests.count == 5000)
    }
}
