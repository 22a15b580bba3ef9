/// Why a screen couldn't be opened.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
    /// Standard input or standard output is a file, a pipe or closed.
    case notATerminal
    /// `TERM` isn't set.
    case noTerm
    /// The terminal, by its `TERM`, can't move its cursor.
    case dumb(String)
    /// `TERM` names a terminal that this host doesn't know.
    case unknownTerm(String)
    /// This host has no terminfo database; the value is `TERM`.
    case noTerminfo(String)
    /// The process has a screen already.
    case alreadyOpen
    /// A system call failed, with this `errno`.
    case failed(call: String, code: Int32)

    /// What happened and what to do, for whoever started the program.
    public var description: String {
        switch self {
        case .notATerminal:
            "Standard input or output is not a terminal, so the full screen cannot be drawn. \(Self.alternatives)"
        case .noTerm:
            """
            TERM is not set, so the console cannot draw on this terminal. Set it, for example with \
            `export TERM=xterm-256color`. \(Self.alternatives)
            """
        case .dumb(let term):
            """
            This terminal (TERM=\(SafeText.printable(term))) cannot move its cursor, so the console cannot draw on \
            it. If it can do more, set TERM, for example to xterm-256color. \(Self.alternatives)
            """
        case .unknownTerm(let term):
            """
            This host does not know the terminal "\(SafeText.printable(term))" that TERM names. Set TERM to one it \
            knows, for example with `export TERM=xterm-256color`, or install its terminfo entry (on Debian: \
            ncurses-term). \(Self.alternatives)
            """
        case .noTerminfo(let term):
            """
            This host has no terminfo database, so the console cannot draw on "\(SafeText.printable(term))". Install \
            it (on Debian: ncurses-base), or set TERMINFO to its directory. \(Self.alternatives)
            """
        case .alreadyOpen:
            "This process already draws on the terminal. Close that screen before you open another."
        case .failed(let call, let code):
            "The terminal could not be opened: \(call) failed: \(systemMessage(code)). \(Self.alternatives)"
        }
    }

    private static let alternatives =
        "`piopiy --plain` is the console as plain lines and needs no screen; commands such as `piopiy call` need "
        + "none either."
}
