/// The modifier keys of a sequence: a number that is 1 more than the sum of their bits, in xterm's and kitty's
/// counting.
struct Modifiers: OptionSet, Sendable {
    let rawValue: Int

    static let shift = Modifiers(rawValue: 1)
    static let alt = Modifiers(rawValue: 2)
    static let control = Modifiers(rawValue: 4)
    static let capsLock = Modifiers(rawValue: 64)
    /// Super and Hyper, which the key table has no keys for. A desktop's shortcut is no key of ours.
    private static let others = Modifiers(rawValue: 8 + 16)
    private static let meta = Modifiers(rawValue: 32)

    init(rawValue: Int) { self.rawValue = rawValue }

    /// - Parameter parameter: as it stands in the sequence; 0 where it is empty.
    init(_ parameter: Int) {
        let bits = Modifiers(rawValue: max(0, parameter - 1) & 0xFF)
        self = bits.contains(.meta) ? bits.union(.alt).subtracting(.meta) : bits
    }

    /// Whether a key with them is one that the key table has.
    var areKnown: Bool { isDisjoint(with: .others) }
}
