import Terminal

/// A number as it was typed, with the signs that the field leaves out.
///
/// The field holds digits alone. Without the signs nobody could tell `1001 1002` from `10011002`, nor see that a zero
/// stood in brackets, so they are kept beside it and ``NumberReading`` reads the number with them. They follow the
/// digits when some are changed, and are forgotten when the field is emptied.
struct TypedNumber: Hashable, Sendable {
    /// As it was typed, the digits and the signs. Signs that no digit follows part nothing and are left out.
    var text: String {
        var shown = characters[...]
        while let last = shown.last, "-. ".contains(last) { shown.removeLast() }
        return String(shown)
    }
    private var characters: [Character]

    /// - Parameter digits: in the field before a sign was typed.
    init(_ digits: String) { characters = Array(digits) }

    /// Notes a sign that was typed at the end.
    mutating func append(_ sign: Character) { characters.append(sign) }

    /// Makes the change that was made to the digits.
    mutating func follow(_ old: [Character], _ new: [Character]) {
        let same = zip(old, new).prefix { $0 == $1 }.count
        let most = min(old.count, new.count) - same
        let sameEnd = zip(old.reversed(), new.reversed()).prefix(most).prefix { $0 == $1 }.count
        for place in (same..<old.count - sameEnd).reversed() {
            if let index = index(ofDigit: place) { characters.remove(at: index) }
        }
        let place = index(ofDigit: same) ?? characters.count
        characters.insert(contentsOf: new[same..<new.count - sameEnd], at: place)
        if old.count > new.count { dropLooseSigns() }
    }

    /// Whether it is about these digits.
    func isOf(_ digits: [Character]) -> Bool { characters.filter(Self.isDigit) == digits }

    private func index(ofDigit place: Int) -> Int? {
        characters.indices.filter { Self.isDigit(characters[$0]) }.dropFirst(place).first
    }

    /// Takes away brackets around digits that are gone, and all but one of the signs that stood around them.
    private mutating func dropLooseSigns() {
        var kept: [Character] = []
        for character in characters {
            if character == ")", kept.last == "(" {
                kept.removeLast()
                continue
            }
            if "-. ".contains(character), let last = kept.last, "-. ".contains(last) {
                if last == " " { kept[kept.count - 1] = character }
                continue
            }
            kept.append(character)
        }
        // What stood behind the last digit went with it.
        while let last = kept.last, !Self.isDigit(last), last != "+" { kept.removeLast() }
        characters = kept
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
