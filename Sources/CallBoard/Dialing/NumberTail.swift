import Piopiy

/// The last seven digits of a number.
///
/// In whatever form a number is told, it ends in the same digits: so numbers are looked for by them, and then compared
/// whole. What has fewer digits is nobody's number.
public struct NumberTail: Hashable, Sendable, CustomStringConvertible {
    /// Seven ASCII digits.
    public let digits: String

    public init(_ key: NormalizedNumber) { digits = String(key.digits.suffix(Self.length)) }

    /// The tail of a number as somebody told it; `nil` for what is not one.
    public init?(_ told: String) {
        let digits = NormalizedNumber.isPlain(told) ? told : NormalizedNumber.digits(of: told)
        guard let digits, digits.utf8.count >= Self.length else { return nil }
        self.digits = String(digits.suffix(Self.length))
    }

    /// How many digits it has.
    public static let length = 7

    public var description: String { digits }
}

extension Call {
    /// Tails of all numbers that it may ever involve (``involves(_:)``), whatever stage it is in.
    ///
    /// Without the caller id of an outbound call: it is the account's own, and would lead to all of its calls.
    var numberTails: Set<NumberTail> {
        var tails: Set<NumberTail> = []
        func add(_ told: String?) {
            if let tail = told.flatMap({ NumberTail($0) }) { tails.insert(tail) }
        }
        add(to)
        if direction != .outbound { add(from) }
        for told in facts.legs.keys { add(told) }
        for transfer in facts.transfers.values { add(transfer.target.value) }
        return tails
    }

    /// Whether its numbers are the same as another's: quick to see, and true of most events.
    func tellsNumbers(as other: Call) -> Bool {
        facts.to.value == other.facts.to.value && facts.from.value == other.facts.from.value
            && facts.direction.value == other.facts.direction.value && facts.legs.keys == other.facts.legs.keys
            && facts.transfers.mapValues(\.target) == other.facts.transfers.mapValues(\.target)
    }
}
