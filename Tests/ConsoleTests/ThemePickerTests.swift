import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("The choice of a theme")
struct ThemePickerTests {
    private static func theme(_ name: String, _ index: UInt8) -> Theme {
        Theme(name: name, styles: [.text: Style(foreground: .indexed(index))])
    }

    private static let choices = [
        ThemeChoice(name: "blue", theme: .success(theme("blue", 4))),
        ThemeChoice(
            name: "broken",
            theme: .failure(ThemeError(file: "broken.yaml", line: 3, problem: "“x” is not a role"))
        ),
        ThemeChoice(name: "green", theme: .success(theme("green", 2))),
    ]

    private func desk() -> Desk {
        var settings = ConsoleModel.Settings(place: "sandbox", theme: Self.theme("blue", 4))
        settings.themeName = "blue"
        var desk = Desk(settings: settings)
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        desk.press(.character("T"))
        return desk
    }

    private func color(_ desk: Desk) -> Color { desk.model.frame().canvas[40, 10].style.foreground }

    @Test("The themes are read when they are asked for, and moving shows each at once")
    func preview() {
        var desk = desk()
        #expect(desk.screen.contains("reading"))
        desk.model.receive(.themes(Self.choices))
        #expect(desk.screen.contains("broken (has an error)"))
        #expect(color(desk) == .indexed(4))
        desk.press(.down)
        #expect(color(desk) == .indexed(4))
        #expect(desk.status.contains("broken.yaml:3"))
        desk.press(.down)
        #expect(color(desk) == .indexed(2))
        // The board is its own preview.
        #expect(desk.screen.contains("918888888801"))
    }

    @Test("Esc goes back to the theme from before, Enter keeps the new one and says how to keep it for good")
    func ends() {
        var desk = desk()
        desk.model.receive(.themes(Self.choices))
        desk.press(.end, .escape)
        #expect(color(desk) == .indexed(4) && desk.model.settings.themeName == "blue")
        desk.press(.character("T"))
        desk.model.receive(.themes(Self.choices))
        desk.press(.end, .enter)
        #expect(color(desk) == .indexed(2))
        #expect(desk.status.contains("theme: green"))
    }

    @Test("A changed file changes the looks of a console that shows it, and of no other")
    func reload() {
        var desk = desk()
        desk.press(.escape)
        desk.model.receive(.themeChanged("green", Self.theme("green", 2)))
        #expect(color(desk) == .indexed(4))
        desk.model.receive(.themeChanged("blue", Self.theme("blue", 6)))
        #expect(color(desk) == .indexed(6))
    }
}
