import Terminal
import Testing

@testable import Console

@Suite("Keys that come together")
struct BurstTests {
    @Test("They do what they do one after the other")
    func order() {
        var (alone, together) = (Desk(), Desk())
        let keys: [Key] = [.character("n"), .character("9"), .character("1"), .tab, .character("x")]
        for key in keys { alone.press(key) }
        _ = together.model.press(KeyBurst(keys))
        #expect(together.screen == alone.screen)
        #expect(together.screen.contains("91"))
    }

    @Test("A key behind one that quits is not pressed")
    func quits() {
        var desk = Desk()
        let effects = desk.model.press(KeyBurst([.character("q"), .control("l")]))
        #expect(effects.contains { if case .quit = $0 { true } else { false } })
        #expect(!effects.contains { if case .redraw = $0 { true } else { false } })
    }

    @Test("A key is deliberate when it came alone, on a frame made after the moment that counts")
    func deliberate() {
        var desk = Desk()
        _ = desk.model.nextFrame()
        let asked = desk.model.frameNumber
        #expect(asked == 1)
        func isDeliberate(_ burst: KeyBurst) -> Bool {
            var model = desk.model
            model.burst = burst
            return model.isDeliberate(after: asked)
        }
        #expect(desk.model.isDeliberate(after: asked))
        #expect(isDeliberate(KeyBurst([.character("y")], frame: 2)))
        #expect(!isDeliberate(KeyBurst([.character("y")], frame: 1)))
        #expect(!isDeliberate(KeyBurst([.character("y")])))
        #expect(!isDeliberate(KeyBurst([.character("y"), .enter], frame: 2)))
        #expect(!isDeliberate(KeyBurst([.character("y")], frame: 2, follows: true)))
        // It counts for the keys of its burst alone.
        _ = desk.model.press(KeyBurst([.down, .up], frame: 1))
        #expect(desk.model.burst == nil)
    }
}
