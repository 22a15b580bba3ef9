import Foundation

/// `piopiy batch --dry-run` of many lines: what CPU and memory it takes.
enum DryRun {
    static let lines = 100_000

    static func run() throws {
        let piopiy = URL(filePath: Bundle.main.executablePath ?? "").deletingLastPathComponent().appending(
            path: "piopiy"
        )
        guard FileManager.default.isExecutableFile(atPath: piopiy.path) else {
            print("(\(piopiy.path) is not there: no dry run)")
            return
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "dry-run-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text().utf8).write(to: file)
        // In a process of its own: the kernel counts the children of a process together.
        print(String(decoding: try Program.own("dry-run", piopiy.path, file.path).end(), as: UTF8.self), terminator: "")
    }

    static func measure(piopiy: String, file: String) throws {
        let program = try Program(piopiy, ["batch", "--dry-run", file])
        let results = try program.end().split(separator: 10).count
        guard results == lines else { throw Program.Failure(description: "\(results) results of \(lines) lines") }
        let usage = Usage.children
        let memory = String(format: "%.1f", Double(usage.peakBytes) / 1_048_576)
        print(
            "piopiy batch --dry-run, \(lines) lines: \(String(format: "%.2f", usage.cpu)) s of CPU, \(memory) MiB at most"
        )
    }

    private static func text() -> String {
        var text = ""
        for index in 0..<lines {
            let number = "91888" + String(repeating: "0", count: 7 - "\(index)".count) + "\(index)"
            text += #"{"op":"ai.call","args":{"caller_id":"919999999999","to_number":"\#(number)","#
            text +=
                #""agent_id":"bdd32bcb-767c-40a5-be4a-5f45eeb348a6","options":{"max_duration_sec":600,"record":true},"#
            text += #""variables":{"order":"A-\#(index)","vip":false}},"id":"\#(index)"}"# + "\n"
        }
        return text
    }
}
