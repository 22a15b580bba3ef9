import Piopiy
import Testing

@testable import CallBoard
@testable import Console

@Suite("Calls by name")
struct CallFinderTests {
    /// Two calls to one number, one to another, and one that has ended.
    private func finder(_ numbers: [Int: Int] = [:]) -> CallFinder {
        var desk = Desk()
        desk.event("answered", call: "aaaa1111-0000-4000-8000-000000000001", to: "918888888801")
        desk.event("ringing", call: "aaaa2222-0000-4000-8000-000000000002", to: "918888888801")
        desk.event("ringing", call: "12345678-0000-4000-8000-000000000003", to: "447700900123")
        desk.event("hangup", call: "bbbb1111-0000-4000-8000-000000000004", to: "918888888804")
        let order = desk.board.snapshot.order
        return CallFinder(
            snapshot: desk.board.snapshot,
            numbers: numbers.mapValues { order[$0] },
            hasNumbers: !numbers.isEmpty
        )
    }

    private func words(_ name: String, _ finder: CallFinder) -> String {
        do {
            return try finder.call(name).callID?.text ?? "no id"
        } catch {
            return error.words
        }
    }

    @Test("The beginning of an id, in either letter case, and a number that one live call has")
    func found() throws {
        let finder = finder()
        #expect(words("aaaa1", finder).hasPrefix("aaaa1111-"))
        #expect(words("BBBB", finder).hasPrefix("bbbb1111-"))
        #expect(words("+44 7700 900123", finder).hasPrefix("12345678-"))
    }

    @Test("What fits several calls fits none, and they are listed")
    func ambiguous() {
        let finder = finder()
        for name in ["aaaa", "918888888801"] {
            let said = words(name, finder)
            #expect(
                said.contains(
                    "matches 2 calls: aaaa1111-0000-4000-8000-000000000001 to 918888888801, talking; aaaa2222"
                )
            )
        }
    }

    @Test(
        "Too little of an id, a number of an ended call and what nobody has are no call",
        arguments: ["aaa", "12", "1", "", "zzzz", "918888888804", "91888888880", "#1", "99999999999999999999999"]
    )
    func none(name: String) {
        let said = words(name, finder())
        #expect(said.hasPrefix("no call"), "\(said)")
    }

    @Test("A number of the list is its call and nothing else, even when it has ended")
    func numbers() {
        let finder = finder([1: 0, 2: 3, 1234: 1])
        #expect(words("1", finder).hasPrefix("aaaa1111-"))
        #expect(words("2", finder).hasPrefix("bbbb1111-"))
        #expect(words("#2", finder).hasPrefix("bbbb1111-"))
        #expect(words("3", finder).contains("no call here matches “3”"))
        // A number that is also how another call's id begins.
        #expect(words("1234", finder).contains("matches 2 calls"))
        #expect(words("1234", finder).contains("#1234 means the call with that number"))
        #expect(words("#1234", finder).hasPrefix("aaaa2222-"))
    }
}
