/// One keypress, or one paste.
public enum Key: Hashable, Sendable {
    /// A character as typed. One scalar each: what an input method composes of several comes as several keys.
    case character(Character)
    /// Ctrl with a lower-case letter or one of `[ \ ] ^ _ @`. Tab, Enter and Esc, which terminals send as Ctrl-I, Ctrl-M
    /// and Ctrl-[, are their own cases, and Ctrl-H is ``backspace``.
    case control(Character)
    /// Alt, or Esc shortly before, with a character. With Enter, Backspace or another control key the character is
    /// that control character.
    case alt(Character)
    /// Enter, on the keypad too. The line feed that Ctrl-J sends is `control("j")`.
    case enter
    /// Tab.
    case tab
    /// Shift-Tab.
    case backTab
    /// Esc alone.
    case escape
    /// The key that deletes to the left.
    case backspace
    /// The key that deletes to the right.
    case delete
    /// Insert.
    case insert
    /// The upward arrow, as are all arrows and their neighbours also when Shift, Ctrl or Alt is held.
    case up
    /// The downward arrow.
    case down
    /// The arrow to the left.
    case left
    /// The arrow to the right.
    case right
    /// Home.
    case home
    /// End.
    case end
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// A function key from 1. With Shift 12 is added, with Ctrl 24, with both 36, with Alt 48, as terminfo counts them.
    case function(Int)
    /// Text that was pasted: one event however many lines it has, and never a command. Line ends are `"\n"`; other
    /// control characters are as they came. At most ``pasteLimit`` bytes; what is longer is cut there.
    case paste(String)
    /// The mouse, where ``TerminalSession/Options/mouse`` asked for it. It is no key that is pressed on purpose at a place
    /// where the cursor is, so nothing that cannot be taken back should follow from it.
    case mouse(Mouse)
}

extension Key {
    /// The bytes of a paste that are kept: 1 MiB.
    public static let pasteLimit = 1 << 20

    /// The key with Alt held, where that is another key.
    var withAlt: Key {
        switch self {
        case .character(let character): .alt(character)
        case .function(let number) where number <= 12: .function(number + 48)
        case .enter: .alt("\r")
        case .tab: .alt("\t")
        case .backspace: .alt("\u{7F}")
        default: self
        }
    }

    var isMouse: Bool { if case .mouse = self { true } else { false } }
}

extension Key: CustomStringConvertible {
    /// The key as it's named in logs and tests, such as `character(a)` or `function(5)`.
    public var description: String {
        switch self {
        case .character(let character): "character(\(SafeText.printable(String(character))))"
        case .control(let character): "control(\(character))"
        case .alt(let character): "alt(\(SafeText.printable(String(character))))"
        case .enter: "enter"
        case .tab: "tab"
        case .backTab: "backTab"
        case .escape: "escape"
        case .backspace: "backspace"
        case .delete: "delete"
        case .insert: "insert"
        case .up: "up"
        case .down: "down"
        case .left: "left"
        case .right: "right"
        case .home: "home"
        case .end: "end"
        case .pageUp: "pageUp"
        case .pageDown: "pageDown"
        case .function(let number): "function(\(number))"
        case .paste(let text): "paste(\(SafeText.printable(text)))"
        case .mouse(let mouse): "mouse(\(mouse.button) \(mouse.place.x),\(mouse.place.y))"
        }
    }
}
