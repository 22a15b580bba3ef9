import Foundation
import Testing

@testable import Console
@testable import Terminal

@Suite("Themes that can be read")
struct ThemeLegibilityTests {
    private static func theme(_ name: String) throws -> Theme {
        try ThemeStore(directories: [ThemeTests.folder]).theme(named: name)
    }

    /// A channel of sRGB as light (IEC 61966-2-1).
    private static func linear(_ channel: UInt8) -> Double {
        let value = Double(channel) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }

    /// WCAG 2's contrast ratio, 1…21.
    private static func contrast(_ one: Color, _ other: Color) throws -> Double {
        func luminance(_ color: Color) throws -> Double {
            let parts = try #require(color.components, "a colour that the terminal chooses")
            return 0.2126 * linear(parts.red) + 0.7152 * linear(parts.green) + 0.0722 * linear(parts.blue)
        }
        let (a, b) = (try luminance(one), try luminance(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    @Test(
        "Every text has the contrast against its background that the theme promises",
        arguments: [("high-contrast", 7.0), ("light", 4.5), ("colour-blind", 4.5), ("gruvbox", 4.5)]
    )
    func contrasts(name: String, least: Double) throws {
        let theme = try Self.theme(name)
        // A border is no text, and is not read.
        for role in Role.allCases where role != .border {
            let style = theme[role]
            let ratio = try Self.contrast(style.foreground, style.background)
            #expect(ratio >= least, "\(role.rawValue) has \(ratio)")
        }
    }

    @Test(
        "On the selection's background the states' rows are still read",
        arguments: ["high-contrast", "light", "colour-blind"]
    )
    func selection(name: String) throws {
        let style = try Self.theme(name)[.selection]
        #expect(try Self.contrast(style.foreground, style.background) >= 4.5)
    }

    /// What a colour looks like to eyes without one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1).
    private static func seen(_ color: Color, _ matrix: [Double]) throws -> OKLab {
        let parts = try #require(color.components)
        let light = [linear(parts.red), linear(parts.green), linear(parts.blue)]
        let channels = (0..<3).map { row -> UInt8 in
            let value = (0..<3).reduce(0.0) { $0 + matrix[row * 3 + $1] * light[$1] }
            let clipped = min(max(value, 0), 1)
            let encoded = clipped <= 0.0031308 ? clipped * 12.92 : 1.055 * pow(clipped, 1 / 2.4) - 0.055
            return UInt8((encoded * 255).rounded())
        }
        return OKLab(red: channels[0], green: channels[1], blue: channels[2])
    }

    private static let eyes: [(String, [Double])] = [
        ("protan", [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998]),
        ("deutan", [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881]),
        ("tritan", [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900]),
    ]

    @Test("Eyes that miss a cone tell the states of the colour-blind theme apart", arguments: eyes.indices)
    func colourBlind(index: Int) throws {
        let (name, matrix) = Self.eyes[index]
        let theme = try Self.theme("colour-blind")
        let roles: [Role] = [.ringing, .talking, .unknown, .ended]
        for (position, one) in roles.enumerated() {
            for other in roles[(position + 1)...] {
                let apart = try Self.seen(theme[one].foreground, matrix)
                    .distance(to: Self.seen(theme[other].foreground, matrix))
                #expect(apart > 0.004, "\(one.rawValue) and \(other.rawValue) to \(name) eyes: \(apart)")
            }
        }
    }
}
