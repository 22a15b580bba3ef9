import CallBoard
import Piopiy
import Terminal
import TestSupport
import Testing

@testable import Console

/// A step of the selection draws only what it changes.
@Suite("A frame by way of the one before")
struct StepFrameTests {
    private static let moves: [Key] = [
        .down, .up, .character("j"), .character("k"), .pageDown, .pageUp, .home, .end,
    ]
    private static let others: [Key] = [
        .character(" "), .character("*"), .character("u"), .character("s"), .character("S"), .escape, .enter,
        .character("/"), .character("m"), .character("?"), .character("x"), .character("X"), .character("n"),
        .character("y"), .character("q"), .character("t"), .character("h"), .character(":"), .character("Z"),
        .control("l"), .paste("918888888888"), .mouse(Mouse(.left, at: Point(x: 5, y: 6))),
        .mouse(Mouse(.wheelDown, at: Point(x: 5, y: 6))), .control("c"),
    ]

    @Test("Whatever happens, it is the frame that is drawn from nothing", arguments: Array(0..<12))
    func same(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.ascii = seed.isMultiple(of: 3)
        settings.masksNumbers = seed.isMultiple(of: 4)
        settings.takesMouse = true
        var desk = Desk(width: seed.isMultiple(of: 2) ? 80 : 130, settings: settings)
        for call in 1...40 { Self.happen(call, &desk, &random) }
        var steps = 0
        for turn in 0..<500 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<12: desk.press(Self.moves.randomElement(using: &random) ?? .down)
            case 12..<14: desk.press(Self.others.randomElement(using: &random) ?? .escape)
            case 14..<17:
                // Out of wherever it has led.
                for _ in 0..<4 { desk.press(.escape) }
            case 17: Self.happen(Int.random(in: 1...60, using: &random), &desk, &random)
            case 18: desk.pass(.seconds(Int.random(in: 1...20, using: &random)))
            default: desk.model.resize(to: Self.sizes.randomElement(using: &random) ?? desk.model.size)
            }
            // Several changes can come between two frames.
            guard Int.random(in: 0..<4, using: &random) > 0 else { continue }
            if desk.model.upkeep.rows?.isEmpty == false, desk.model.steps { steps += 1 }
            let next = desk.model.nextFrame()
            let whole = desk.model.frame()
            guard next != whole else { continue }
            Issue.record("seed \(seed), turn \(turn):\n\(Self.difference(next, whole))")
            return
        }
        #expect(steps > 5, "hardly a step was drawn by itself")
    }

    private static let sizes = [Size(width: 80, height: 24), Size(width: 60, height: 15), Size(width: 120, height: 40)]

    private static func happen(_ call: Int, _ desk: inout Desk, _ random: inout SplitMix64) {
        let status = ["ringing", "answered", "answered", "hangup", "busy"].randomElement(using: &random) ?? "ringing"
        desk.event(status, call: Desk.id(call), to: "\(918_888_800_000 + call)")
    }

    private static func difference(_ a: Frame, _ b: Frame) -> String {
        let lines = zip(a.canvas.lines, b.canvas.lines).enumerated().filter { $1.0 != $1.1 }
        guard !lines.isEmpty else { return "the same text in other looks, or another cursor" }
        return lines.map { "\($0): “\($1.0)” for “\($1.1)”" }.joined(separator: "\n")
    }
}
