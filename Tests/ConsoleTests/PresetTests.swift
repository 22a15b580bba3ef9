import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Presets")
struct PresetTests {
    private let saved = [
        Preset(name: "autumn sale", text: #"{"caller":"919999999999","agent":"support-en"}"#),
        Preset(name: "billing", text: #"{"agent":"sales-uk","destination":"447700900123"}"#),
    ]

    private func list() -> Desk {
        var desk = Desk()
        desk.hear(.agents(Desk.agents))
        desk.press(.character("p"))
        #expect(desk.errands.last == .presets)
        desk.hear(.presets(saved))
        return desk
    }

    private func filled() -> Desk {
        var desk = Desk()
        desk.press(.character("n"))
        desk.type(Desk.caller)
        desk.press(.tab)
        desk.type("918888888888")
        desk.press(.tab)
        desk.type(Desk.agent)
        return desk
    }

    /// The form that the console wants saved.
    private func kept(_ desk: Desk) -> Preset? {
        desk.errands.compactMap { if case .keepPreset(let preset) = $0 { preset } else { nil } }.last
    }

    @Test("A form is saved under a name, without the number that is rung")
    func save() throws {
        var desk = filled()
        desk.press(.function(2))
        desk.type("  spring   sale ")
        #expect(desk.status.contains("Save as:") && desk.status.contains("without 918888888888"))
        desk.press(.enter)
        #expect(desk.errands.last == .findPreset("spring sale"))
        desk.hear(.presetFound("spring sale", exists: false))
        let preset = try #require(kept(desk))
        #expect(preset.name == "spring sale")
        let form = CallForm(draft: preset.text)
        #expect(form.caller.text == Desk.caller && form.agent.text == Desk.agent && form.destination.isEmpty)
        desk.hear(.presetKept("spring sale", isThere: true, all: [preset]))
        #expect(desk.model.form.isUnfinished, "the number is not in it")
        #expect(desk.status == "the preset “spring sale” is saved")
        #expect(desk.model.layers == [.form] && desk.placed.isEmpty)
    }

    @Test("The number comes along only where the operator says so")
    func withDestination() throws {
        var desk = filled()
        desk.press(.function(2))
        desk.type("daily")
        desk.press(.tab)
        #expect(desk.status.contains("with 918888888888"))
        desk.press(.enter)
        desk.hear(.presetFound("daily", exists: false))
        let preset = try #require(kept(desk))
        #expect(CallForm(draft: preset.text).destination.text == "918888888888")
        desk.hear(.presetKept("daily", isThere: true, all: [preset]))
        #expect(!desk.model.form.isUnfinished, "what is saved whole would not be missed")
    }

    @Test("A preset of the same name is replaced only by a y; Esc gives up")
    func replaces() {
        var desk = filled()
        desk.press(.function(2))
        desk.type("billing")
        desk.press(.enter)
        desk.hear(.presetFound("billing", exists: true))
        #expect(desk.status.contains("There is a preset “billing”. Replace it? y/n"))
        desk.press(.enter)
        #expect(kept(desk) == nil && desk.model.question == nil)
        #expect(desk.status.contains("Save as:"))
        desk.press(.enter)
        desk.hear(.presetFound("billing", exists: true))
        desk.press(.character("n"))
        #expect(kept(desk) == nil)
        desk.press(.enter)
        desk.hear(.presetFound("billing", exists: true))
        desk.press(.character("y"))
        #expect(kept(desk)?.name == "billing")
        desk.press(.function(2), .escape)
        #expect(desk.model.naming == nil && desk.model.layers == [.form])
    }

    @Test("What cannot be saved is said")
    func failure() {
        var desk = filled()
        desk.press(.function(2))
        desk.type("a")
        desk.press(.enter)
        desk.hear(.failed(.findPreset("a"), "The disk is full."))
        #expect(desk.model.statusMessage?.text == "the preset could not be saved: The disk is full.")
        desk = Desk()
        desk.press(.character("n"), .function(2))
        #expect(desk.status.contains("there is nothing to save"))
    }

    @Test("A digit opens one: the form is filled, nothing is sent")
    func open() {
        var desk = list()
        #expect(desk.line(holding: "autumn sale")?.contains("support-en, from 919999999999") == true)
        #expect(desk.line(holding: "billing")?.contains("to 447700900123, sales-uk") == true)
        desk.press(.character("2"))
        #expect(desk.model.layers == [.form] && desk.placed.isEmpty)
        #expect(desk.model.form.destination.text == "447700900123" && desk.model.form.agent.text == "sales-uk")
        // From the form another one; what it was filled with is no loss.
        desk.press(.function(3))
        desk.hear(.presets(saved))
        desk.press(.down, .up, .enter)
        #expect(desk.model.layers == [.form])
        #expect(desk.model.form.caller.text == Desk.caller && desk.model.form.destination.isEmpty)
        desk.press(.function(3), .escape)
        #expect(desk.model.layers == [.form])
    }

    @Test("What was typed and not placed is asked about first")
    func unfinished() {
        var desk = filled()
        desk.press(.function(3))
        desk.hear(.presets(saved))
        desk.press(.character("1"))
        #expect(desk.status.contains("The form holds a call to 918888888888 that was not placed. Replace it?"))
        desk.press(.enter)
        #expect(desk.model.form.destination.text == "918888888888" && desk.model.question == nil)
        desk.press(.character("1"), .character("n"))
        #expect(desk.model.form.destination.text == "918888888888")
        desk.press(.character("1"), .character("y"))
        #expect(desk.model.form.destination.isEmpty && desk.model.layers == [.form])
    }

    @Test("Letters narrow, and digits behind them or behind a slash do too; Esc shows all")
    func narrow() {
        var desk = list()
        desk.type("bil")
        #expect(desk.screen.contains("Presets 1 of 2"))
        desk.type("1")
        #expect(desk.model.layers == [.presets])
        desk.press(.escape)
        #expect(desk.screen.contains("Presets 2") && desk.model.layers == [.presets])
        desk.type("/2")
        #expect(desk.screen.contains("No preset matches"))
        desk.press(.escape, .character("7"))
        #expect(desk.status.contains("there is no preset 7"))
        desk.press(.escape)
        #expect(desk.model.layers.isEmpty)
    }

    @Test("Del asks, and only a y deletes")
    func delete() {
        var desk = list()
        desk.press(.down, .delete)
        #expect(desk.status.contains("Delete the preset “billing”? y/n"))
        desk.press(.enter, .character("n"))
        #expect(!desk.errands.contains(.dropPreset("billing")))
        desk.press(.delete, .character("y"))
        #expect(desk.errands.last == .dropPreset("billing"))
        desk.hear(.presetKept("billing", isThere: false, all: [saved[0]]))
        #expect(desk.line(holding: "billing")?.contains("deleted") == true)
        #expect(desk.model.presets.selected == saved[0])
    }

    @Test("An empty list says how to fill it, and one that cannot be read why")
    func states() {
        var desk = Desk()
        desk.press(.character("p"))
        desk.hear(.presets([]))
        #expect(desk.screen.contains("F2 in the form"))
        desk.hear(.failed(.presets, "It is damaged."))
        #expect(desk.screen.contains("The presets could not be read. It is damaged."))
    }

    @Test("A command opens one by its name; one that is not there is an error")
    func byName() {
        var desk = Desk()
        desk.hear(.agents(Desk.agents))
        func command(_ text: String) {
            desk.press(.character(":"))
            desk.type(text)
            desk.press(.enter)
        }
        command("presets Autumn sale")
        #expect(desk.errands.last == .presets && desk.model.layers.isEmpty)
        desk.hear(.presets(saved))
        #expect(desk.model.layers == [.form])
        #expect(desk.model.form.caller.text == "919999999999" && desk.model.form.destination.isEmpty)
        desk.press(.escape)
        command("presets biling")
        desk.hear(.presets(saved))
        #expect(desk.model.layers.isEmpty)
        #expect(desk.status.hasPrefix("there is no preset “biling”; did you mean “billing”?"))
        #expect(desk.placed.isEmpty)
        // It was asked for once: a list that comes later opens nothing.
        desk.hear(.presets(saved))
        #expect(desk.model.layers.isEmpty)
    }

    @Test("In the plain console they are listed, and one that is opened asks for what is missing")
    func plain() {
        var desk = PlainDesk()
        desk.type("presets")
        #expect(desk.errands.last == .presets)
        #expect(
            desk.hear(.presets(saved)) == [
                "preset autumn sale: support-en, from 919999999999",
                "preset billing: to 447700900123, sales-uk",
            ]
        )
        desk.type("presets autumn sale")
        #expect(desk.hear(.presets(saved)).last?.hasPrefix("which number to call?") == true)
        desk.type("918888888888")
        #expect(desk.placed.isEmpty)
        desk.type("cancel", "presets nothing")
        #expect(desk.hear(.presets(saved)) == ["error: there is no preset “nothing”; presets lists them"])
        var reader = PlainDesk { $0.isReadOnly = true }
        #expect(reader.type("presets billing")[0].contains("read-only"))
    }

    @Test("A preset that comes late opens over nothing that the operator has turned to meanwhile")
    func late() {
        for (keys, question) in [([Key.down, .character("x")], "Hang up"), ([.character("q")], "Quit?")] {
            var desk = filled()
            desk.press(.escape)
            desk.event("answered", call: Desk.id(1), to: "447700900123")
            desk.press(.character(":"))
            desk.type("presets billing")
            desk.press(.enter)
            desk.press(keys[0])
            #expect(desk.model.notice?.text.contains("the preset “billing” was not opened") == true)
            for key in keys.dropFirst() { desk.press(key) }
            #expect(desk.status.contains(question))
            desk.hear(.presets(saved))
            #expect(desk.status.contains(question) && desk.model.layers.isEmpty)
            #expect(desk.model.form.destination.text == "918888888888", "the draft is gone")
        }
        var locked = Desk()
        locked.press(.character(":"))
        locked.type("presets billing")
        locked.press(.enter)
        locked.model.lockScreen()
        locked.hear(.presets(saved))
        #expect(locked.model.layers.isEmpty && locked.model.question == nil)
    }

    @Test("Whether a name is taken is believed for that name alone")
    func otherName() {
        var desk = filled()
        desk.press(.function(2))
        desk.type("billing")
        desk.press(.enter, .escape, .function(2))
        desk.type("other")
        desk.hear(.presetFound("billing", exists: false))
        #expect(kept(desk) == nil && desk.model.naming?.name == "other")
    }
}
