import Testing

@testable import Terminal

@Suite("Colours")
struct ColorTests {
    @Test("A colour is reduced to what the terminal has, and stays the colour it is")
    func reduced() {
        let red = Color.rgb(240, 40, 40)
        #expect(red.reduced(to: .trueColor) == red)
        #expect(red.reduced(to: .ansi8) == .indexed(1))
        #expect(red.reduced(to: .monochrome) == .default)
        #expect(Color.rgb(86, 211, 100).reduced(to: .ansi8) == .indexed(2))
        #expect(Color.rgb(255, 255, 255).reduced(to: .indexed256) == .indexed(231))
        #expect(Color.rgb(28, 33, 40).reduced(to: .ansi8) == .indexed(0))
        #expect(Color.indexed(12).reduced(to: .ansi8) == .indexed(4))
        for depth in ColorDepth.allCases { #expect(Color.default.reduced(to: depth) == .default) }
    }

    @Test("Reducing again changes nothing, and no depth gets what it does not have", arguments: ColorDepth.allCases)
    func limits(depth: ColorDepth) {
        let limit = [ColorDepth.ansi8: 8, .ansi16: 16, .indexed256: 256][depth]
        for red in stride(from: 0, through: 255, by: 51) {
            for green in stride(from: 0, through: 255, by: 51) {
                for blue in stride(from: 0, through: 255, by: 51) {
                    let color = Color.rgb(UInt8(red), UInt8(green), UInt8(blue)).reduced(to: depth)
                    #expect(color.reduced(to: depth) == color)
                    switch color {
                    case .default: #expect(depth == .monochrome)
                    case .indexed(let index): #expect(Int(index) < (limit ?? 0))
                    case .rgb: #expect(depth == .trueColor)
                    }
                }
            }
        }
    }

    @Test("Text stays legible when its two colours become one", arguments: ColorDepth.allCases)
    func legible(depth: ColorDepth) {
        let style = Style(foreground: .rgb(200, 30, 30), background: .rgb(210, 20, 20)).reduced(to: depth)
        #expect(depth == .monochrome || style.foreground != style.background)
    }
}
