/// Decides whether groups of digits are those of one number; ``NumberReading`` has the rule in words.
enum NumberGrouping {
    /// A group of as many digits could be a number by itself.
    private static let wholeLength = 7
    /// No grouped number is longer. E.164 allows 15 digits, but numbers in use that are longer than 13 are rare, and
    /// two numbers beside each other are not.
    private static let mostDigits = 13
    private static let fewestWithoutPlus = 10

    static func check(_ written: WrittenNumber) throws(NumberRefusal) {
        let groups = written.groups
        let digits = written.digits
        if let place = groups.firstIndex(where: { $0.isInBrackets && $0.digits.hasPrefix("0") }) {
            throw .trunkZero(remedy: place == 0 ? nil : remedy(groups, withoutZeroIn: place))
        }
        if digits.hasPrefix("00") {
            let rest = String(digits.dropFirst(2))
            throw .internationalPrefix(remedy: PhoneNumber.problem(with: rest) == nil ? "+\(rest)" : nil)
        }
        guard groups.count > 1 else { return }
        for place in groups.indices.dropLast() where groups[place].digits.count >= wholeLength {
            throw several(groups, place)
        }
        // A number that is too short, too long or begins with a zero is told so, however it is grouped.
        if let problem = PhoneNumber.problem(with: digits) { throw .rule(problem) }
        if !written.hasPlus { try checkCode(groups, digits) }
        if digits.count > mostDigits { throw several(groups, groups.count - 2) }
        if let first = digits.first, "17".contains(first), digits.count != 11 {
            throw several(groups, groups.count - 2, mayLackCode: true)
        }
        try checkSigns(written)
        try checkEnd(groups)
    }

    /// The same for a number without its country code, where a country is set.
    /// - Parameter hasTrunk: whether it begins with a trunk prefix, which shows where it begins.
    static func checkNational(_ written: WrittenNumber, hasTrunk: Bool) throws(NumberRefusal) {
        let groups = written.groups
        guard groups.count > 1 else { return }
        for place in groups.indices.dropLast() where groups[place].digits.count >= wholeLength {
            throw several(groups, place)
        }
        let digits = written.digits
        if !hasTrunk, digits.count < fewestWithoutPlus { throw several(groups, 0, mayLackCode: true) }
        if digits.count > mostDigits { throw several(groups, groups.count - 2) }
        if groups.count == 2, groups[1].gap == "." { throw .decimalFraction }
        try checkSigns(written)
        try checkEnd(groups)
    }

    /// Without a `+`, nothing but a country code that stands alone shows that the groups begin with one. Country codes
    /// of three digits look like the area codes of North America.
    private static func checkCode(_ groups: [WrittenNumber.Group], _ digits: String) throws(NumberRefusal) {
        let length = codeLength(digits)
        let isWhole =
            length <= 2 && groups[0].digits.count == length && digits.count >= fewestWithoutPlus
            && groups.dropFirst().allSatisfy { $0.digits.count <= 10 }
        if !isWhole { throw several(groups, 0, mayLackCode: true) }
        if groups.count == 2, groups[1].gap == "." { throw .decimalFraction }
    }

    private static func checkSigns(_ written: WrittenNumber) throws(NumberRefusal) {
        let groups = written.groups
        var slashes = 0
        for place in groups.indices.dropFirst() {
            let signs = groups[place].signs
            if signs.count > 1 { throw several(groups, place - 1) }
            guard signs == ["/"] else { continue }
            slashes += 1
            let behind = groups[place...].reduce(0) { $0 + $1.digits.count }
            guard slashes == 1, place <= 2, behind > groups[place - 1].digits.count else {
                throw several(groups, place - 1)
            }
        }
        let isMisplaced = groups.indices.contains { groups[$0].isInBrackets && ($0 > 1 || $0 == groups.count - 1) }
        if isMisplaced { throw .brackets }
    }

    /// A short group behind white space at the end may be another column's, or an extension.
    private static func checkEnd(_ groups: [WrittenNumber.Group]) throws(NumberRefusal) {
        let last = groups[groups.count - 1]
        guard last.isBehindBlank else { return }
        let before = groups[groups.count - 2].digits.count
        if last.digits.count == 1 || last.digits.count == 2 && before >= 4 { throw several(groups, groups.count - 2) }
    }

    private static func several(
        _ groups: [WrittenNumber.Group],
        _ place: Int,
        mayLackCode: Bool = false
    ) -> NumberRefusal {
        .severalNumbers(groups[place].digits, groups[place + 1].digits, mayLackCode: mayLackCode)
    }

    private static func remedy(_ groups: [WrittenNumber.Group], withoutZeroIn place: Int) -> String? {
        let digits = groups.indices.map { index in
            index == place ? String(groups[index].digits.dropFirst()) : groups[index].digits
        }.joined()
        return PhoneNumber.problem(with: digits) == nil ? "+\(digits)" : nil
    }

    /// The length of the country code that digits begin with; of what no country has, 3.
    private static func codeLength(_ digits: String) -> Int {
        CountryCode.of(Array(digits.utf8))?.digits.utf8.count ?? 3
    }
}
