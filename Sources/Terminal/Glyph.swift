/// What one cell shows: a character of one or two columns with at most four marks on it.
///
/// Only ``SafeText`` makes glyphs, so that whatever holds one may send it to a terminal: never a control character, never
/// an invisible one.
public struct Glyph: Hashable, Sendable {
    /// The character itself.
    public let base: Unicode.Scalar
    /// Columns: 1 or 2.
    public var width: Int { Int(columns) }
    // The marks as plain numbers, 0 for none: a canvas holds thousands of cells, compares and copies them every frame,
    // and an array in each would count references all the while.
    private var mark1: UInt32 = 0
    private var mark2: UInt32 = 0
    private var mark3: UInt32 = 0
    private var mark4: UInt32 = 0
    // A byte, and behind the numbers, where the cell's own bytes follow it without a gap.
    private let columns: UInt8

    /// A glyph of a scalar that is known to be printable and of `width` columns.
    init(_ base: Unicode.Scalar, width: Int) {
        self.base = base
        columns = UInt8(width)
    }

    /// An empty cell.
    public static let space = Glyph(" ", width: 1)

    /// The base and its marks, in order.
    public var scalars: [Unicode.Scalar] {
        guard mark1 != 0 else { return [base] }
        return [base] + [mark1, mark2, mark3, mark4].compactMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }

    /// The glyph as text.
    public var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// Whether it can be sent to a terminal that takes ASCII only.
    public var isASCII: Bool { base.isASCII && mark1 == 0 }

    /// Whether at least one mark is on the base.
    var hasMarks: Bool { mark1 != 0 }

    /// Puts one more mark on the base. A fifth is dropped: ncurses' cell holds no more, and no writing needs it.
    mutating func add(mark: Unicode.Scalar) {
        if mark1 == 0 {
            mark1 = mark.value
        } else if mark2 == 0 {
            mark2 = mark.value
        } else if mark3 == 0 {
            mark3 = mark.value
        } else if mark4 == 0 {
            mark4 = mark.value
        }
    }

    /// Writes the scalars to `out` and returns how many there are, 1 to 5; `out` must have room for five.
    func copyScalars(to out: UnsafeMutableBufferPointer<UInt32>) -> Int {
        out[0] = base.value
        var count = 1
        for mark in [mark1, mark2, mark3, mark4] where mark != 0 {
            out[count] = mark
            count += 1
        }
        return count
    }
}

/// One place on the screen.
public struct Cell: Hashable, Sendable {
    /// What is shown. In the right half of a wide glyph a space.
    public var glyph: Glyph
    /// How it looks.
    public var style: Style
    /// Whether this is the right half of the wide glyph in the cell to the left.
    public var isContinuation: Bool

    /// Makes a cell; an empty one unless told otherwise.
    public init(glyph: Glyph = .space, style: Style = .plain, isContinuation: Bool = false) {
        self.glyph = glyph
        self.style = style
        self.isContinuation = isContinuation
    }
}
