/// What numbers are looked for by: a number, or a part of one, as somebody types it.
///
/// `+9170*`, `0091 70000` and `91-70000` look for the same digits as `9170000`. A `*` at the end, a `+` or an
/// international `00` at the beginning make it the beginning of a number; a `*` in front makes it the end.
public struct NumberPattern: Hashable, Sendable {
    /// Where in a number the digits stand.
    public enum Place: Hashable, Sendable {
        /// The number begins with them.
        case beginning
        /// The number ends in them.
        case end
        /// The number has them somewhere.
        case anywhere
    }

    /// At least one digit.
    public let digits: String
    /// Where they stand.
    public let place: Place
    /// What was typed with a trunk prefix, without it: it is also the beginning of a national number.
    private let nationalBeginning: String?
    private let plan: NumberPlan

    /// What stands in every number that it finds.
    public var searchDigits: String { nationalBeginning ?? digits }

    /// - Parameter plan: in which country it is typed, and numbers are told.
    /// - Returns: `nil` for a text that is not digits of a number, such as a SIP user's name.
    public init?(_ typed: String, plan: NumberPlan = .international) {
        var text = typed[...]
        let isEnd = text.hasPrefix("*")
        let isBeginning = text.hasSuffix("*")
        if isEnd { text.removeFirst() }
        if isBeginning, !text.isEmpty { text.removeLast() }
        let hasPlus = text.hasPrefix("+")
        // In the middle of a number two zeros are two zeros: only before what can be a whole number are they a prefix.
        let hasZeros = text.hasPrefix("00") && (isBeginning || text.utf8.count >= 9)
        guard !text.contains("*"), let read = ToldDigits(String(text), plan) else { return nil }
        digits = text.hasPrefix("00") && !hasZeros ? String(text.filter(\.isNumber)) : read.digits
        let isNational = !isEnd && plan.code?.withTrunk("")?.isEmpty == false
        let trunk = plan.code?.withTrunk("") ?? ""
        let rest = read.digits.dropFirst(trunk.utf8.count)
        nationalBeginning =
            isNational && !read.isInternational && read.digits.hasPrefix(trunk) && rest.first != "0" && !rest.isEmpty
            ? String(rest) : nil
        self.plan = plan
        place = isEnd ? .end : isBeginning || hasPlus || hasZeros ? .beginning : .anywhere
        // A few digits with a dot or a dash between them are more likely something else, such as a rate.
        if place == .anywhere, digits.utf8.count < 4, text.contains(where: { !$0.isNumber }) { return nil }
    }

    /// Whether a number that somebody told has the digits, in whatever form it was told.
    public func matches(_ told: String?) -> Bool {
        guard let told, let key = NormalizedNumber(told, plan: plan) else { return false }
        if let nationalBeginning, key.national.hasPrefix(nationalBeginning) { return true }
        return switch place {
        case .beginning: key.digits.hasPrefix(digits)
        case .end: key.digits.hasSuffix(digits)
        case .anywhere: key.digits.contains(digits)
        }
    }
}
