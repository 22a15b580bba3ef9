import Piopiy

/// Our own id of a call that was placed here: a UUIDv7, so that refs sort by the time they were made.
///
/// It travels with the call as the variable ``variableName``, and comes back in the events: that is how an event is
/// matched to a call whose placement was never answered.
public struct CallRef: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 36 characters, lower case.
    public let text: String

    /// The variable that carries it.
    public static let variableName = "console_ref"

    /// - Parameter at: the time that its first 48 bits tell, in ms.
    public init(at: Timestamp, using random: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(bitPattern: at.milliseconds) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | random.next() & 0x0FFF
        let low = 0x8000_0000_0000_0000 | random.next() & 0x3FFF_FFFF_FFFF_FFFF
        let hex = Self.hex(high) + Self.hex(low)
        var text = ""
        for (index, digit) in hex.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        self.text = text
    }

    /// Reads a ref that came back; `nil` when it is none of ours.
    public init?(_ text: String) {
        guard UUIDText.problem(with: text) == nil else { return nil }
        self.text = text.lowercased()
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    public static func < (a: CallRef, b: CallRef) -> Bool { a.text < b.text }

    public var description: String { text }
}

/// A row's identity on the board. Screens keep keys, never positions.
///
/// A call placed here has its ref's. A call that is known from events alone has one made of its ids; when more becomes
/// known, two rows can turn out to be one call, and the key of either still finds it (``BoardSnapshot/call(_:)``).
public struct CallKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Lower sorts first and survives when two rows become one.
    private let rank: Int
    private let text: String

    public init(_ ref: CallRef) { (rank, text) = (0, ref.text) }

    /// As a store keeps it.
    var stored: String { "\(rank) \(text)" }

    init?(stored: String) {
        guard let rank = stored.first?.wholeNumberValue, stored.dropFirst().first == " " else { return nil }
        self.rank = rank
        text = String(stored.dropFirst(2))
    }

    init(_ identity: Identity) {
        (rank, text) =
            switch identity {
            case .ref(let ref): (0, ref.text)
            case .call(let id): (1, "call \(id.text)")
            case .request(let id): (2, "request \(id.text)")
            case .conversation(let id): (3, "conversation \(id)")
            case .numbers(let from, let to): (4, "\(from) to \(to)")
            }
    }

    public static func < (a: CallKey, b: CallKey) -> Bool { (a.rank, a.text) < (b.rank, b.text) }

    public var description: String { text }
}

/// Something by which an event says which call it is about.
enum Identity: Hashable, Sendable {
    case ref(CallRef)
    case call(CallID)
    case request(RequestID)
    /// Only where an event has none of the others: one conversation can hold several calls.
    case conversation(String)
    /// Only where an event has no id at all.
    case numbers(from: String, to: String)
}
