import Foundation
import Testing

@Suite("No test passes because nothing happened")
struct SilentPassTests {
    @Test("In all of our tests and their helpers there is no place where one can")
    func everyTest() throws {
        let files = try TestFile.all()
        let tests = files.flatMap(\.code.functions).count(where: \.isTest)
        #expect(tests > 1000, "the tests are not found any more")
        let helpers = Set(files.flatMap { SilentPass.helpers(in: $0.code) })
        #expect(helpers.isSuperset(of: ["expectSame", "readList"]), "the helpers are not found any more")
        for file in files {
            for place in SilentPass.all(in: file.code, helpers: helpers) {
                Issue.record("\(file.path):\(place.line): \(place.why.rawValue)")
            }
        }
    }

    /// A test's body, and where in it a test can pass although nothing happened: lines from 1, and why.
    struct Example: Sendable {
        let body: String
        var found: [Int] = []
        var why: SilentPass.Reason?
    }

    /// Bodies of tests that say what is wrong, whatever happens.
    static let good = [
        "let call = try #require(calls.first)\n#expect(call.isUp)",
        "guard case .up(let call) = state else {\nIssue.record(\"not up\")\nreturn\n}\n#expect(call.isUp)",
        "guard let call else { throw NoCall() }\n#expect(call.isUp)",
        "guard let bar else {\n#expect(width < 60)\nreturn\n}\n#expect(bar.width > 3)",
        // What a closure gives back is no way out of the test.
        "let ids = effects.compactMap { effect -> Int? in\nguard case .ended(let id) = effect else { return nil }\n"
            + "return id\n}\n#expect(ids == [1])",
        "let all = lines.map { line in\nguard !line.isEmpty else {\nreturn\n\"none\"\n}\nreturn line\n}\n"
            + "#expect(all == [])",
        // An if with an else checks either way; one on a flag of the test's own says when it checks more.
        "if case .up(let call) = state { #expect(call.isUp) } else { Issue.record(\"\\(state)\") }",
        "#expect(done)\nif isMasked { #expect(text.contains(\"*\")) }",
        "if let error { Issue.record(error) }\n#expect(done)",
        // Nothing is checked behind it, or what is skipped is made known.
        "for line in lines {\nguard let number = Int(line) else { continue }\nsum += number\n}\n#expect(sum == 7)",
        "for ref in refs {\nguard let call = calls[ref] else {\nIssue.record(\"gone\")\ncontinue\n}\n"
            + "#expect(call.isUp)\n}",
        "for case .up(let call) in states { count += 1 }\n#expect(count == 2)",
        // Not code at all.
        "// guard let call else { return }\n#expect(done)",
        "/* guard let a else { return } /* nested */ guard let b else { return } */\n#expect(done)",
        "let text = \"guard let call else { return }\"\n#expect(text.count == 30)",
        "let text = #\"\"guard let call else { return }\"#\n#expect(text.count == 30)",
        "let text = \"\"\"\nguard let call else { return }\n\\(call ?? \"}\")\n\"\"\"\n#expect(text.count == 30)",
        "let slow = /guard let \\/ {/\n#expect(text.contains(slow) && total / 2 == 3 / 1)",
    ].map { Example(body: $0) }

    static let bad = [
        Example(
            body: "guard case .up(let call) = state else { return }\n#expect(call.isUp)",
            found: [1],
            why: .guardReturns
        ),
        Example(
            body: "#expect(done)\nguard\nlet call,\ncall.isUp\nelse {\n// No call.\nreturn\n}",
            found: [2],
            why: .guardReturns
        ),
        // In a closure, too, and behind a closure among its conditions.
        Example(
            body: "try await desk { desk in\nguard let call = await desk.first(where: { $0.isUp }) else { return }\n"
                + "#expect(call.isUp)\n}",
            found: [2],
            why: .guardReturns
        ),
        Example(
            body: "func look() {\nguard isUp else { return }\n#expect(done)\n}\nlook()",
            found: [2],
            why: .guardReturns
        ),
        Example(body: "if case .success = result { return }\n#expect(calls.isEmpty)", found: [1], why: .ifReturns),
        Example(
            body: "for ref in refs {\nguard let call = calls[ref] else { continue }\n#expect(call.isUp)\n}",
            found: [2],
            why: .guardSkips
        ),
        Example(
            body: "while true {\nguard let call = next() else { break }\n#expect(call.isUp)\n}",
            found: [2],
            why: .guardSkips
        ),
        Example(body: "#expect(done)\nif let call { #expect(call.isUp) }", found: [2], why: .onlyIfItMatches),
        Example(
            body: "#expect(done)\nif isUp, case .up(let call) = state {\n#expect(call.isUp)\n}",
            found: [2],
            why: .onlyIfItMatches
        ),
        Example(
            body: "try start()\nif isUp { #expect(done) }\nif isDown { #expect(!done) }",
            found: [2],
            why: .onlyIfAtAll
        ),
        Example(body: "for case .up(let call) in states { #expect(call.isUp) }", found: [1], why: .onlyThoseThatMatch),
        // Texts and comments do not hide what follows them.
        Example(
            body: "let text = \"\\(name(\"}\"))\" // {\nguard let call else { return }\n#expect(call.isUp)",
            found: [2],
            why: .guardReturns
        ),
    ]

    @Test("A test that can pass in silence is found in its line, another is not", arguments: good + bad)
    func examples(example: Example) {
        let head = "@Suite struct Tests {\n@Test(\"It is so\", arguments: [1, 2])\nfunc test() {\n"
        let source = "\(head)\(example.body)\n}\n}"
        let found = SilentPass.all(in: SwiftCode(source))
        #expect(found.map { $0.line - 3 } == example.found)
        #expect(found.allSatisfy { $0.why == example.why }, "\(found)")
    }

    @Test("A helper that checks something is looked at as a test is; one that checks nothing may leave as it likes")
    func helpers() {
        let source = """
            private func check(_ call: Call?) {
                guard let call else { return }
                #expect(call.isUp)
            }

            mutating func serve(_ connection: Int32) throws {
                guard connection >= 0 else { return }
                if connection == 0 { throw Closed() }
            }

            @Test func test() {
                if isUp { #expect(done) }
                check(call)
            }
            """
        let code = SwiftCode(source)
        #expect(SilentPass.helpers(in: code) == ["check"])
        #expect(SilentPass.all(in: code, helpers: ["check"]) == [SilentPass(line: 2, why: .guardReturns)])
    }
}
