import Foundation
import Piopiy
import TestSupport
import Testing

/// `man piopiy` is the reference: it lacks nothing that the program has, and formats without a warning.
@Suite("The manual page")
struct ManPageTests {
    /// The page as roff has it, with what stands for a hyphen and a quotation mark as these.
    private static func page(_ program: Program) async throws -> String {
        let result = try await program.run("help", "--man")
        #expect(result.status == 0, "\(result.errors)")
        return result.output.replacingOccurrences(of: "\\-", with: "-").replacingOccurrences(of: "\\(aq", with: "'")
    }

    private static func commands(_ value: JSONValue, below parent: String = "") -> [(name: String, value: JSONValue)] {
        let name = (parent.isEmpty ? "" : parent + " ") + (value["commandName"]?.string ?? "?")
        return [(name, value)] + (value["subcommands"]?.array ?? []).flatMap { commands($0, below: name) }
    }

    @Test("It has every command and every option of the command tree")
    func everything() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let page = try await Self.page(program)
        let dump = try await program.run("--experimental-dump-help")
        let root = try #require(try JSONValue(parsing: Array(dump.output.utf8))["command"])
        let commands = Self.commands(root)
        #expect(commands.count > 30)
        for (name, command) in commands.dropFirst() {
            let start = try #require(page.range(of: ".SS \"\(name)\"\n"), "\(name) is not in it")
            let rest = page[start.upperBound...]
            let own = rest[..<(rest.range(of: "\n.S")?.lowerBound ?? rest.endIndex)]
            let arguments = (command["arguments"]?.array ?? []).filter { $0["shouldDisplay"] != .bool(false) }
            // The library's own help command stands beside ours under one name, and is not shown.
            for argument in arguments where argument["valueName"] != .string("subcommands") {
                for spelling in argument["names"]?.array ?? [] {
                    let long = spelling["kind"] == .string("long")
                    let text = (long ? "--" : "-") + (spelling["name"]?.string ?? "?")
                    #expect(own.contains(text), "\(name) lacks \(text)")
                }
            }
        }
    }

    @Test("It has environment, files, exit codes, examples and the manual's topics")
    func chapters() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let page = try await Self.page(program)
        for chapter in [
            "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "COMMON OPTIONS", "CONFIGURATION", "ENVIRONMENT", "FILES",
            "EXIT STATUS", "EXAMPLES", "SEE ALSO",
        ] {
            let start = try #require(page.range(of: ".SH \"\(chapter)\"\n"), "\(chapter) is not in it")
            let rest = page[start.upperBound...]
            #expect(!rest.isEmpty && !rest.hasPrefix(".SH"), "\(chapter) is empty")
        }
        for text in [
            "PIOPIY_TOKEN_FILE", "XDG_STATE_HOME", "journal.sqlite", "webhook-secret", "piopiy help troubleshooting",
            "\\fB75\\fR", "lock_after", "piopiy call --from 919999999999",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        let settings = try await program.run("config", "show", "--output", "json").objects
        #expect(settings.count > 20)
        // The names that stand in the file; the profile and the file itself are chosen by option or variable.
        for name in settings.compactMap({ $0["key"] as? String }) where !["config", "profile"].contains(name) {
            #expect(page.contains("\\fB\(name)\\fR"), "\(name)")
        }
        #expect(page.contains("piopiy \(PiopiyVersion.current)"))
        // A request that was taken for text.
        #expect(!page.contains("\\&.") && page.contains("\n.br\n"))
    }

    @Test("It formats without a warning, and no mark of Markdown is left in it")
    func formats() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let file = program.home.appending(path: "piopiy.1").path
        let script = "\"$piopiy\" help --man > \(file) && groff -man -ww -Tutf8 \(file)"
        let result = try await program.shell(script)
        #expect(result.status == 0 && result.errors == "", "\(result.errors)")
        #expect(result.output.contains("piopiy"))
        for mark in ["**", "](", "```", "| |"] { #expect(!result.output.contains(mark), "\(mark)") }
    }

    @Test("It takes no topic beside")
    func alone() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await program.run("help", "--man", "keys")
        #expect(result.status == 64 && result.output == "")
    }
}

/// What the packages have beside the program is what the manual says.
@Suite("What is packaged")
struct PackagedFilesTests {
    @Test("The manual shows the service's unit as it is installed")
    func unit() throws {
        let unit = try String(
            contentsOf: PackageFolder.root.appending(path: ".ci/debian/piopiy-listen.service"),
            encoding: .utf8
        )
        let page = try String(
            contentsOf: PackageFolder.root.appending(path: "Sources/PiopiyCommand/Manual.docc/Webhooks.md"),
            encoding: .utf8
        )
        #expect(unit.contains("ExecStart=/usr/bin/piopiy listen\n"))
        #expect(page.contains("\n```ini\n\(unit)```\n"))
    }

    @Test("The manual names the files of this version")
    func names() throws {
        let page = try String(
            contentsOf: PackageFolder.root.appending(path: "Sources/PiopiyCommand/Manual.docc/Install.md"),
            encoding: .utf8
        )
        #expect(page.contains("piopiy_\(PiopiyVersion.current)-1_amd64.deb"))
        #expect(page.contains("piopiy-\(PiopiyVersion.current)-amd64.tar.gz"))
    }
}
