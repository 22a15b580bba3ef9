/// How many colours a terminal can show.
public enum ColorDepth: Int, Comparable, Sendable, CaseIterable {
    /// None: attributes only.
    case monochrome
    /// The eight that every colour terminal has.
    case ansi8
    /// Those and their brighter versions.
    case ansi16
    /// A cube of 216 colours and 24 greys besides.
    case indexed256
    /// Red, green and blue of 256 steps each.
    case trueColor

    /// Whether `left` shows fewer colours than `right`.
    public static func < (left: ColorDepth, right: ColorDepth) -> Bool {
        left.rawValue < right.rawValue
    }
}
