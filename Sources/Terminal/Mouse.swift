/// What the mouse did: a button that went down, or a step of its wheel, and where.
///
/// Buttons that go up, other buttons and movements are not told: nothing here is dragged.
public struct Mouse: Hashable, Sendable {
    /// A button, or a direction of the wheel.
    public enum Button: Hashable, Sendable {
        case left, wheelUp, wheelDown
    }

    /// What was pressed or turned.
    public let button: Button
    /// The cell under the pointer.
    public let place: Point

    /// Makes what the mouse did.
    public init(_ button: Button, at place: Point) {
        self.button = button
        self.place = place
    }
}

extension Mouse {
    /// Asks the terminal for presses and the wheel, in the form that knows no largest column.
    static let on = "\u{1B}[?1000h\u{1B}[?1006h"
    /// Takes back every kind of report that there is, whoever asked for it.
    static let off = [1016, 1015, 1006, 1005, 1003, 1002, 1000].map { "\u{1B}[?\($0)l" }.joined()

    /// Reads a report: Esc [ < button ; column ; row, and M for down or m for up. `nil` for what is not told.
    init?(report: ArraySlice<UInt8>, final: UInt8) {
        guard report.first == UInt8(ascii: "<"), final == UInt8(ascii: "M") else { return nil }
        let numbers = report.dropFirst().split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map(ControlSequence.number)
        guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
        // Shift, Alt and Ctrl are 4, 8 and 16. A held modifier means something to the terminal, or something that we do
        // not know.
        let button: Button? =
            switch numbers[0] {
            case 0: .left
            case 64: .wheelUp
            case 65: .wheelDown
            default: nil
            }
        guard let button else { return nil }
        self.init(button, at: Point(x: numbers[1] - 1, y: numbers[2] - 1))
    }
}
