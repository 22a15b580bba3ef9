import Foundation
import TerminalDriver
import Testing

@Suite("What is written", .serialized)
struct OutputTests {
    @Test("Only what changed is written, and all of it on Ctrl-L")
    func writes() async throws {
        try await ProbeOnScreen.with { probe in
            try await probe.see("60x30", "second refused")
            let record = probe.folder.appending(path: "record")
            @Sendable func recorded() -> String { (try? String(contentsOf: record, encoding: .utf8)) ?? "" }
            try await probe.terminal.record(to: record)

            try await probe.terminal.send("x")
            try await probe.terminal.wait(until: "x is written") { _ in recorded().contains("key character(x)") }
            try await probe.terminal.send("y")
            try await probe.terminal.wait(until: "y is written") { _ in recorded().contains("key character(y)") }
            let steps = recorded()
            #expect(!steps.contains("60x30") && steps.utf8.count < 120, "\(steps.debugDescription)")

            try await probe.terminal.send("C-l")
            try await probe.terminal.wait(until: "all is written") { _ in recorded().contains("key control(l)") }
            let redrawn = recorded().dropFirst(steps.count)
            #expect(redrawn.contains("60x30") && redrawn.contains("key character(x)"), "\(redrawn.debugDescription)")
        }
    }
}
