import Foundation
import TestSupport
import Testing

@testable import Piopiy

/// The table of "Placing calls safely", read from the article and tried with every status.
@Suite("What a status says")
struct StatusTableTests {
    private struct Row {
        let statuses: ClosedRange<Int>
        let answer: String
        let placement: String
        let hangUp: String
    }

    private static func rows() throws -> [Row] {
        let article = PackageFolder.root.appending(path: "Sources/Piopiy/Piopiy.docc/PlacingCallsSafely.md")
        let lines = try String(contentsOf: article, encoding: .utf8).split(separator: "\n")
        let start = try #require(lines.firstIndex { $0.hasPrefix("| status | the answer |") })
        return try lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 5, "\(line)")
            let bounds = try cells[0].split(separator: "…").map { try #require(Int($0), "\(line)") }
            let (first, last) = (try #require(bounds.first), try #require(bounds.last))
            return Row(statuses: first...last, answer: cells[1], placement: cells[3], hangUp: cells[4])
        }
    }

    /// Bodies of each kind that the table tells apart.
    private static let bodies: [String: [String]] = [
        "any": ["", "{}", #"{"request":"R"}"#, #"{"error":"no"}"#, "<html>page</html>", "[1]", "\u{FEFF}{}"],
        "JSON, not a refusal": [#"{"request":"R"}"#, #"{"code":200}"#, "{}", "\u{FEFF}{\"request\":\"R\"}"],
        "JSON, a refusal": [#"{"error":"no"}"#, #"{"success":false}"#, #"{"code":503,"message":"unavailable"}"#],
        "not JSON": ["", "OK", "<html>page</html>", #"{"request":"#],
        "packed, cannot be unpacked": [""],
        "JSON, or empty": ["", "{}", #"{"error":"call_not_found"}"#],
        "a web page": ["<html>nothing here</html>"],
        "within TLS": ["", #"{"error":"no"}"#, "<html>page</html>"],
        "without TLS": ["", #"{"error":"no"}"#, "<html>page</html>"],
    ]

    private static func deliveries(_ status: Int, _ row: Row) throws -> [Delivery] {
        let bodies = try #require(bodies[row.answer], "a kind of answer that is not tried: \(row.answer)")
        let coding = row.answer.hasPrefix("packed") ? "br" : nil
        return bodies.flatMap { body in
            [nil, "1", "soon"].map { wait in
                .answered(Answer(status: status, retryAfter: wait, body: Array(body.utf8), unreadCoding: coding))
            }
        }
    }

    private static func bases(_ row: Row) -> [String] {
        switch row.answer {
        case "within TLS": ["https://rest.piopiy.com/v3"]
        case "without TLS": ["http://127.0.0.1:9/v3"]
        default: ["http://127.0.0.1:9/v3", "https://rest.piopiy.com/v3"]
        }
    }

    /// Calls `body` with each answer of each row.
    private static func each(_ body: (Row, Delivery, String) async throws -> Void) async throws {
        for row in try rows() {
            for status in row.statuses {
                for delivery in try deliveries(status, row) {
                    for base in bases(row) { try await body(row, delivery, base) }
                }
            }
        }
    }

    @Test("Every status has its place in the table, and each kind of answer of it once")
    func isWhole() throws {
        let rows = try Self.rows()
        let whole: [Set<String>] = [
            ["any"], ["JSON, or empty", "a web page"], ["within TLS", "without TLS"],
            ["JSON, not a refusal", "JSON, a refusal", "not JSON", "packed, cannot be unpacked"],
        ]
        for status in 100...999 {
            let answers = rows.filter { $0.statuses.contains(status) }.map(\.answer)
            #expect(whole.contains(Set(answers)) && Set(answers).count == answers.count, "\(status): \(answers)")
        }
    }

    @Test("A placement ends as the table says, and is sent once unless the platform certainly did not act")
    func placements() async throws {
        try await Self.each { row, delivery, base in
            let scripted = try ScriptedClient([delivery], baseURL: base)
            let outcome = await scripted.call()
            let name = row.placement == "not sent" ? "notSent" : row.placement
            #expect(outcome.name == name, "\(delivery)")
            #expect(scripted.transport.attempts == (name == "notSent" ? 4 : 1), "\(delivery)")
        }
    }

    @Test("A hang-up ends as the table says; what is repeated is, and the next answer counts")
    func hangUps() async throws {
        try await Self.each { row, delivery, base in
            let scripted = try ScriptedClient([delivery, .answer(202)], baseURL: base)
            let outcome = await scripted.hangup()
            let isRepeated = row.hangUp == "repeated"
            #expect(outcome.name == (isRepeated ? "accepted" : row.hangUp), "\(delivery)")
            #expect(scripted.transport.attempts == (isRepeated ? 2 : 1), "\(delivery)")
        }
    }
}
