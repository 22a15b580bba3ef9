/// A notification of the operator's desktop, by way of the terminal and so also over SSH.
///
/// Terminals that do not know the sequence show nothing and say nothing. Inside of tmux it is wrapped so that tmux hands it
/// on, which it does after `set -g allow-passthrough on` only; inside of GNU screen it is wrapped for that. The bell needs
/// neither.
public enum DesktopNotice: Hashable, Sendable {
    /// Esc ] 9: iTerm2, kitty, WezTerm, Windows Terminal, Konsole.
    case osc9
    /// Esc ] 777: rxvt-unicode, foot, GNOME Terminal and others of VTE.
    case osc777

    /// The most bytes of text: some terminals, and screen on their way, take no longer ones.
    static let limit = 200

    /// What is written to show `text` below `title`.
    /// - Parameter wrapping: what stands between us and the terminal.
    func sequence(_ text: String, title: String, ascii: Bool, wrapping: Wrapping) -> String {
        let title = Self.safe(title, ascii: ascii)
        let text = Self.safe(text, ascii: ascii)
        // A title before the text, and so never a digit: Esc ] 9 ; 4 is a progress bar in some terminals.
        let sequence =
            switch self {
            case .osc9: "\u{1B}]9;\(title): \(text)\u{7}"
            case .osc777: "\u{1B}]777;notify;\(title);\(text)\u{7}"
            }
        return wrapping.around(sequence)
    }

    /// The text without anything that a terminal would obey or that would end the sequence or one of its parts, and bounded.
    static func safe(_ text: String, ascii: Bool) -> String {
        var safe = ""
        for glyph in GlyphSequence(text, ascii: ascii) {
            let next = glyph.base == ";" ? "," : glyph.text
            if safe.utf8.count + next.utf8.count > limit - 3 { return safe + (ascii ? "~" : "\u{2026}") }
            safe += next
        }
        return safe
    }
}

extension DesktopNotice {
    /// A multiplexer that keeps what it does not know to itself unless it is told to hand it on.
    enum Wrapping: Hashable, Sendable {
        case none, tmux, screen

        /// - Parameters:
        ///   - term: the value of `TERM`, which comes over SSH where the other variables do not.
        ///   - isInTmux: whether `TMUX` is set.
        ///   - isInScreen: whether `STY` is set.
        init(term: String, isInTmux: Bool, isInScreen: Bool) {
            // tmux has called itself screen for years. Where it may be either, it is taken for screen: tmux drops what is
            // wrapped for screen, while screen would write tmux' word on the screen.
            if term.hasPrefix("tmux") {
                self = .tmux
            } else if term.hasPrefix("screen") {
                self = isInTmux && !isInScreen ? .tmux : .screen
            } else {
                self = isInTmux ? .tmux : .none
            }
        }

        func around(_ sequence: String) -> String {
            switch self {
            case .none: sequence
            case .tmux:
                "\u{1B}Ptmux;"
                    + sequence.split(separator: "\u{1B}", omittingEmptySubsequences: false)
                    .joined(separator: "\u{1B}\u{1B}") + "\u{1B}\\"
            case .screen: "\u{1B}P" + sequence + "\u{1B}\\"
            }
        }
    }
}
