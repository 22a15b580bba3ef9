import CallBoard
import Console

/// By what an operator sees the board and acts on it: the screen, or lines.
protocol FrontEnd: Sendable {
    /// Said first.
    var warnings: [String] { get set }
    /// The form that a console before this one was left with.
    var draft: String? { get set }
    /// Told what is in the form, or `nil` when nothing is.
    var keepDraft: @Sendable (String?) -> Void { get set }

    /// Does what is looked up or kept outside of the board.
    var services: ConsoleServices { get set }

    /// Whether somebody is told on standard output what is waited for at the end, and what goes on.
    var isTalkative: Bool { get }

    /// Stops the process, when the operator wants it stopped, by calling what it is given. It blocks the thread.
    var aroundStop: @Sendable (_ stop: () -> Void) -> Void { get set }

    /// Goes on until the operator quits, or can no longer be reached.
    func run(_ board: CallBoard) async -> ConsoleExit
}

extension FrontEnd {
    var isTalkative: Bool { true }
}

extension ConsoleRun: FrontEnd {
    var aroundStop: @Sendable (_ stop: () -> Void) -> Void {
        get { terminal.aroundStop }
        set { terminal.aroundStop = newValue }
    }
}
