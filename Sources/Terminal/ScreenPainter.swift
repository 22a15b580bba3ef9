internal import CNcurses

/// Brings frames to ncurses' screen: the last value before the side effects.
///
/// It remembers what it gave to ncurses and gives it only what changed. ncurses then finds the cheapest way to make the
/// terminal show it.
struct ScreenPainter {
    let depth: ColorDepth
    let isUTF8: Bool
    /// Whether colours are set by their components rather than from a palette.
    let isDirect: Bool
    private var shown: [Cell] = []
    private var latestFrame: Frame?
    private var shownSize = Size(width: 0, height: 0)
    /// Each style's attributes and pair. The search for the nearest colour is not for every frame.
    private var looks: [Style: Look] = [:]
    /// Where the cursor is shown; `nil` while it is hidden.
    private var cursor: Point?
    private var isCursorVisible: Bool?
    private var buffer: [cchar_t] = []
    /// The row that is looked at.
    private var row: [Cell] = []
    /// The style that was looked up last: neighbours mostly share theirs.
    private var latest: (style: Style, look: Look)?
    /// Whether a cursor that is hidden can be left anywhere.
    private let canHideCursor: Bool

    private struct Look {
        var attributes: UInt32
        var pair: Int32
    }

    init(depth: ColorDepth, isUTF8: Bool, isDirect: Bool) {
        self.depth = depth
        self.isUTF8 = isUTF8
        self.isDirect = isDirect
        canHideCursor = terminal_capability("civis") != nil
    }

    /// Forgets what ncurses was given, so that the next frame is given whole.
    mutating func invalidate() {
        shown = []
        latestFrame = nil
        isCursorVisible = nil
    }

    /// Gives ncurses the frame, if it's another than the last. What follows, and writes, is ``update()``.
    /// - Returns: whether it is another.
    mutating func paint(_ frame: Frame, size: Size) -> Bool {
        let isFirst = shownSize != size || shown.isEmpty
        if isFirst {
            shownSize = size
            shown = Array(repeating: Cell(), count: size.width * size.height)
        }
        // Cells that are as they were in the last frame need no closer look; it has the same size nearly always.
        let before = isFirst || latestFrame?.canvas.size != frame.canvas.size ? nil : latestFrame
        var isChanged = isFirst
        for y in 0..<size.height {
            if let before, y < frame.canvas.size.height, frame.canvas.hasSameRow(y, as: before.canvas) { continue }
            if paintRow(y, of: frame.canvas, width: size.width, isFirst: isFirst) { isChanged = true }
        }
        let place = frame.cursor.flatMap { Rect(size).contains($0) ? $0 : nil }
        defer {
            cursor = place
            latestFrame = frame
        }
        return isChanged || place != cursor || isCursorVisible != (place != nil)
    }

    /// Has ncurses write what the terminal needs to show the frame.
    mutating func update() {
        let isVisible = cursor != nil
        if isCursorVisible != isVisible {
            // Not every terminal can hide it, and then nothing is to be done but to park it.
            curs_set(isVisible ? 1 : 0)
            isCursorVisible = isVisible
            // Where nobody sees it, it needs no moving.
            leaveok(terminal_stdscr(), canHideCursor && !isVisible)
        }
        let corner = Point(x: max(0, shownSize.width - 1), y: max(0, shownSize.height - 1))
        wmove(terminal_stdscr(), Int32((cursor ?? corner).y), Int32((cursor ?? corner).x))
        wnoutrefresh(terminal_stdscr())
        doupdate()
    }

    /// - Returns: whether the row was another.
    private mutating func paintRow(_ y: Int, of canvas: Canvas, width: Int, isFirst: Bool) -> Bool {
        readRow(y, of: canvas, width: width)
        let start = y * width
        guard isFirst || row[...] != shown[start..<start + width] else { return false }
        var first = 0
        var last = width - 1
        if !isFirst {
            while row[first] == shown[start + first] { first += 1 }
            while row[last] == shown[start + last] { last -= 1 }
        }
        shown.replaceSubrange(start..<start + width, with: row)
        guard first <= last else { return false }
        if row[first].isContinuation, first > 0 { first -= 1 }
        if row[last].glyph.width == 2, last + 1 < width { last += 1 }
        buffer.removeAll(keepingCapacity: true)
        for x in first...last where !row[x].isContinuation { append(row[x]) }
        // An array is put where it's told to, wraps nowhere and scrolls nothing, the last cell of the screen included.
        wmove(terminal_stdscr(), Int32(y), Int32(first))
        wadd_wchnstr(terminal_stdscr(), buffer, Int32(buffer.count))
        return true
    }

    /// Takes a row of the canvas for the next to be looked at, as wide as the screen.
    ///
    /// A blank shows nothing but its background: it looks as the text to its left does, or at the row's beginning the text to
    /// its right, so that the terminal is not told to change colours for it and back again.
    private mutating func readRow(_ y: Int, of canvas: Canvas, width: Int) {
        row.removeAll(keepingCapacity: true)
        if canvas.size.width == width, y < canvas.size.height {
            row.append(contentsOf: canvas.row(y))
        } else {
            for x in 0..<width { row.append(canvas[x, y]) }
            // A canvas wider than the screen, as there is between a resize and the next frame.
            if let end = row.last, end.glyph.width == 2 { row[width - 1].glyph = .space }
        }
        var style = row.first { !$0.isBlank }?.style
        for x in row.indices {
            if row[x].isBlank, let style, style.showsNothingOnBlanks, style.background == row[x].style.background {
                row[x].style = style
            } else {
                style = row[x].style
            }
        }
    }

    /// Adds a cell to those that are given to ncurses.
    private mutating func append(_ cell: Cell) {
        let look = look(of: cell.style)
        var glyph = cell.glyph
        if !canShow(glyph) {
            // Each of the glyph's columns shows that something is there.
            glyph = Glyph(isUTF8 ? SafeText.unreadable : "?", width: 1)
            for _ in 1..<cell.glyph.width { append(glyph, look) }
        }
        append(glyph, look)
    }

    private mutating func append(_ glyph: Glyph, _ look: Look) {
        var cell = cchar_t()
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 5) { scalars in
            let count = glyph.copyScalars(to: scalars)
            terminal_set_cell(&cell, scalars.baseAddress, Int32(count), look.attributes, look.pair)
        }
        buffer.append(cell)
    }

    /// Whether the terminal gets the glyph as it is. Where libc counts other columns than the layout did, the row would
    /// shift: its Unicode is of another age than ours, or its locale has none.
    private func canShow(_ glyph: Glyph) -> Bool {
        if glyph.isASCII { return true }
        guard isUTF8, terminal_libc_width(glyph.base.value) == Int32(glyph.width) else { return false }
        return !glyph.hasMarks || glyph.scalars.dropFirst().allSatisfy { terminal_libc_width($0.value) == 0 }
    }

    private mutating func look(of style: Style) -> Look {
        if let latest, latest.style == style { return latest.look }
        let look = looks[style] ?? made(of: style)
        latest = (style, look)
        return look
    }

    private mutating func made(of style: Style) -> Look {
        // A theme has dozens of styles. Thousands mean that themes are tried out; the old ones aren't used any more.
        if looks.count > 4096 { looks.removeAll() }
        let reduced = style.reduced(to: depth)
        var look = Look(attributes: 0, pair: 0)
        let attributes: [(Attributes, UInt32)] = [
            (.bold, terminal_bold), (.dim, terminal_dim), (.italic, terminal_italic),
            (.underline, terminal_underline), (.reverse, terminal_reverse),
        ]
        for (attribute, bits) in attributes where reduced.attributes.contains(attribute) { look.attributes |= bits }
        if depth > .monochrome, reduced.foreground != .default || reduced.background != .default {
            // ncurses keeps the pairs, knows those it has, and reuses the oldest when all are taken.
            look.pair = max(0, alloc_pair(number(of: reduced.foreground), number(of: reduced.background)))
        }
        looks[style] = look
        return look
    }

    /// ncurses' number of a colour that has been reduced.
    private func number(of color: Color) -> Int32 {
        switch color {
        case .default:
            return -1
        case .indexed(let index) where !isDirect || index < 8:
            return Int32(index)
        case .indexed, .rgb:
            guard let (red, green, blue) = color.components else { return -1 }
            let value = Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
            // The eight lowest are taken for the basic colours; all of them are as good as black.
            return value < 8 ? 0x010101 : value
        }
    }
}

extension Cell {
    /// Whether it shows nothing but its background.
    fileprivate var isBlank: Bool { glyph == .space && !isContinuation && style.showsNothingOnBlanks }
}

extension Style {
    /// Whether a blank in this style looks like any other with the same background.
    fileprivate var showsNothingOnBlanks: Bool { attributes.isDisjoint(with: [.underline, .reverse]) }
}
