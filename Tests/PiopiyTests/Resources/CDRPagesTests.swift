import TestSupport
import Testing

@testable import Piopiy

@Suite("All records of a time")
struct CDRPagesTests {
    /// The first of the moments below, in ms since 1970: what is told is a moment of our time.
    private static let base = 1_725_942_870_000

    /// A platform that has calls at these moments, tells the newest first and no more than is asked for.
    /// - Parameter told: how it tells a moment, from the ms since 1970.
    private static func client(
        _ moments: [Int],
        includesEnd: Bool,
        told: @escaping @Sendable (Int) -> JSONValue = { .string("\($0)") }
    ) throws -> (RestClient, AnsweringTransport) {
        let transport = AnsweringTransport { request in
            guard let body = try? JSONValue(parsing: request.body ?? []), case .integer(let from)? = body["start_time"],
                case .integer(let to)? = body["end_time"], case .integer(let limit)? = body["limit"]
            else { return .answer(400) }
            let found = moments.map { $0 + base }.enumerated()
                .filter { $0.element >= from && ($0.element < to || (includesEnd && $0.element == to)) }
                .sorted { $0.element > $1.element }
                .prefix(limit)
            let records: [JSONValue] = found.map {
                ["call_id": .string("call-\($0.offset)"), "timestamp": told($0.element), "duration": 3]
            }
            let text = (try? JSONValue.object(["cdr": .array(records)]).text()) ?? ""
            return .answer(200, text)
        }
        let client = try RestClient(token: Token(validating: "secret"), .init(), transport: transport)
        return (client, transport)
    }

    private static func all(_ client: RestClient, limit: Int, to: Int64) async throws -> ([CallRecord], Bool, String?) {
        let query = try CDRQuery(
            appID: "app",
            from: Timestamp(milliseconds: Int64(base)),
            to: Timestamp(milliseconds: Int64(base) + to),
            limit: limit
        )
        var records: [CallRecord] = []
        var isCut = false
        for await page in client.cdr.pages(query) {
            guard case .accepted(let page) = page else { return (records, isCut, page.name) }
            records += page.records
            isCut = isCut || page.isCut
        }
        return (records, isCut, nil)
    }

    @Test("Each comes once, oldest first, however small a page is", arguments: [2, 3, 4, 11, 1000], [true, false])
    func pages(limit: Int, includesEnd: Bool) async throws {
        var generator = SplitMix64(seed: 7)
        // At most one call a millisecond, so that a page of one can hold it.
        let moments = Array(Set((0..<200).map { _ in Int.random(in: 0..<5000, using: &generator) }))
        let (client, _) = try Self.client(moments, includesEnd: includesEnd)
        let (records, isCut, failure) = try await Self.all(client, limit: limit, to: 5000)
        #expect(failure == nil && !isCut)
        #expect(records.map { Int($0.at?.milliseconds ?? -1) - Self.base } == moments.sorted())
    }

    @Test(
        "A page of one loses no call, whether or not the last moment is inside",
        arguments: [true, false]
    )
    func single(includesEnd: Bool) async throws {
        let moments = [0, 1, 2, 5, 9]
        let (client, _) = try Self.client(moments, includesEnd: includesEnd)
        let (records, _, failure) = try await Self.all(client, limit: 1, to: 10)
        #expect(failure == nil)
        #expect(records.map { Int($0.at?.milliseconds ?? -1) - Self.base } == moments)
    }

    @Test("Records that tell seconds, or ISO 8601, come once each too, at their time", arguments: ["s", "iso"])
    func otherTimes(unit: String) async throws {
        let moments = [0, 1000, 2000, 3000, 4000, 5000, 6000]
        let (client, _) = try Self.client(moments, includesEnd: true) { milliseconds in
            let second = (milliseconds / 1000) % 60
            return unit == "s"
                ? .integer(milliseconds / 1000) : .string("2024-09-10T04:34:\(second < 10 ? "0" : "")\(second)Z")
        }
        let (records, isCut, failure) = try await Self.all(client, limit: 3, to: 6000)
        #expect(failure == nil && !isCut)
        #expect(records.map { Int($0.at?.milliseconds ?? -1) - Self.base } == moments)
    }

    @Test("Two legs of a call at one moment are both told where the last moment is not inside")
    func legs() async throws {
        let (client, _) = try Self.client([5, 5, 9], includesEnd: false)
        let (records, isCut, _) = try await Self.all(client, limit: 2, to: 10)
        #expect(records.compactMap { $0.at.map { Int($0.milliseconds) - Self.base } } == [5, 5, 9])
        // There may be a third.
        #expect(isCut)
    }

    @Test("All of time can be asked for")
    func allOfTime() async throws {
        let (client, transport) = try Self.client([3, 4, 5], includesEnd: true)
        let query = try CDRQuery(
            appID: "app",
            from: Timestamp(milliseconds: .min),
            to: Timestamp(milliseconds: .max),
            limit: 2
        )
        var moments: [Int64] = []
        for await page in client.cdr.pages(query) {
            guard case .accepted(let page) = page else { break }
            moments += page.records.compactMap { $0.at.map { $0.milliseconds - Int64(Self.base) } }
        }
        #expect(moments == [3, 4, 5])
        #expect(transport.attempts < 200)
    }

    @Test("More calls in one millisecond than a page holds are told to be cut")
    func cut() async throws {
        let (client, _) = try Self.client([5, 5, 5, 9], includesEnd: true)
        let (records, isCut, _) = try await Self.all(client, limit: 2, to: 10)
        #expect(isCut)
        #expect(records.contains { $0.at?.milliseconds == Int64(Self.base) + 9 })
    }

    @Test("A refusal is the last element")
    func refused() async throws {
        let transport = AnsweringTransport { _ in .answer(403, #"{"error":"forbidden"}"#) }
        let client = try RestClient(token: Token(validating: "secret"), .init(), transport: transport)
        let (records, _, failure) = try await Self.all(client, limit: 10, to: 10)
        #expect(records.isEmpty && failure == "refused")
        #expect(transport.attempts == 1)
    }
}
