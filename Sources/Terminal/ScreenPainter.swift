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
    private var shownSize = Size(width: 0, height: 0)
    /// Each style's attributes and pair. The search for the nearest colour is not for every frame.
    private var looks: [Style: Look] = [:]
    private var isCursorVisible: Bool?
    private var buffer: [cchar_t] = []

    private struct Look {
        var attributes: UInt32
        var pair: Int32
    }

    init(depth: ColorDepth, isUTF8: Bool, isDirect: Bool) {
        self.depth = depth
        self.isUTF8 = isUTF8
        self.isDirect = isDirect
    }

    /// Forgets what ncurses was given, so that the next frame is given whole.
    mutating func invalidate() {
        shown = []
        isCursorVisible = nil
    }

    /// Gives ncurses the frame. `doupdate` is the caller's.
    mutating func paint(_ frame: Frame, size: Size) {
        if shownSize != size {
            shown = []
            shownSize = size
        }
        let isFirst = shown.isEmpty
        if isFirst { shown = Array(repeating: Cell(), count: size.width * size.height) }
        for y in 0..<size.height {
            paintRow(y, of: frame.canvas, width: size.width, isFirst: isFirst)
        }
        placeCursor(frame.cursor, size: size)
        wnoutrefresh(terminal_stdscr())
    }

    private mutating func paintRow(_ y: Int, of canvas: Canvas, width: Int, isFirst: Bool) {
        let start = y * width
        var first: Int? = nil
        var last = 0
        for x in 0..<width {
            var cell = canvas[x, y]
            if cell.glyph.width == 2, x + 1 == width {
                // A canvas wider than the screen, as there is between a resize and the next frame.
                cell.glyph = .space
            }
            if isFirst || shown[start + x] != cell {
                shown[start + x] = cell
                if first == nil { first = x }
                last = x
            }
        }
        guard var first else { return }
        if shown[start + first].isContinuation, first > 0 { first -= 1 }
        if shown[start + last].glyph.width == 2, last + 1 < width { last += 1 }
        buffer.removeAll(keepingCapacity: true)
        for x in first...last where !shown[start + x].isContinuation { append(shown[start + x]) }
        // An array is put where it's told to, wraps nowhere and scrolls nothing, the last cell of the screen included.
        wmove(terminal_stdscr(), Int32(y), Int32(first))
        wadd_wchnstr(terminal_stdscr(), buffer, Int32(buffer.count))
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
        if let look = looks[style] { return look }
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

    private mutating func placeCursor(_ cursor: Point?, size: Size) {
        let visible = cursor.map { Rect(size).contains($0) } ?? false
        if isCursorVisible != visible {
            // Not every terminal can hide it, and then nothing is to be done but to park it.
            curs_set(visible ? 1 : 0)
            isCursorVisible = visible
        }
        let place = visible ? cursor : nil
        wmove(terminal_stdscr(), Int32(place?.y ?? max(0, size.height - 1)), Int32(place?.x ?? max(0, size.width - 1)))
    }
}
