/// What is to be on the screen: the cells, and where the cursor stands.
public struct Frame: Sendable, Equatable {
    /// The cells. What is larger than the screen is cut, what is smaller leaves the rest blank.
    public var canvas: Canvas
    /// Where the cursor is shown; `nil` hides it.
    public var cursor: Point?

    /// Makes a frame.
    public init(canvas: Canvas, cursor: Point? = nil) {
        self.canvas = canvas
        self.cursor = cursor
    }
}
