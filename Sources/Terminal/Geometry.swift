/// How large a screen or a canvas is, in character cells.
public struct Size: Hashable, Sendable {
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int

    /// Makes a size of `width` columns and `height` rows.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

/// A cell's place, counted from the top left corner, which is (0, 0).
public struct Point: Hashable, Sendable {
    /// The column.
    public var x: Int
    /// The row.
    public var y: Int

    /// Makes the point in column `x` of row `y`.
    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// A rectangle of cells. It may lie partly or wholly outside a canvas; whoever draws in it clips.
public struct Rect: Hashable, Sendable {
    /// The leftmost column.
    public var x: Int
    /// The top row.
    public var y: Int
    /// Columns; a rectangle of no or negative width holds nothing.
    public var width: Int
    /// Rows; a rectangle of no or negative height holds nothing.
    public var height: Int

    /// Makes the rectangle whose top left cell is (`x`, `y`).
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The rectangle that covers a whole screen or canvas.
    public init(_ size: Size) {
        self.init(x: 0, y: 0, width: size.width, height: size.height)
    }

    /// The first column to the right of the rectangle; the last one that there is when that is too far away to count.
    public var maxX: Int { x.addingSaturated(width) }

    /// The first row below the rectangle; the last one that there is when that is too far away to count.
    public var maxY: Int { y.addingSaturated(height) }

    /// Whether no cell is in the rectangle.
    public var isEmpty: Bool { width <= 0 || height <= 0 }

    /// Whether the cell at `point` is in the rectangle.
    public func contains(_ point: Point) -> Bool {
        point.x >= x && point.x < maxX && point.y >= y && point.y < maxY
    }

    /// The rectangle without `amount` cells on each of its four sides; empty, never inverted, when nothing is left.
    public func inset(by amount: Int) -> Rect {
        let both = amount.addingSaturated(amount)
        return Rect(
            x: x.addingSaturated(amount),
            y: y.addingSaturated(amount),
            width: max(0, width.subtractingSaturated(both)),
            height: max(0, height.subtractingSaturated(both))
        )
    }

    /// The cells that are in both rectangles; an empty rectangle when there are none.
    public func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(
            x: left,
            y: top,
            width: max(0, min(maxX, other.maxX).subtractingSaturated(left)),
            height: max(0, min(maxY, other.maxY).subtractingSaturated(top))
        )
    }
}

extension Int {
    /// The sum, or the nearest number that there is: a coordinate may come from anywhere, and no drawing may end the program.
    func addingSaturated(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, or the nearest number that there is.
    func subtractingSaturated(_ other: Int) -> Int {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
