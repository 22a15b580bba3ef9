import Foundation
import TestSupport
import Testing

/// Troubleshooting is looked up by the words on the screen, so those words must be the program's.
@Suite("Messages that the manual quotes")
struct QuotedMessageTests {
    private static func sources() throws -> [SwiftTexts.Text] {
        let folder = PackageFolder.root.appending(path: "Sources")
        let names = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
        return try names.filter { $0.hasSuffix(".swift") }.flatMap { name in
            SwiftTexts(try String(contentsOf: folder.appending(path: name), encoding: .utf8)).all
        }
    }

    /// The quotation as the sources may have it: `…` and the word N stand for anything.
    private static func pattern(_ quotation: String) -> SwiftTexts.Text {
        let words = quotation.split(separator: " ").map { $0 == "N" ? "…" : $0 }
        return words.joined(separator: " ").unicodeScalars.map { $0 == "…" ? nil : $0 }
    }

    /// Whether some text says it. At least three in five of its characters must stand there as they are: a text that is
    /// nearly all interpolation says everything.
    private static func isSaid(_ quotation: String, by texts: [SwiftTexts.Text]) -> Bool {
        let pattern = pattern(quotation)
        let fixed = pattern.count { $0 != nil }
        return texts.contains { text in
            guard let matched = SwiftTexts.matched(pattern, in: text) else { return false }
            return matched * 5 >= fixed * 3
        }
    }

    /// Texts that share a word of some length with the quotation: most do not, and comparing takes its time.
    private static func candidates(_ quotation: String, _ texts: [(text: SwiftTexts.Text, words: Set<String>)])
        -> [SwiftTexts.Text]
    {
        let words = words(pattern(quotation))
        return texts.filter { 2 * $0.words.intersection(words).count >= words.count }.map(\.text)
    }

    private static func words(_ text: SwiftTexts.Text) -> Set<String> {
        let plain = String(String.UnicodeScalarView(text.map { $0 ?? " " }))
        return Set(plain.split { !$0.isLetter }.filter { $0.count >= 4 }.map(String.init))
    }

    @Test("Every message that Troubleshooting quotes is one of the program's")
    func troubleshooting() throws {
        let page = PackageFolder.root.appending(path: "Sources/PiopiyCommand/Manual.docc/Troubleshooting.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let quotations = text.matches(of: /\*\*"([^"]+)"\*\*/).map { String($0.output.1) }
        #expect(quotations.count > 30, "the quotations are not found any more")
        let texts = try Self.sources().filter { $0.count >= 8 }.map { (text: $0, words: Self.words($0)) }
        #expect(texts.count > 2000, "the program's texts are not found any more")
        for quotation in quotations {
            #expect(
                Self.isSaid(quotation, by: Self.candidates(quotation, texts)),
                "no text in Sources says “\(quotation)”"
            )
        }
    }

    @Test(
        "A quotation is found where interpolations stand for parts of it, and not elsewhere",
        arguments: [
            ("Port 8787 is in use", #"let a = "Port \(port) is in use, so nothing can arrive.""#, true),
            ("the call to … was placed", #"note("no news of the call to \(number) was placed")"#, true),
            ("only N files at once", "let a = \"This may open only\\n\"\n    + \"\\(limit) files at once\"", true),
            ("is set by …", "\"\"\"\n    x is \\\n    set by \\(name(\"y\")).\n    \"\"\"", true),
            ("say “a” now", ##"#"say “\#(a)” now"#"##, true),
            ("Port 8787 is in use", #"let a = "\(what) \(where) \(how) \(why)""#, false),
            ("Port 8787 is in use", #"let a = "Port \(port) is taken""#, false),
            ("Port 8787 is in use", #"// "Port 8787 is in use""#, false),
        ]
    )
    func matching(quotation: String, source: String, isSaid: Bool) {
        #expect(Self.isSaid(quotation, by: SwiftTexts(source).all) == isSaid)
    }
}
