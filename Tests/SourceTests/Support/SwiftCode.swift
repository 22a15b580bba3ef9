/// A Swift file as words and signs that know which bracket closes which.
struct SwiftCode {
    let tokens: [SwiftTokens.Token]
    /// From each opening bracket to the one that closes it, and back; -1 elsewhere.
    private let partner: [Int]

    init(_ source: String) {
        tokens = SwiftTokens(source).all
        var partner = Array(repeating: -1, count: tokens.count)
        var open: [Int] = []
        for (index, token) in tokens.enumerated() {
            if ["(", "[", "{"].contains(token.text) {
                open.append(index)
            } else if [")", "]", "}"].contains(token.text), let start = open.popLast() {
                partner[start] = index
                partner[index] = start
            }
        }
        self.partner = partner
    }

    subscript(index: Int) -> String { tokens.indices.contains(index) ? tokens[index].text : "" }

    func line(_ index: Int) -> Int { tokens[index].line }

    /// What stands between an opening bracket and the one that closes it.
    func inside(_ opening: Int) -> Range<Int> {
        opening + 1..<(partner[opening] < 0 ? tokens.count : partner[opening])
    }

    /// The first place from one on where a sign or word stands, outside of all brackets that open meanwhile.
    func first(_ texts: Set<String>, from start: Int, before end: Int) -> Int? {
        var index = start
        while index < end {
            if texts.contains(self[index]) { return index }
            let opens = ["(", "[", "{"].contains(self[index])
            index = opens ? inside(index).upperBound + 1 : index + 1
        }
        return nil
    }

    /// The braces around a place, the innermost first, within a range.
    func braces(around place: Int, within range: Range<Int>) -> [Range<Int>] {
        range.filter { self[$0] == "{" && inside($0).contains(place) }.map(inside).reversed()
    }

    // MARK: Functions

    struct Function {
        let name: String
        /// Whether it has `@Test`.
        let isTest: Bool
        /// What stands between its braces.
        let body: Range<Int>
    }

    /// The functions of the file that stand in no other function.
    var functions: [Function] {
        var found: [Function] = []
        var index = 0
        while index < tokens.count {
            if self[index] == "func",
                let brace = first(["{", "}", "func", "var", "let"], from: index + 1, before: tokens.count),
                self[brace] == "{"
            {
                found.append(Function(name: self[index + 1], isTest: isTest(index), body: inside(brace)))
                index = inside(brace).upperBound
            }
            index += 1
        }
        return found
    }

    /// Whether `@Test` is among what stands before `func`.
    private func isTest(_ function: Int) -> Bool {
        var index = function - 1
        while index >= 0 {
            let text = self[index]
            if text == "@Test" { return true }
            if text == ")", partner[index] >= 0 {
                index = partner[index] - 1
            } else if text.hasPrefix("@") || text.allSatisfy(\.isLetter) {
                index -= 1
            } else {
                return false
            }
        }
        return false
    }
}
