/// A colour as a theme names it. What a terminal can't show, ``reduced(to:)`` brings to what it can.
public enum Color: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case `default`
    /// A colour of the terminal's palette: 0–7 the basic ones, 8–15 the bright ones, 16–231 a cube, 232–255 greys.
    case indexed(UInt8)
    /// Red, green and blue.
    case rgb(UInt8, UInt8, UInt8)
}

extension Color {
    /// The nearest colour that a terminal of `depth` has.
    ///
    /// Nearness is measured in OKLab, where equal distances look equal. The 256-colour palette is searched beyond its
    /// first sixteen, which every user sets as they like. Among eight or sixteen colours no candidate is near, and what
    /// counts is that red stays red: a colour with a hue goes to the one whose hue is nearest, a grey to a grey.
    public func reduced(to depth: ColorDepth) -> Color {
        switch (self, depth) {
        case (.default, _), (_, .monochrome):
            return .default
        case (_, .trueColor), (.indexed, .indexed256):
            return self
        case (.rgb(let red, let green, let blue), .indexed256):
            return .indexed(Palette.nearest(to: OKLab(red: red, green: green, blue: blue)))
        case (.indexed(let index), .ansi16) where index < 16, (.indexed(let index), .ansi8) where index < 8:
            return .indexed(index)
        case (.indexed(let index), .ansi8) where (9..<15).contains(index):
            return .indexed(index - 8)
        case (_, .ansi16):
            return .indexed(Palette.nearestByHue(to: lab, among: 16))
        case (_, .ansi8):
            return .indexed(Palette.nearestByHue(to: lab, among: 8))
        }
    }

    /// Whether black text reads better on it than white; for a background of unknown colour, no.
    var isLight: Bool {
        self == .default ? false : lab.lightness > 0.62
    }

    /// Red, green and blue; for a palette's colour those that xterm gives it. `nil` for the default.
    var components: (red: UInt8, green: UInt8, blue: UInt8)? {
        switch self {
        case .default: nil
        case .indexed(let index): Palette.components(index)
        case .rgb(let red, let green, let blue): (red, green, blue)
        }
    }

    private var lab: OKLab {
        guard let (red, green, blue) = components else { return OKLab(red: 0, green: 0, blue: 0) }
        return OKLab(red: red, green: green, blue: blue)
    }
}

/// The 256 colours as xterm draws them.
enum Palette {
    private static let basic: [(UInt8, UInt8, UInt8)] = [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ]
    private static let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
    private static let labs: [OKLab] = (0...255).map {
        let (red, green, blue) = components(UInt8($0))
        return OKLab(red: red, green: green, blue: blue)
    }

    /// The red, green and blue of a palette index.
    static func components(_ index: UInt8) -> (red: UInt8, green: UInt8, blue: UInt8) {
        switch index {
        case 0..<16:
            return basic[Int(index)]
        case 16..<232:
            let cube = Int(index) - 16
            return (steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6])
        default:
            let grey = 8 + 10 * (index - 232)
            return (grey, grey, grey)
        }
    }

    /// The nearest colour of the cube and the greys.
    static func nearest(to lab: OKLab) -> UInt8 {
        var best = 16
        for index in 17...255 where labs[index].distance(to: lab) < labs[best].distance(to: lab) { best = index }
        return UInt8(best)
    }

    /// The nearest of the first `count` colours, hue before lightness.
    static func nearestByHue(to lab: OKLab, among count: Int) -> UInt8 {
        // So dark that a hue is hardly seen; a theme's backgrounds are mostly that, and blue would glare.
        let isGrey = lab.chroma < 0.04 || lab.lightness < 0.28
        func cost(_ index: Int) -> Double {
            let other = labs[index]
            let lightness = other.lightness - lab.lightness
            if isGrey { return lightness * lightness }
            let cosine = (lab.a * other.a + lab.b * other.b) / (lab.chroma * other.chroma)
            return 2 * (1 - cosine) + lightness * lightness
        }
        let candidates = (0..<count).filter { (labs[$0].chroma < 0.04) == isGrey }
        return UInt8(candidates.min { cost($0) < cost($1) } ?? 7)
    }
}
