import Terminal
import Testing

@testable import Console

@Suite("The names of keys")
struct KeyNamesTests {
    @Test("Every key of the table is found by the name that help gives it")
    func roundTrip() throws {
        for binding in Keymap.standard.bindings {
            let key = try Key(named: binding.key.name)
            #expect(key == binding.key, "\(binding.key.name)")
        }
    }

    @Test(
        "Small and capital letters are the same in a name, and differ in what one key types",
        arguments: [
            ("ctrl-s", Key.control("s")), ("CTRL-S", .control("s")), ("f5", .function(5)), ("F60", .function(60)),
            ("esc", .escape), ("Escape", .escape), ("pgup", .pageUp), ("PageDown", .pageDown),
            ("SPACE", .character(" ")),
            (" ", .character(" ")), ("shift-tab", .backTab), ("Return", .enter), ("x", .character("x")),
            ("X", .character("X")), ("Alt-x", .alt("x")), ("alt-X", .alt("X")), ("ß", .character("ß")),
            ("-", .character("-")),
            ("Ctrl-Space", .control("@")), ("Ctrl-]", .control("]")),
        ]
    )
    func names(name: String, key: Key) throws {
        let found = try Key(named: name)
        #expect(found == key)
    }

    @Test(
        "What is no key is refused with what would be right",
        arguments: [
            ("", "is not a key"), ("Hyper-x", "is not a key"), ("F0", "is not a key"), ("F61", "is not a key"),
            ("xx", "is not a key"),
            ("Ctrl-", "after Ctrl-"), ("Ctrl-1", "after Ctrl-"), ("Ctrl-I", "same key as Tab"),
            ("ctrl-m", "same key as Enter"),
            ("Ctrl-[", "same key as Esc"), ("Ctrl-H", "same key as Backspace"), ("\u{1B}", "single key"),
            ("\t", "single key"),
            ("e\u{301}", "single key"), ("paste", "is not a key"),
        ]
    )
    func wrong(name: String, words: String) throws {
        let problem = #expect(throws: KeyNameProblem.self) { try Key(named: name) }
        #expect(problem?.description.contains(words) == true, "\(problem?.description ?? "")")
    }
}
