#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A grid of cells that a screen draws itself on.
///
/// A canvas is a value: drawing is a function from state to canvas, and tests read ``lines``. Text gets in only by way of
/// ``SafeText``. Whatever is drawn beyond the edges is clipped, whatever the coordinates.
///
/// A wide glyph always has both of its cells. Where it would be cut, by the edge, by a width or by something written over
/// one half, the half that's left is blank.
public struct Canvas: Sendable, Equatable {
    /// Columns and rows; never negative.
    public let size: Size
    /// Whether borders and ellipses are ASCII, and what isn't ASCII in a text is shown as `?`.
    public var ascii: Bool
    /// Whether phone numbers in what is written are hidden, by ``NumberMask``.
    public var masksNumbers = false
    private(set) var cells: [Cell]

    /// Makes an empty canvas.
    /// - Parameters:
    ///   - size: columns and rows; a negative one counts as 0.
    ///   - style: how the empty cells look.
    ///   - ascii: see ``ascii``.
    public init(size: Size, style: Style = .plain, ascii: Bool = false) {
        self.size = Size(width: max(0, size.width), height: max(0, size.height))
        self.ascii = ascii
        cells = Array(repeating: Cell(style: style), count: self.size.width * self.size.height)
    }

    /// The cell in column `x` of row `y`; a blank one outside of the canvas.
    public subscript(x: Int, y: Int) -> Cell {
        holds(x, y) ? cells[y * size.width + x] : Cell()
    }

    /// The rows as a person would read them, blanks at the end kept.
    public var lines: [String] {
        (0..<size.height).map { y in
            var view = String.UnicodeScalarView()
            for cell in row(y) where !cell.isContinuation { view.append(contentsOf: cell.glyph.scalars) }
            return String(view)
        }
    }

    /// The cells of a row of the canvas.
    func row(_ y: Int) -> ArraySlice<Cell> {
        cells[y * size.width..<(y + 1) * size.width]
    }

    /// Whether a row is the same as in another canvas of the same size.
    func hasSameRow(_ y: Int, as other: Canvas) -> Bool {
        // Byte by byte first, which is quick, and nearly always answers it: what is not the same in bytes can still be the
        // same in value, as nobody says what stands in the gaps between them.
        let stride = MemoryLayout<Cell>.stride
        let isSame = cells.withUnsafeBytes { ours in
            other.cells.withUnsafeBytes { theirs in
                let place = y * size.width * stride
                guard let ours = ours.baseAddress, let theirs = theirs.baseAddress else { return true }
                return memcmp(ours + place, theirs + place, size.width * stride) == 0
            }
        }
        return isSame || row(y) == other.row(y)
    }

    // MARK: Text

    /// Writes a line of text.
    ///
    /// Text that doesn't fit into `width`, or before the canvas' right edge, is cut; what begins left of the canvas shows
    /// its rest.
    /// - Parameters:
    ///   - text: anything; ``SafeText`` makes it harmless.
    ///   - x: the column of the first glyph; may be negative.
    ///   - y: the row.
    ///   - style: how all of it looks.
    ///   - width: the most columns to use; what isn't used is left as it was.
    ///   - ellipsis: whether a cut is shown by `…` (`~` in ASCII) in the last column.
    /// - Returns: the columns used from `x` on, so that the next text can go there.
    @discardableResult
    public mutating func write(
        _ text: some StringProtocol,
        x: Int,
        y: Int,
        style: Style,
        width: Int? = nil,
        ellipsis: Bool = true
    ) -> Int {
        if masksNumbers {
            masksNumbers = false
            defer { masksNumbers = true }
            return write(NumberMask.masked(text), x: x, y: y, style: style, width: width, ellipsis: ellipsis)
        }
        // So far to the left nothing of any text is seen, and counting columns from there stays within an Int.
        let x = max(x, -Self.farthest)
        let room = max(0, min(width ?? Int.max, x >= size.width ? 0 : size.width - x))
        guard room > 0 else { return 0 }
        if let used = writePlain(text, x: x, y: y, style: style, room: room, ellipsis: ellipsis) { return used }
        var column = x
        // The last glyph that fits waits, as it makes room for an ellipsis when another follows.
        var last: Glyph?
        var used = 0
        for glyph in GlyphSequence(text, ascii: ascii) {
            if used + glyph.width > room {
                return x.distance(to: cut(column, y, style, last: last, room: room - (column - x), ellipsis: ellipsis))
            }
            if let last {
                put(last, column, y, style)
                column += last.width
            }
            last = glyph
            used += glyph.width
        }
        if let last { put(last, column, y, style) }
        return used
    }

    /// Ends a text that does not fit.
    /// - Parameters:
    ///   - last: the last glyph that would have had room.
    ///   - room: how many columns there are from `x` on.
    /// - Returns: the column behind the end.
    private mutating func cut(_ x: Int, _ y: Int, _ style: Style, last: Glyph?, room: Int, ellipsis: Bool) -> Int {
        var column = x
        if let last, !ellipsis || last.width < room {
            put(last, column, y, style)
            column += last.width
        }
        if ellipsis {
            put(ascii ? Glyph("~", width: 1) : Glyph("\u{2026}", width: 1), column, y, style)
            column += 1
        } else if column < x + room {
            // The half of a wide glyph for which there was one column left.
            put(.space, column, y, style)
            column += 1
        }
        return column
    }

    /// Writes text whose every byte is a printable ASCII character, which is nearly all that a screen shows: no glyph of it
    /// has to be looked up.
    /// - Returns: as ``write(_:x:y:style:width:ellipsis:)``; `nil` for any other text, of which nothing was written.
    private mutating func writePlain(
        _ text: some StringProtocol,
        x: Int,
        y: Int,
        style: Style,
        room: Int,
        ellipsis: Bool
    ) -> Int? {
        let used = text.utf8.withContiguousStorageIfAvailable { bytes -> Int? in
            // What is cut off does not matter, but for a mark that would sit on the last character.
            let shown = bytes.prefix(room + 1)
            guard shown.allSatisfy({ $0 >= 0x20 && $0 <= 0x7E }) else { return nil }
            let isCut = bytes.count > room
            let count = min(bytes.count, room)
            guard y >= 0, y < size.height, count > 0 else { return count }
            let first = max(x, 0)
            let end = min(x + count, size.width)
            guard first < end else { return count }
            makeWhole(first, end, y)
            let row = y * size.width
            for column in first..<end {
                cells[row + column] = Cell(glyph: Glyph(Unicode.Scalar(bytes[column - x]), width: 1), style: style)
            }
            if isCut, ellipsis, x + count - 1 >= 0, x + count - 1 < size.width {
                cells[row + x + count - 1].glyph =
                    ascii ? Glyph("~", width: 1) : Glyph("\u{2026}", width: 1)
            }
            return count
        }
        return used ?? nil
    }

    /// Blanks the halves of wide glyphs that reach over the edges of a part of a row which is to be written over.
    private mutating func makeWhole(_ first: Int, _ end: Int, _ y: Int) {
        let row = y * size.width
        if cells[row + first].isContinuation { cells[row + first - 1].glyph = .space }
        if end < size.width, cells[row + end].isContinuation { cells[row + end].isContinuation = false }
    }

    // MARK: Areas

    /// Fills a rectangle with one character.
    public mutating func fill(_ rect: Rect, with character: Character = " ", style: Style) {
        let area = rect.intersection(Rect(size))
        guard !area.isEmpty else { return }
        let glyph = SafeText.glyphs(String(character), ascii: ascii).first ?? .space
        for y in area.y..<area.maxY {
            var x = area.x
            while x < area.maxX {
                let whole = x + glyph.width <= area.maxX
                put(whole ? glyph : .space, x, y, style)
                x += whole ? glyph.width : 1
            }
        }
    }

    /// Changes the looks of what is drawn in a rectangle and leaves the text.
    ///
    /// Both halves of a wide glyph look as its left one does, in the rectangle or not.
    public mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
        let area = rect.intersection(Rect(size))
        guard !area.isEmpty else { return }
        for y in area.y..<area.maxY {
            for x in area.x..<area.maxX {
                let index = y * size.width + x
                guard !cells[index].isContinuation else { continue }
                cells[index].style = change(cells[index].style)
                if cells[index].glyph.width == 2 { cells[index + 1].style = cells[index].style }
            }
        }
    }

    /// Draws a border along the inside of a rectangle. One of a single row or column is a line.
    public mutating func box(_ rect: Rect, style: Style) {
        guard !rect.isEmpty else { return }
        let lines = ascii ? BoxLines.ascii : BoxLines.unicode
        let right = rect.maxX.subtractingSaturated(1)
        let bottom = rect.maxY.subtractingSaturated(1)
        horizontalLine(x: rect.x, y: rect.y, width: rect.width, style: style)
        horizontalLine(x: rect.x, y: bottom, width: rect.width, style: style)
        for y in max(0, rect.y)..<max(max(0, rect.y), min(rect.maxY, size.height)) {
            put(lines.vertical, rect.x, y, style)
            put(lines.vertical, right, y, style)
        }
        guard rect.width > 1, rect.height > 1 else {
            if rect.height == 1 { horizontalLine(x: rect.x, y: rect.y, width: rect.width, style: style) }
            return
        }
        put(lines.topLeft, rect.x, rect.y, style)
        put(lines.topRight, right, rect.y, style)
        put(lines.bottomLeft, rect.x, bottom, style)
        put(lines.bottomRight, right, bottom, style)
    }

    /// Draws a line of `width` columns to the right.
    public mutating func horizontalLine(x: Int, y: Int, width: Int, style: Style) {
        let line = ascii ? BoxLines.ascii.horizontal : BoxLines.unicode.horizontal
        let area = Rect(x: x, y: y, width: width, height: 1).intersection(Rect(size))
        guard !area.isEmpty else { return }
        makeWhole(area.x, area.maxX, y)
        let cell = Cell(glyph: line, style: style)
        for x in area.x..<area.maxX { cells[y * size.width + x] = cell }
    }

    // MARK: Cells

    /// Columns left of the canvas beyond which all is alike.
    private static let farthest = 1 << 40

    private func holds(_ x: Int, _ y: Int) -> Bool {
        x >= 0 && y >= 0 && x < size.width && y < size.height
    }

    /// Puts one glyph, blanking what is left of wide ones that it covers, and itself where it is cut by an edge.
    private mutating func put(_ glyph: Glyph, _ x: Int, _ y: Int, _ style: Style) {
        guard glyph.width == 2 else {
            set(Cell(glyph: glyph, style: style), x, y)
            return
        }
        guard x < Int.max else { return }
        if holds(x, y), holds(x + 1, y) {
            set(Cell(glyph: glyph, style: style), x, y)
            set(Cell(style: style, isContinuation: true), x + 1, y)
        } else {
            set(Cell(style: style), x, y)
            set(Cell(style: style), x + 1, y)
        }
    }

    private mutating func set(_ cell: Cell, _ x: Int, _ y: Int) {
        guard holds(x, y) else { return }
        let index = y * size.width + x
        if cells[index].isContinuation, !cell.isContinuation {
            cells[index - 1].glyph = .space
        }
        if cells[index].glyph.width == 2 {
            // The right half stays a cell of its own, with the looks it had.
            cells[index + 1].isContinuation = false
        }
        cells[index] = cell
    }
}

/// The glyphs that borders are made of.
private struct BoxLines {
    let horizontal, vertical, topLeft, topRight, bottomLeft, bottomRight: Glyph

    static let unicode = BoxLines("─", "│", "┌", "┐", "└", "┘")
    static let ascii = BoxLines("-", "|", "+", "+", "+", "+")

    private init(
        _ horizontal: Unicode.Scalar,
        _ vertical: Unicode.Scalar,
        _ topLeft: Unicode.Scalar,
        _ topRight: Unicode.Scalar,
        _ bottomLeft: Unicode.Scalar,
        _ bottomRight: Unicode.Scalar
    ) {
        self.horizontal = Glyph(horizontal, width: 1)
        self.vertical = Glyph(vertical, width: 1)
        self.topLeft = Glyph(topLeft, width: 1)
        self.topRight = Glyph(topRight, width: 1)
        self.bottomLeft = Glyph(bottomLeft, width: 1)
        self.bottomRight = Glyph(bottomRight, width: 1)
    }
}
