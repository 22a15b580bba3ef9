import CallBoard
import Piopiy

/// Reads the names of a list's columns, and collects all mistakes in them: who corrects a list corrects it once.
struct ColumnNames {
    typealias Column = CampaignColumns.Column

    private(set) var columns: [Column] = []
    private var mistakes: [String] = []
    private var proposals: [ListLayout.Renaming] = []

    /// - Parameters:
    ///   - names: as the list or the layout has them.
    ///   - meanings: the same after renaming.
    init(_ names: [String], meanings: [String], unknown: [String], in layout: ListLayout) {
        if !unknown.isEmpty {
            let listed = names.filter { !$0.isEmpty }.map { "“\($0)”" }.joined(separator: ", ")
            for name in unknown { mistakes.append("has no column “\(name)” to map; the columns are \(listed)") }
        }
        let hasTo = meanings.contains { CampaignColumns.named[CampaignColumns.word($0)] == .to }
        for (place, meaning) in meanings.enumerated() {
            let isLeftOut = meaning.isEmpty && !names[place].isEmpty
            columns.append(isLeftOut ? .leftOut : column(names[place], meaning, hasTo: hasTo, meanings))
        }
        checkRepeats(names)
    }

    private mutating func column(_ name: String, _ meaning: String, hasTo: Bool, _ all: [String]) -> Column {
        if meaning.isEmpty { return .empty }
        let word = CampaignColumns.word(meaning)
        if let known = CampaignColumns.named[word] { return known }
        if !hasTo, CampaignColumns.numbers.contains(word) { return .to }
        let isJSON = meaning.hasSuffix(":=")
        let key = isJSON ? String(meaning.dropLast(2)) : meaning
        func propose(_ key: String?) -> String {
            guard let key else { return "" }
            proposals.append(.init(name: name, meaning: key + (isJSON ? ":=" : "")))
            return "; use \(key)"
        }
        if key == Campaign.variableName || key == CallRef.variableName {
            mistakes.append(
                "has a column \(key), which is a variable reserved for the console" + propose(free("list_\(key)", all))
            )
        } else if let problem = VariableKey.problem(with: key) {
            mistakes.append(
                "has a column “\(name)” that cannot be a variable: it \(problem)" + propose(free(Self.key(key), all))
            )
        }
        return .variable(key, isJSON: isJSON)
    }

    private mutating func checkRepeats(_ names: [String]) {
        for (place, column) in columns.enumerated() where column != .empty && column != .leftOut {
            let before = columns[..<place].firstIndex { other in
                if case .variable(let one, _) = other, case .variable(let two, _) = column { return one == two }
                return other == column
            }
            guard let before else { continue }
            let both =
                names[before] == names[place]
                ? "“\(names[place])”" : "“\(names[before])” and “\(names[place])”"
            mistakes.append("names the same column twice (\(both)); keep one of them")
        }
    }

    /// Notes that a column is lacking.
    mutating func lacks(_ words: String, proposing renaming: ListLayout.Renaming? = nil) {
        mistakes.append(words)
        guard let renaming else { return }
        // A column is renamed once; the number to dial matters more than a variable.
        proposals.removeAll { $0.name == renaming.name }
        proposals.append(renaming)
    }

    /// - Throws: all mistakes at once.
    func finish(line: Int) throws(CSVReader.Mistake) {
        guard !mistakes.isEmpty else { return }
        throw CSVReader.Mistake(
            line: line,
            words: mistakes.joined(separator: ". It also "),
            remedy: proposals.isEmpty ? nil : .map(proposals)
        )
    }

    // MARK: Proposals

    /// A key that is made of a name; `nil` where none can be.
    private static func key(_ name: String) -> String? {
        var key = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        while key.hasPrefix("_") || key.first?.isNumber == true { key.removeFirst() }
        while key.hasSuffix("_") { key.removeLast() }
        return VariableKey.problem(with: key) == nil ? key : nil
    }

    /// The key, or the key and a number where another column has it.
    private func free(_ key: String?, _ all: [String]) -> String? {
        guard let key else { return nil }
        let taken = Set(all + proposals.map(\.meaning)).union(CampaignColumns.named.keys)
        return ([key] + (2...99).map { "\(key)_\($0)" }).first { !taken.contains($0) && !taken.contains("\($0):=") }
    }
}
