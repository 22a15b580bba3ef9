/// A place where a test can pass although nothing happened.
struct SilentPass: Equatable {
    let line: Int
    let why: Reason

    enum Reason: String {
        case guardReturns = "a guard leaves in silence: #require what it asks for"
        case ifReturns = "the test ends early in silence: #require what it asks for, or make it a condition of the test"
        case guardSkips = "a guard skips the checks below it: #require what it asks for, or count what was checked"
        case onlyIfItMatches = "checks only if something matches: #require it, or say what holds otherwise"
        case onlyIfAtAll = "all that the test checks stands behind an if: say what holds otherwise"
        case onlyThoseThatMatch = "checks only what matches a pattern: #require it of each, or count what was checked"
    }

    /// Finds them in the tests of a file, and in their helpers that check something.
    /// - Parameter helpers: the names of functions that check something, of this file and others.
    static func all(in code: SwiftCode, helpers: Set<String> = []) -> [SilentPass] {
        code.functions.flatMap { Search(code: code, function: $0, helpers: helpers).found }
    }

    /// The names of a file's functions that are no tests and check something.
    static func helpers(in code: SwiftCode) -> [String] {
        code.functions.filter { !$0.isTest && Search(code: code, function: $0, helpers: []).checksSomething }.map(
            \.name
        )
    }
}

private struct Search {
    let code: SwiftCode
    let function: SwiftCode.Function
    let helpers: Set<String>

    private static let checks: Set<String> = ["#expect", "#require"]

    var found: [SilentPass] {
        if !function.isTest, !checksSomething { return [] }
        let places = function.body.flatMap { index -> [SilentPass] in
            switch code[index] {
            case "guard": guarded(index)
            case "if": conditional(index)
            case "for": loop(index)
            default: []
            }
        }
        return places + onlyConditional
    }

    /// Whether it holds a check, or says itself that something is wrong.
    var checksSomething: Bool { checks(function.body) || function.body.contains(where: isIssue) }

    private func isIssue(_ index: Int) -> Bool { code[index] == "Issue" && code[index + 1] == "." }

    private func checks(_ range: Range<Int>) -> Bool { range.contains { Self.checks.contains(code[$0]) } }

    /// Whether something in a range makes a test fail, or ends it with an error.
    private func records(_ range: Range<Int>) -> Bool {
        checks(range)
            || range.contains { isIssue($0) || ["throw", "fatalError", "preconditionFailure"].contains(code[$0]) }
    }

    private func guarded(_ index: Int) -> [SilentPass] {
        let end = function.body.upperBound
        guard let word = code.first(["else"], from: index, before: end), code[word + 1] == "{" else { return [] }
        let way = code.inside(word + 1)
        if records(way) { return [] }
        if leaves(way) { return [SilentPass(line: code.line(index), why: .guardReturns)] }
        let skips = way.contains { ["continue", "break"].contains(code[$0]) }
        let block = code.braces(around: index, within: function.body.lowerBound - 1..<end).first ?? function.body
        return skips && checks(way.upperBound..<block.upperBound)
            ? [SilentPass(line: code.line(index), why: .guardSkips)] : []
    }

    /// Whether a `return` gives nothing back; what it gives may stand on the next line.
    private func isBare(_ index: Int) -> Bool { ["}", ";", "case", "default"].contains(code[index + 1]) }

    private func leaves(_ range: Range<Int>) -> Bool { range.contains { code[$0] == "return" && isBare($0) } }

    /// Looks at an `if` without an else that leaves the test, or that binds what it checks.
    private func conditional(_ index: Int) -> [SilentPass] {
        guard let body = lonelyBody(index) else { return [] }
        if function.isTest, leaves(body), !records(body) {
            return [SilentPass(line: code.line(index), why: .ifReturns)]
        }
        let isBound = ["case", "let", "var"].contains { binds($0, index) }
        return isBound && checks(body) ? [SilentPass(line: code.line(index), why: .onlyIfItMatches)] : []
    }

    /// Whether one of the conditions of an `if` begins with a word.
    private func binds(_ word: String, _ index: Int) -> Bool {
        guard let brace = code.first(["{"], from: index, before: function.body.upperBound) else { return false }
        return (index + 1..<brace).contains { code[$0] == word && ["if", ","].contains(code[$0 - 1]) }
    }

    /// What stands between the braces of an `if` to which there is no else, and which is none itself.
    private func lonelyBody(_ index: Int) -> Range<Int>? {
        guard let brace = code.first(["{"], from: index, before: function.body.upperBound) else { return nil }
        let body = code.inside(brace)
        return code[body.upperBound + 1] == "else" || code[index - 1] == "else" ? nil : body
    }

    private func loop(_ index: Int) -> [SilentPass] {
        guard code[index + 1] == "case",
            let brace = code.first(["{"], from: index, before: function.body.upperBound)
        else { return [] }
        return checks(code.inside(brace)) ? [SilentPass(line: code.line(index), why: .onlyThoseThatMatch)] : []
    }

    /// A test all of whose checks stand behind an `if` without an else.
    private var onlyConditional: [SilentPass] {
        let checks = function.body.filter { Self.checks.contains(code[$0]) || helpers.contains(code[$0]) }
        let bodies = function.body.filter { code[$0] == "if" }.compactMap(lonelyBody)
        guard function.isTest, let first = checks.first,
            checks.allSatisfy({ check in bodies.contains { $0.contains(check) } })
        else { return [] }
        return [SilentPass(line: code.line(first), why: .onlyIfAtAll)]
    }
}
