import Foundation
import TestSupport
import Testing

/// The manual says what the program does: its examples run, and its names are the program's.
@Suite("The manual")
struct ManualTests {
    private static let folder = PackageFolder.root.appending(path: "Sources/PiopiyCommand/Manual.docc")

    private static let pages: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }.sorted()
    }()

    private static func text(_ page: String) throws -> String {
        try String(contentsOf: folder.appending(path: "\(page).md"), encoding: .utf8)
    }

    /// The fenced blocks of a language, in their order.
    private static func blocks(_ language: String, in text: String) -> [String] {
        var blocks: [String] = []
        var block: [Substring]?
        var isOther = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let lines = block {
                if line == "```" {
                    blocks.append(lines.joined(separator: "\n"))
                    block = nil
                } else {
                    block?.append(line)
                }
            } else if isOther {
                isOther = line != "```"
            } else if line == "```\(language)" {
                block = []
            } else if line.hasPrefix("```") {
                isOther = true
            }
        }
        return blocks
    }

    /// The pages that have command lines for a shell.
    private static let pagesWithCommands = pages.filter { page in
        (try? text(page)).map { !blocks("sh", in: $0).isEmpty } ?? true
    }

    @Test("Every command line of a page runs on the sandbox as it stands", arguments: pagesWithCommands)
    func commands(page: String) async throws {
        let blocks = Self.blocks("sh", in: try Self.text(page))
        let program = try Program()
        defer { program.clean() }
        let bin = program.home.appending(path: "bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: bin.appending(path: "piopiy"),
            withDestinationURL: URL(filePath: Program.path)
        )
        let hooks = try FreePort.find()
        let path = program.environment["PATH"] ?? ""
        try await RunningSandbox.with(program, ["--speed", "10", "--seed", "\(patientSeed)"]) { sandbox in
            let port = try #require(URL(string: sandbox.base)?.port)
            var program = program
            program.environment["PATH"] = "\(bin.path):\(path)"
            program.environment["PIOPIY_API_URL"] = sandbox.base
            program.environment["PIOPIY_WEBHOOK_PORT"] = "\(hooks)"
            // A journal that has a call, as a reader of any page has it.
            let call = ["call", "--from", "919999999999", "--to", "918888881999", "--agent", "support-en"]
            #expect(try await program.run(call).status == 0)
            let script = (["set -e", "cd \"$HOME\""] + blocks).joined(separator: "\n")
                .replacingOccurrences(of: "127.0.0.1:8901", with: "127.0.0.1:\(port)")
                .replacingOccurrences(of: "127.0.0.1:8787", with: "127.0.0.1:\(hooks)")
            let result = try await program.shell(script)
            #expect(result.status == 0, "\(result.errors)\n\(result.output)")
        }
    }

    @Test("Every configuration of a page is right", arguments: pages)
    func configurations(page: String) async throws {
        for block in Self.blocks("yaml", in: try Self.text(page)) {
            let program = try Program()
            defer { program.clean() }
            let file = program.home.appending(path: "config.yaml")
            try Data(block.utf8).write(to: file)
            let result = try await program.run(["config", "check", "--config", file.path])
            // A token file that is named need not be there for the text to be right.
            #expect(result.status == 0 || result.errors.contains("token"), "\(result.errors)")
        }
    }

    @Test(
        "Each page can be read in a terminal: no line is wider than 80 columns, and no mark is left",
        arguments: pages
    )
    func help(page: String) async throws {
        let program = try Program()
        defer { program.clean() }
        let result = try await program.run(["help", page])
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count > 20)
        for line in lines where !line.hasPrefix("    ") {
            #expect(line.count <= 80, "\(line)")
            #expect(!line.contains("](") && !line.contains("**") && !line.hasPrefix("|"), "\(line)")
        }
    }

    @Test("A word that names no page and no command is told, with those that do")
    func unknownTopic() async throws {
        let program = try Program()
        defer { program.clean() }
        let wrong = try await program.run(["help", "keyz"])
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("keyz") && wrong.errors.contains("troubleshooting"))
        let command = try await program.run(["help", "campaign", "run"])
        #expect(command.status == 0 && command.output.contains("piopiy campaign run"))
        let all = try await program.run(["help"])
        #expect(all.status == 0 && all.output.contains("firstday") && all.output.contains("hangup"))
        let page = try await program.run(["help", "First", "day"])
        #expect(page.output.hasPrefix("FIRST DAY"))
    }

    @Test("Every setting, command and exit code that the program has is in it")
    func names() async throws {
        let program = try Program()
        defer { program.clean() }
        let settings = try await program.run(["config", "show", "--output", "json"]).objects
        let configuration = try Self.text("Configuration") + (try Self.text("Keys"))
        let names = settings.compactMap { $0["key"] as? String }
        #expect(names.count > 20)
        for name in names {
            #expect(configuration.contains("`\(name)`") || configuration.contains("\(name):"), "\(name)")
        }
        let help = try await program.run(["--help"]).output
        let commands = try Self.pages.map { try Self.text($0) }.joined()
        let list = help.components(separatedBy: "SUBCOMMANDS:").last ?? ""
        let known = list.split(separator: "\n").compactMap { line in
            line.hasPrefix("  ") && !line.hasPrefix("   ") ? line.split(separator: " ").first.map(String.init) : nil
        }
        #expect(known.count > 15)
        for command in known where command != "See" && command != "help" {
            #expect(commands.contains("piopiy \(command)"), "\(command)")
        }
        let codes = try Self.text("Commands") + (try Self.text("Troubleshooting"))
        for code in ["0", "64", "69", "74", "75", "76", "77", "78"] {
            #expect(help.contains(code) && codes.contains("| \(code) |"), "\(code)")
        }
    }
}
