import Foundation
import Piopiy
import TestSupport
import Testing

@testable import Sandbox

@Suite("What will happen to a call")
struct CallScriptTests {
    private func script(_ number: String, options: CallOptions? = nil, seed: UInt64 = 1) throws -> CallScript {
        var generator = SeededGenerator(seed: seed)
        return CallScript(try Sample.call(to: number, options: options), using: &generator)
    }

    @Test("An ordinary call rings for two seconds and talks for 20 to 120")
    func ordinary() throws {
        for seed in 1...200 as ClosedRange<UInt64> {
            let steps = try script(Sample.number, seed: seed).steps
            #expect(steps.map(\.step) == [.started, .ringing, .answered, .ended(.completed)])
            #expect(steps[2].after - steps[1].after == .seconds(2))
            #expect((Duration.seconds(20)...Duration.seconds(120)).contains(steps[3].after - steps[2].after))
        }
    }

    @Test("The same seed gives the same script, another seed another")
    func seeded() throws {
        #expect(try script(Sample.number) == script(Sample.number))
        let talks = try Set((1...20).map { try script(Sample.number, seed: $0).steps[3].after })
        #expect(talks.count > 5)
    }

    @Test("A maximum duration ends the talk")
    func maximum() throws {
        let options = CallOptions(maxDuration: 30)
        let talks = try (1...20 as ClosedRange<UInt64>).map { seed in
            let steps = try script(Sample.number, options: options, seed: seed).steps
            #expect(steps[3].step == .ended(.completed))
            return steps[3].after - steps[2].after
        }
        #expect(talks.max() == .seconds(30))
    }

    @Test("0001 is busy without ringing")
    func busy() throws {
        #expect(try script(Sample.number("0001")).steps.map(\.step) == [.started, .ended(.busy)])
    }

    @Test(
        "0002 rings until its ring timeout, 30 s when none is given",
        arguments: [(nil, 30), (5, 5), (120, 120)] as [(Int?, Int)]
    )
    func neverAnswered(timeout: Int?, seconds: Int) throws {
        let steps = try script(Sample.number("0002"), options: CallOptions(ringTimeout: timeout)).steps
        #expect(steps.map(\.step) == [.started, .ringing, .ended(.noAnswer)])
        #expect(steps[2].after - steps[1].after == .seconds(seconds))
    }

    @Test("0003 fails after it has rung")
    func fails() throws {
        #expect(try script(Sample.number("0003")).steps.map(\.step) == [.started, .ringing, .ended(.failed)])
    }

    @Test("0011, 0012 and 0015 live like any other call and are told of differently")
    func telling() throws {
        #expect(try script(Sample.number).telling == .live)
        #expect(try script(Sample.number("0011")).telling == .scrambled)
        #expect(try script(Sample.number("0012")).telling == .lateRecord)
        #expect(try script(Sample.number("0015")).telling == .nothing)
        #expect(try script(Sample.number("0012")).steps == script(Sample.number).steps)
        #expect(try script(Sample.number("0015")).steps == script(Sample.number).steps)
    }

    @Test("Each ending is in the manual's table and in the command's help", arguments: MagicEnding.allCases)
    func documented(ending: MagicEnding) throws {
        let folder = PackageFolder.root.appending(path: "Sources/PiopiyCommand")
        let manual = try String(contentsOf: folder.appending(path: "Manual.docc/Sandbox.md"), encoding: .utf8)
        let table = try #require(manual.components(separatedBy: "## Endings of a call").last)
            .components(separatedBy: "## ")[0]
        #expect(table.contains("| `\(ending.rawValue)` |"))
        let command = folder.appending(path: "Commands/SandboxCommand.swift")
        let help = try #require(
            try String(contentsOf: command, encoding: .utf8).components(separatedBy: "A transfer rings").first
        )
        #expect(help.contains("\(ending.rawValue) "))
    }

    @Test("Steps come in the order of their time", arguments: MagicEnding.allCases)
    func ordered(ending: MagicEnding) throws {
        let times = try script(Sample.number(ending.rawValue)).steps.map(\.after)
        #expect(times == times.sorted())
    }
}
