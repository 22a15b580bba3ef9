/// Modes that change what a terminal's keys send. A program that died, or a connection that was lost, leaves them on.
enum KeyboardModes {
    /// Switches them off: the number block's own codes, the cursor keys', Windows' raw keys, reports of the focus,
    /// xterm's `modifyOtherKeys`, and kitty's protocol.
    ///
    /// Terminals pass over what they do not know. The Linux console shows the rest of some, and has none of the modes
    /// behind the first two.
    static func off(of term: String) -> String {
        let basic = "\u{1B}>\u{1B}[?1l"
        let isSimple = ["linux", "vt", "cons", "ansi", "sun"].contains { term.hasPrefix($0) }
        return isSimple ? basic : basic + "\u{1B}[?9001l\u{1B}[?1004l\u{1B}[>4;0m\u{1B}[=0;1u"
    }
}
