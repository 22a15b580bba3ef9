import Foundation
import TerminalDriver
import Testing

@testable import Terminal

@Suite("Keys that came together", .serialized)
struct KeyBurstTests {
    private let start = ContinuousClock.now

    @Test("Keys of one frame are one burst, those of the next another")
    func frames() {
        var collector = BurstCollector()
        var queue: [TerminalEvent] = []
        collector.add([.character("a")], frame: 1, at: start, to: &queue)
        collector.add([.enter, .up], frame: 1, at: start + .seconds(1), to: &queue)
        collector.add([], frame: 2, at: start + .seconds(2), to: &queue)
        collector.add([.character("y")], frame: 2, at: start + .seconds(3), to: &queue)
        #expect(
            queue == [
                .keys(KeyBurst([.character("a"), .enter, .up], frame: 1)), .keys(KeyBurst([.character("y")], frame: 2)),
            ]
        )
    }

    @Test("A key is alone when nothing came with it or shortly before, also when a frame was shown in between")
    func alone() {
        var collector = BurstCollector()
        func isAlone(_ keys: [Key], frame: Int, after duration: Duration) -> Bool? {
            var queue: [TerminalEvent] = []
            collector.add(keys, frame: frame, at: start + duration, to: &queue)
            guard case .keys(let burst) = queue.first else { return nil }
            return burst.isAlone
        }
        #expect(isAlone([.character("h")], frame: 1, after: .zero) == true)
        #expect(isAlone([.character("y")], frame: 2, after: .milliseconds(19)) == false)
        #expect(isAlone([.character("y")], frame: 3, after: .milliseconds(38)) == false)
        #expect(isAlone([.character("y")], frame: 3, after: .milliseconds(58)) == true)
        #expect(isAlone([.character("y"), .enter], frame: 3, after: .seconds(9)) == false)
    }

    @Test("A key that waits while a frame is made was typed on the frame before it")
    func ahead() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "burst-\(UUID().uuidString.prefix(13))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (log, go) = (folder.appending(path: "log"), folder.appending(path: "go"))
        let terminal = try PseudoTerminal(
            ProbeOnScreen.path,
            [log.path],
            environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PROBE_HOLD": go.path],
            columns: 60,
            rows: 20
        )
        defer { terminal.stop() }
        func bursts(_ count: Int, behind key: String) async throws -> [[Substring]] {
            let end = ContinuousClock.now + .seconds(60)
            while true {
                let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                let lines = text.split(separator: "\n")
                let bursts = lines.filter { $0.hasPrefix("burst ") }
                if lines.contains("key character(\(key))"), bursts.count >= count {
                    return bursts.map { $0.split(separator: " ") }
                }
                guard ContinuousClock.now < end else { throw DriverLate(text: text) }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        try await terminal.see("60x20")
        terminal.type("h")
        _ = try await bursts(1, behind: "h")
        // The probe is busy, as one that makes a frame. What is typed now waits in the terminal.
        terminal.type("y")
        try Data().write(to: go)
        _ = try await bursts(2, behind: "y")
        try await terminal.see("key character(y)")
        terminal.type("z")
        let all = try await bursts(3, behind: "z")
        let frames = try all.map { try #require(Int($0[3])) }
        #expect(frames[1] == frames[0], "\(all)")
        #expect(frames[2] > frames[1], "\(all)")
        #expect(all[2][1] == "1")
    }
}

private struct DriverLate: Error {
    let text: String
}
