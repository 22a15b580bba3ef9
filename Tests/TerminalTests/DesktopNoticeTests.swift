import Testing

@testable import Terminal

@Suite("Notifications of the desktop")
struct DesktopNoticeTests {
    private func sequence(
        _ text: String,
        _ notice: DesktopNotice = .osc9,
        ascii: Bool = false,
        _ wrapping: DesktopNotice.Wrapping = .none
    ) -> String {
        notice.sequence(text, title: "piopiy", ascii: ascii, wrapping: wrapping)
    }

    @Test("Both kinds, as terminals take them")
    func kinds() {
        #expect(sequence("918888888888 answered") == "\u{1B}]9;piopiy: 918888888888 answered\u{7}")
        #expect(sequence("918888888888 answered", .osc777) == "\u{1B}]777;notify;piopiy;918888888888 answered\u{7}")
    }

    @Test("No character ends the sequence, begins another, or makes a part of its own", arguments: [false, true])
    func harmless(ascii: Bool) {
        var wrong: [UInt32] = []
        for value in UInt32(0)...0x2FFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = Array(DesktopNotice.safe("a \(Character(scalar)) b", ascii: ascii).utf8)
            let isSafe = shown.allSatisfy {
                $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: ";") && (!ascii || $0 < 0x80)
            }
            // No C1 control in UTF-8 either.
            let hasC1 = zip(shown, shown.dropFirst()).contains { $0 == 0xC2 && $1 < 0xA0 }
            if !isSafe || hasC1 || shown.first != UInt8(ascii: "a") || shown.last != UInt8(ascii: "b") {
                wrong.append(value)
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).map { String($0, radix: 16) })")
    }

    @Test("A long text is cut, between characters and with a mark")
    func long() {
        for text in [String(repeating: "a", count: 5000), String(repeating: "漢\u{301}", count: 5000)] {
            let safe = DesktopNotice.safe(text, ascii: false)
            #expect(safe.utf8.count <= DesktopNotice.limit)
            #expect(safe.hasSuffix("…") && !safe.contains("\u{FFFD}"))
        }
        #expect(DesktopNotice.safe(String(repeating: "漢", count: 5000), ascii: true).hasSuffix("?~"))
    }

    @Test("Inside of a multiplexer it is wrapped for that one")
    func wrapped() {
        #expect(sequence("x", .osc9, .tmux) == "\u{1B}Ptmux;\u{1B}\u{1B}]9;piopiy: x\u{7}\u{1B}\\")
        #expect(sequence("x", .osc9, .screen) == "\u{1B}P\u{1B}]9;piopiy: x\u{7}\u{1B}\\")
    }

    @Test(
        "Which multiplexer it is",
        arguments: [
            ("xterm-256color", false, false, .none), ("tmux-256color", true, false, .tmux),
            // By SSH from inside of tmux.
            ("tmux-256color", false, false, .tmux), ("xterm-256color", true, false, .tmux),
            ("screen-256color", true, false, .tmux), ("screen", false, true, .screen),
            // One inside of the other, and one that nobody knows: what is wrapped for screen harms in neither.
            ("screen", true, true, .screen), ("screen", false, false, .screen),
        ] as [(String, Bool, Bool, DesktopNotice.Wrapping)]
    )
    func which(term: String, isInTmux: Bool, isInScreen: Bool, expected: DesktopNotice.Wrapping) {
        #expect(DesktopNotice.Wrapping(term: term, isInTmux: isInTmux, isInScreen: isInScreen) == expected)
    }
}

extension DesktopNoticeTests {
    fileprivate func sequence(_ text: String, _ notice: DesktopNotice, _ wrapping: DesktopNotice.Wrapping) -> String {
        sequence(text, notice, ascii: false, wrapping)
    }
}
