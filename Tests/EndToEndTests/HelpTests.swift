import Foundation
import Piopiy
import TestSupport
import Testing

@Suite("Help, completions and the manual")
struct HelpTests {
    static let commands = [
        "console", "call", "hangup", "transfer", "batch", "agents", "agents list", "cdr", "cdr list", "recording",
        "sms",
        "webhooks", "webhooks add", "sandbox", "who", "config", "config show", "config check", "config path",
    ]

    @Test("Every command has help", arguments: commands)
    func help(command: String) async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await program.run(command.split(separator: " ").map(String.init) + ["--help"])
        #expect(result.status == 0)
        #expect(result.output.contains("USAGE: piopiy \(command)"))
    }

    @Test("It tells its version, which is the SDK's, and the commit and the Swift that it was built from")
    func version() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await program.run("--version")
        #expect(result.status == 0)
        let version = NSRegularExpression.escapedPattern(for: PiopiyVersion.current)
        let commit = "([0-9a-f]{7,}( with changes)?|unknown commit)"
        let line = "^piopiy \(version) \\(\(commit), Swift [0-9]+\\.[0-9]+(\\.[0-9]+)?\\)\n$"
        #expect(result.output.range(of: line, options: .regularExpression) != nil, "\(result.output)")
    }

    @Test("The commit that it tells is one of the sources that it was built from")
    func commit() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let version = try await program.run("--version").output
        let commit = String(version.drop { $0 != "(" }.dropFirst().prefix { $0.isHexDigit })
        // In sources without git no commit can be told.
        let known = try await program.shell(
            "cd '\(PackageFolder.root.path)' && git ls-files --error-unmatch Package.swift"
        )
        if known.status == 0 {
            let found = try await program.shell(
                "cd '\(PackageFolder.root.path)' && git cat-file -e '\(commit)^{commit}'"
            )
            #expect(found.status == 0, "\(version)")
        } else {
            #expect(version.contains("(unknown commit, "), "\(version)")
        }
    }

    @Test("Every command can be told which configuration holds")
    func configuration() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let dump = try await program.run("--experimental-dump-help")
        let tool = try #require(JSONSerialization.jsonObject(with: Data(dump.output.utf8)) as? [String: Any])
        var all: [String: [String]] = [:]
        func look(_ command: [String: Any], _ path: String) {
            let name = path + (command["commandName"] as? String ?? "?")
            let children = command["subcommands"] as? [[String: Any]] ?? []
            for child in children { look(child, name + " ") }
            let names = (command["arguments"] as? [[String: Any]] ?? []).flatMap { argument in
                (argument["names"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
            }
            if children.isEmpty, !name.hasSuffix(" help") { all[name] = names }
        }
        look(try #require(tool["command"] as? [String: Any]), "")
        #expect(all.count > 20)
        for (name, options) in all {
            #expect(options.contains("profile") && options.contains("config"), "\(name)")
        }
    }

    @Test("Shell completions are scripts that their shell can read", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let script = try await program.run("--generate-completion-script", shell)
        #expect(script.status == 0)
        for word in ["transfer", "concurrency", "simultaneous", "monochrome"] {
            #expect(script.output.contains(word))
        }
        let file = program.home.appending(path: "completions.\(shell)").path
        try Data(script.output.utf8).write(to: URL(filePath: file))
        // zsh and fish are read where they are installed.
        let read = try await program.shell("command -v \(shell) > /dev/null || exit 0; exec \(shell) -n \(file)")
        #expect(read.status == 0, "\(read.errors)")
    }

    @Test("bash completes a command and its values")
    func completes() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let script = """
            eval "$("$piopiy" --generate-completion-script bash)"
            complete_line() {
                COMP_LINE="$1" COMP_POINT=${#1} COMP_WORDS=($1) COMPREPLY=()
                [[ "$1" == *" " ]] && COMP_WORDS+=("")
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _piopiy piopiy "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                echo "${COMPREPLY[@]}"
            }
            complete_line "piopiy tran"; complete_line "piopiy call --output "; complete_line "piopiy call --wait "
            """
        let file = program.home.appending(path: "complete.bash").path
        try Data(script.utf8).write(to: URL(filePath: file))
        let result = try await program.shell("exec bash \(file)")
        #expect(result.output == "transfer\ntext json\nanswered ended\n", "\(result.errors)")
    }

    @Test("What the manual is made of names every command")
    func manual() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await program.run("--experimental-dump-help")
        #expect(result.status == 0)
        let tool = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let root = try #require(tool["command"] as? [String: Any])
        let names = (root["subcommands"] as? [[String: Any]] ?? []).compactMap { $0["commandName"] as? String }
        #expect(Set(Self.commands.filter { !$0.contains(" ") }).isSubset(of: names))
    }

    @Test("The console's help, and so the manual, lists its keys")
    func keys() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await program.run("console", "--help")
        for line in [
            "  n         new call: opens the form", "  :         run a command by name", "  Ctrl-S    place the call",
        ] {
            #expect(result.output.contains(line))
        }
    }
}
