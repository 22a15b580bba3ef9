/// Text from outside made harmless.
///
/// A phone number, an agent's name or a server's error message may hold anything. What a terminal would obey rather than
/// show, and what would reorder or hide the text around it, becomes a visible mark of one column:
///
/// | scalar | shown as |
/// |---|---|
/// | C0 controls, DEL | its control picture, `␛` for ESC |
/// | C1 controls, line and paragraph separators, unassigned and private scalars | `U+FFFD` |
/// | bidirectional controls, zero-width and other invisible or format scalars | `·` |
/// | a combining mark with nothing to sit on | the mark on `◌` |
/// | combining marks after the fourth, variation selectors | nothing |
///
/// Variation selectors only choose between a symbol's pictures, and terminals disagree whether the chosen one is wider;
/// without them columns align everywhere. For the same reason regional indicators and the parts of joined emoji are
/// shown scalar by scalar.
///
/// In ASCII every glyph that isn't ASCII is a `?` for each of its columns, so that widths are the same in both.
public enum SafeText {
    /// The text as glyphs, from left to right.
    /// - Parameter ascii: whether only ASCII may be used.
    public static func glyphs(_ text: some StringProtocol, ascii: Bool = false) -> [Glyph] {
        var glyphs: [Glyph] = []
        glyphs.reserveCapacity(Swift.min(text.utf8.count, 512))
        for glyph in GlyphSequence(text, ascii: ascii) { glyphs.append(glyph) }
        return glyphs
    }

    /// The columns that the text takes, in ASCII as well as in Unicode.
    public static func width(_ text: some StringProtocol) -> Int {
        if isPlain(text) { return text.utf8.count }
        var width = 0
        for glyph in GlyphSequence(text, ascii: false) { width += glyph.width }
        return width
    }

    /// The text as it may be printed on a terminal outside of a canvas: for line output and messages.
    ///
    /// It is one line: a line end is shown as a mark like any other control character.
    public static func printable(_ text: some StringProtocol) -> String {
        // Most text is plain: it is a mark of its own, and looking at bytes costs little.
        if isPlain(text) { return String(text) }
        var view = String.UnicodeScalarView()
        for glyph in GlyphSequence(text, ascii: false) {
            view.append(contentsOf: glyph.scalars)
        }
        return String(view)
    }

    /// As ``printable(_:)``, of at most `width` columns: what is cut off is shown by an ellipsis.
    public static func printable(_ text: some StringProtocol, width: Int) -> String {
        let whole = printable(text)
        guard Self.width(whole) > width else { return whole }
        var view = String.UnicodeScalarView()
        var used = 0
        for glyph in GlyphSequence(whole, ascii: false) {
            if used + glyph.width > width - 1 { break }
            view.append(contentsOf: glyph.scalars)
            used += glyph.width
        }
        return width > 0 ? String(view) + "\u{2026}" : ""
    }

    /// Whether every byte is printable ASCII.
    private static func isPlain(_ text: some StringProtocol) -> Bool {
        // A string's own storage when it can be had: looking at it is a loop over bytes.
        text.utf8.withContiguousStorageIfAvailable { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 <= 0x7E } }
            ?? text.utf8.allSatisfy { $0 >= 0x20 && $0 <= 0x7E }
    }

    /// What is to be done with one scalar.
    enum Treatment: Equatable {
        /// Show this, of that many columns: the scalar itself, or a mark in its place.
        case base(Unicode.Scalar, width: Int)
        /// Put it on the glyph before.
        case mark
        /// Leave it out.
        case drop
    }

    /// Decides about one scalar. Everything that isn't known to be harmless is replaced.
    static func treatment(of scalar: Unicode.Scalar) -> Treatment {
        let value = scalar.value
        switch value {
        case 0x20...0x7E, 0xA0...0xAC, 0xAE...0x2FF:
            return .base(scalar, width: 1)
        case 0..<0x20:
            return .base(Unicode.Scalar(0x2400 + value) ?? unreadable, width: 1)
        case 0x7F:
            return .base("\u{2421}", width: 1)
        // Dashes, the ellipsis, arrows, lines, dots and the check mark: what screens are drawn with, and so looked at more often
        // than all others.
        case 0x2013, 0x2014, 0x2026, 0x203A, 0x2190...0x21FF, 0x2500...0x25FC, 0x2713:
            return .base(scalar, width: 1)
        case 0xFE00...0xFE0F, 0xE0100...0xE01EF:
            return .drop
        default:
            break
        }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            return .base(unreadable, width: 1)
        case .format:
            return .base(invisible, width: 1)
        default:
            break
        }
        // Fillers and joiners that are letters or marks by category and yet show nothing.
        if properties.isDefaultIgnorableCodePoint { return .base(invisible, width: 1) }
        let width = ScalarWidth.columns(scalar)
        return width == 0 ? .mark : .base(scalar, width: width)
    }

    /// Stands for what can't be shown.
    static let unreadable: Unicode.Scalar = "\u{FFFD}"
    /// Stands for what is there but has no looks.
    static let invisible: Unicode.Scalar = "\u{B7}"
    /// What a mark without a character sits on.
    static let dottedCircle: Unicode.Scalar = "\u{25CC}"
}

/// The glyphs of a text one at a time, so that a canvas can stop at its edge however long the text is.
struct GlyphSequence<Scalars: Sequence>: Sequence, IteratorProtocol where Scalars.Element == Unicode.Scalar {
    private var scalars: Scalars.Iterator
    private let ascii: Bool
    /// The glyph that may still get marks.
    private var current: Glyph?
    /// The second `?` of a wide glyph shown in ASCII.
    private var repeated: Glyph?

    init<Text: StringProtocol>(_ text: Text, ascii: Bool) where Scalars == Text.UnicodeScalarView {
        self.scalars = text.unicodeScalars.makeIterator()
        self.ascii = ascii
    }

    mutating func next() -> Glyph? {
        if let glyph = repeated {
            repeated = nil
            return glyph
        }
        while let scalar = scalars.next() {
            switch SafeText.treatment(of: scalar) {
            case .drop:
                continue
            case .mark:
                if current == nil { current = Glyph(SafeText.dottedCircle, width: 1) }
                current?.add(mark: scalar)
            case .base(let base, let width):
                let done = current
                current = Glyph(base, width: width)
                if let done { return emitted(done) }
            }
        }
        guard let last = current else { return nil }
        current = nil
        return emitted(last)
    }

    /// Signs of our own texts that have a likeness in ASCII: a range must not read as a question.
    private static func inASCII(_ glyph: Glyph) -> Unicode.Scalar {
        switch glyph.base {
        case "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}": "-"
        case "\u{2018}", "\u{2019}": "'"
        case "\u{201C}", "\u{201D}": "\""
        case "\u{2026}": "~"
        case "\u{2039}": "<"
        case "\u{203A}": ">"
        default: "?"
        }
    }

    private mutating func emitted(_ glyph: Glyph) -> Glyph {
        guard ascii, !glyph.isASCII else { return glyph }
        let substitute = Glyph(Self.inASCII(glyph), width: 1)
        if glyph.width == 2 { repeated = substitute }
        return substitute
    }
}
