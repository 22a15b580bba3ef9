import Campaigns
import Foundation
import TerminalDriver
import TestSupport
import Testing

/// Campaigns on the built console, in a terminal.
@Suite("The console's campaigns in a terminal", .serialized)
struct CampaignScreenTests {
    private func list(_ console: ConsoleOnScreen, _ text: String) throws -> String {
        let file = console.program.home.appending(path: "spring.csv")
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func command(_ text: String, _ console: ConsoleOnScreen) async throws {
        try await console.terminal.send(":")
        try await console.see("Tab complete")
        try await console.terminal.type(text)
        try await console.terminal.send("Enter")
    }

    @Test(
        "A list is looked at, rung, held up, gone on with and stopped",
        arguments: ConsoleTourTests.sizes
    )
    func story(size: ConsoleTourTests.Size) async throws {
        try await ConsoleOnScreen.with(columns: size.columns, rows: size.rows) { console in
            try await console.seeBoard()
            try await console.terminal.send("c")
            try await console.see("Campaigns 0", "There are no campaigns.")
            let file = try list(console, "to,order\n918888880001,A-1\n" + Self.others)
            try await command("campaign run \(file) from 919999999999 agent support-en rate 600 at-once 3", console)
            try await console.see(
                "Campaign spring",
                "40: 918888880001, 918888887001",
                "support-en  \(CallCommandTests.agent)",
                "Dial 40 numbers, 600 per minute, 3 at once? y/n"
            )
            // Enter was meant for something else.
            try await console.terminal.send("Enter")
            try await console.see("nothing was done: nobody is dialed")
            try await command("campaign run \(file) from 919999999999 agent support-en rate 600 at-once 3", console)
            try await console.see("Dial 40 numbers, 600 per minute, 3 at once? y/n")
            try await console.terminal.send("y")
            // One is busy, and three are up: no more is rung.
            try await console.see("› spring", "running", "3 up", "10%")
            try await console.terminal.send("p")
            try await console.see("paused", "Paused by")
            try await console.terminal.send("Enter")
            try await console.see("Campaign spring", "4 of 40, 36 left", "1 busy", "What happened", "running")
            try await console.terminal.send("Escape")
            try await console.see("Campaigns 1")
            try await console.terminal.send("f")
            try await console.see("campaign:spring")
            try await console.seeRow("918888887001", "talking")
            try await console.terminal.send("c")
            try await console.see("Campaigns 1")
            try await console.terminal.send("r")
            try await console.see("Resume spring: 36 numbers, 600/min, 3 at once? y/n")
            try await console.terminal.send("y")
            try await console.see("running", "Run by")
            try await console.terminal.send("x")
            try await console.see("Stop spring for good")
            try await console.terminal.send("y")
            try await console.see("stopped", "Stopped by")
            try await console.terminal.send("r")
            try await console.see("was stopped for good")
            try await console.terminal.send("q")
            try await console.see("3 up")
        }
    }

    private static let others = (1...39).map { "91888888\(7000 + $0),B\n" }.joined()

    @Test("Rows that cannot be rung are listed, and nobody is rung")
    func problems() async throws {
        try await ConsoleOnScreen.with { console in
            try await console.seeBoard()
            let file = try list(console, "to\n918888888801\n0918\n918888888801.0\n")
            try await command("campaign run \(file) from 919999999999 agent support-en", console)
            try await console.see("Nobody is dialed", "line 3", "0918)", "line 4", "cell holds 918888888801.0)")
            try await console.terminal.send("Escape")
            try await console.seeBoard()
            try await command("campaign run /no/such/file.csv from 919999999999 agent support-en", console)
            try await console.see("cannot be read")
            try await console.seeBoard()
        }
    }

    @Test(
        "Two consoles on one journal see the same campaign; one holds up what the other rings, and goes on with it when that dies"
    )
    func two() async throws {
        try await SharedDesk.with { desk in
            let first = try await desk.open()
            try await first.see("STATE")
            try await desk.console { second in
                try await second.see("STATE")
                let file = try CampaignCommandTests.write(CampaignCommandTests.list(30), desk)
                try await command(
                    "campaign run \(file) from 919999999999 agent \(CallCommandTests.agent) rate 600 at-once 2",
                    first
                )
                try await first.see("Dial 30 numbers, 600 per minute, 2 at once? y/n")
                try await first.terminal.send("y")
                try await first.see("running", "2 up")
                try await second.terminal.send("c")
                try await second.see("› spring", "running", "2 up")
                try await second.terminal.send("p")
                try await first.see("paused")
                try await second.see("paused")
                try await second.terminal.send("r")
                try await second.see("Resume spring: 28 numbers")
                try await second.terminal.send("y")
                // It goes on before its runner is killed; else who resumed it would be the one that runs it.
                try await second.see("running", "Run by")
                try await first.kill()
                try await second.see("interrupted", "Interrupted: the process")
                try await second.terminal.send("r")
                try await second.see("Resume spring: 28 numbers")
                try await second.terminal.send("y")
                try await second.see("running", "Run by")
                let numbers = try await CampaignCommandTests.numbers(desk)
                #expect(numbers.count == 2 && Set(numbers).count == 2)
            }
            await first.terminal.close()
        }
    }

    @Test("When the console that rings it quits, it is paused, and what was begun has its answer")
    func quits() async throws {
        try await SharedDesk.with { desk in
            let file = try CampaignCommandTests.write(CampaignCommandTests.list(30), desk)
            try await desk.console { console in
                try await console.see("STATE")
                try await command(
                    "campaign run \(file) from 919999999999 agent \(CallCommandTests.agent) rate 600 at-once 4",
                    console
                )
                try await console.see("Dial 30 numbers")
                try await console.terminal.send("y")
                try await console.see("running", "4 up")
                try await console.terminal.send("q", "q")
                try await console.see("Quit? y/n")
                try await console.terminal.send("y")
                _ = try await wait(for: "the end") {
                    try await CampaignCommandTests.status(desk)["state"] as? String == "paused" ? true : nil
                }
            }
            let status = try await CampaignCommandTests.status(desk)
            #expect(status["runner"] == nil && status["unknown"] as? Int == 0)
            #expect(try await CampaignCommandTests.numbers(desk).count == status["rung"] as? Int)
        }
    }

    @Test("As lines: a script begins a campaign and holds it up")
    func plain() async throws {
        try await SharedDesk.with { desk in
            let file = try CampaignCommandTests.write(CampaignCommandTests.list(30), desk)
            let arguments = ["--plain"] + desk.arguments.split(separator: " ").map(String.init)
            try await PlainSession.with(desk.program, arguments) { session in
                // Typed ahead, as a script does: the answer is for the question that the list brings.
                try session.type("campaigns")
                try session.type(
                    "campaign run \(file) from 919999999999 agent \(CallCommandTests.agent) rate 600 at-once 2"
                )
                try session.type("yes")
                try await session.see("0 campaigns")
                try await session.see("Dial 30 numbers, 600 per minute, 2 at once? yes or no")
                try await session.see("campaign spring is running: 30 numbers")
                _ = try await wait(for: "two calls") {
                    try await CampaignCommandTests.numbers(desk).count == 2 ? true : nil
                }
                try session.type("campaign pause spring")
                try await session.see("campaign spring: paused")
                try session.type("campaigns")
                try await session.see("campaign spring: paused, 2 of 30 dialed")
                try session.type("quit")
                #expect(try await session.running.result().status == 0)
            }
            #expect(try await CampaignCommandTests.numbers(desk).count == 2)
        }
    }
}
