import Terminal
import Testing

@testable import Console

@Suite("A field's text")
struct TextFieldTests {
    /// As an input method delivers it: each scalar is a key.
    private func field(_ text: String) -> TextField {
        var field = TextField()
        for scalar in text.unicodeScalars { field.insert(String(Character(scalar))) }
        return field
    }

    @Test(
        "However long it is, and whatever sits on its characters, what was typed last is in sight, before the cursor",
        arguments: [
            "กรุณาติดต่อกลับที่เบอร์นี้เพื่อยืนยันนัดหมายของท่าน", "कृपया इस नंबर पर वापस कॉल करें और पुष्टि करें",
            "漢字かな交じり文を長く入力するとどうなるかを見る",
            "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
            "plain text that is longer than its field",
            "👨\u{200D}👩\u{200D}👧 and 🇩🇪 and 1\u{FE0F}\u{20E3} behind one another",
            "\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301} marks with nothing below them",
        ]
    )
    func end(text: String) {
        for width in 1...40 {
            let (shown, column) = field(text).window(width: width)
            #expect(column < width, "width \(width)")
            #expect(column == SafeText.width(shown), "width \(width): the cursor stands behind the text")
            let scalars = Array(shown.unicodeScalars)
            #expect(Array(text.unicodeScalars.suffix(scalars.count)) == scalars, "width \(width): \(shown)")
            // No more is cut off than must be: a character of two columns leaves at most one more free.
            if SafeText.width(text) >= width { #expect(column >= width - 2, "width \(width): \(shown)") }
        }
    }

    @Test("With the cursor in the middle it is in sight", arguments: 0...30)
    func middle(steps: Int) {
        var field = field("กรุณาติดต่อกลับที่เบอร์นี้เพื่อยืนยันนัดหมาย")
        for _ in 0..<steps { _ = field.edit(.left) }
        for width in 2...30 {
            let (shown, column) = field.window(width: width)
            #expect(column < width)
            #expect(SafeText.width(shown) >= column)
        }
    }
}
