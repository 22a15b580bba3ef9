/// How a character is drawn besides its colours. What the terminal can't do is left out when drawing.
public struct Attributes: OptionSet, Hashable, Sendable {
    /// The set as bits; their meaning is this type's own, not the terminal's.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Heavier, or on old terminals brighter.
    public static let bold = Attributes(rawValue: 1 << 0)
    /// Fainter.
    public static let dim = Attributes(rawValue: 1 << 1)
    /// Slanted.
    public static let italic = Attributes(rawValue: 1 << 2)
    /// Underlined.
    public static let underline = Attributes(rawValue: 1 << 3)
    /// Foreground and background changed over. It works on every terminal, and so suits a selection.
    public static let reverse = Attributes(rawValue: 1 << 4)
}

/// How a cell looks: two colours and attributes.
public struct Style: Hashable, Sendable {
    /// The colour of the character.
    public var foreground: Color
    /// The colour behind the character.
    public var background: Color
    /// Bold, underline and the like.
    public var attributes: Attributes

    /// Makes a style; what isn't given is the terminal's own.
    public init(foreground: Color = .default, background: Color = .default, attributes: Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    /// The terminal's own colours and no attributes.
    public static let plain = Style()
}

extension Style {
    /// The style as a terminal of `depth` can show it.
    ///
    /// Two colours that differed but became the same would hide the text: the foreground is then black or white,
    /// whichever stands out from the background.
    public func reduced(to depth: ColorDepth) -> Style {
        var style = self
        style.foreground = foreground.reduced(to: depth)
        style.background = background.reduced(to: depth)
        if depth > .monochrome, style.background != .default, style.foreground == style.background,
            foreground != background
        {
            style.foreground = style.background.isLight ? .indexed(0) : .indexed(depth >= .ansi16 ? 15 : 7)
        }
        return style
    }
}
