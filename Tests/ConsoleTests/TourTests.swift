import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("The five keys for a newcomer")
struct TourTests {
    private func desk(width: Int = 80, height: Int = 24, keys: [KeyChange] = []) throws -> Desk {
        var settings = ConsoleModel.Settings(place: "sandbox", isSandbox: true)
        settings.showsTour = true
        settings.keymap = try Keymap.standard.rebinding(keys)
        return Desk(width: width, height: height, settings: settings)
    }

    @Test("They stand on the empty board until a key is pressed, which does what it always does")
    func goesAway() throws {
        var desk = try desk()
        for words in ["First keys", "n      place a call", "x      hang up", "Enter  see its", "No calls. Press n"] {
            #expect(desk.screen.contains(words), "\(words)")
        }
        desk.press(.character("n"))
        #expect(desk.model.layers == [.form])
        desk.press(.escape)
        #expect(!desk.screen.contains("First keys"))
    }

    @Test(
        "All five are seen at any size that the console draws at",
        arguments: [(40, 10), (60, 14), (80, 24), (200, 60)]
    )
    func sizes(width: Int, height: Int) throws {
        let desk = try desk(width: width, height: height)
        for words in ["place a call", "hang up the selected call", "see its details", "all keys", "quit"] {
            #expect(desk.screen.contains(words), "\(words) at \(width)x\(height)")
        }
        #expect(desk.lines.allSatisfy { SafeText.width($0) == width })
    }

    @Test("They are the operator's own keys")
    func remapped() throws {
        let desk = try desk(keys: [KeyChange(.board, .newCall, [.function(2)]), KeyChange(.board, .details, [])])
        #expect(desk.screen.contains("F2  place a call") && !desk.screen.contains("see its details"))
    }
}
