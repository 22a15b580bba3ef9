/// Why a command line cannot be run, in words that say what would be right.
struct CommandMistake: Error, Hashable, Sendable {
    let words: String

    init(_ words: String) { self.words = words }
}

/// What a mistyped word was meant to be.
enum Spelling {
    /// The word of a list that `text` is the beginning of, or differs from by a slip or two; `nil` when none or several are
    /// equally near.
    static func nearest(to text: String, among words: [String]) -> String? {
        let typed = text.lowercased()
        guard !typed.isEmpty, typed.count <= 40 else { return nil }
        let begun = words.filter { $0.lowercased().hasPrefix(typed) }
        if begun.count == 1 { return begun[0] }
        let limit = typed.count < 4 ? 1 : 2
        let near = words.map { ($0, distance(typed, $0.lowercased())) }.filter { $0.1 <= limit }
        guard let least = near.map(\.1).min() else { return nil }
        let nearest = near.filter { $0.1 == least }
        return nearest.count == 1 ? nearest[0].0 : nil
    }

    /// How many slips lie between two words: a letter too many, one too few, another one, or two that changed places.
    private static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one), Array(other))
        guard !one.isEmpty, !other.isEmpty else { return max(one.count, other.count) }
        var before: [Int] = []
        var last = Array(0...other.count)
        for row in 1...one.count {
            var line = [row]
            for column in 1...other.count {
                let isSame = one[row - 1] == other[column - 1]
                var least = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1] {
                    least = min(least, before[column - 2] + 1)
                }
                line.append(least)
            }
            (before, last) = (last, line)
        }
        return last[other.count]
    }
}
