import Console
import Foundation
import TestSupport
import Testing

@testable import PiopiyCommand
@testable import Sandbox

/// The manual's tables are the program's: keys, settings, variables, exit codes, endings, themes, commands and options are
/// compared in both directions.
@Suite("The manual's tables")
struct ManualTableTests {
    /// A page of the manual, as its Markdown.
    private struct Page {
        let text: String

        init(_ name: String) throws {
            let file = PackageFolder.root.appending(path: "Sources/PiopiyCommand/Manual.docc/\(name).md")
            text = try String(contentsOf: file, encoding: .utf8)
        }

        /// What stands under a heading of the second rank.
        func section(_ title: String) throws -> String {
            let parts = "\n\(text)".components(separatedBy: "\n## ")
            let part = try #require(parts.first { $0.hasPrefix("\(title)\n") }, "no section “\(title)”")
            return String(part.dropFirst(title.count))
        }

        /// The rows of the tables whose first column has a title, in a text. Cells are without the marks of code.
        static func rows(_ title: String, in text: String) -> [[String]] {
            var rows: [[String]] = []
            var isInTable = false
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                guard line.hasPrefix("|") else {
                    isInTable = false
                    continue
                }
                let cells = line.dropFirst().dropLast().components(separatedBy: "|").map {
                    $0.replacing("`", with: "").trimmingCharacters(in: .whitespaces)
                }
                if cells.first == title {
                    isInTable = true
                } else if isInTable, !line.hasPrefix("|--") {
                    rows.append(cells)
                }
            }
            return rows
        }

        func rows(_ title: String) -> [[String]] { Self.rows(title, in: text) }
    }

    /// All pages, one behind the other.
    private static func manual() -> String { ManualPage.all.map(\.markdown).joined(separator: "\n") }

    /// The words of the first cells, of which one may name several.
    private static func names(_ rows: [[String]]) throws -> [String] {
        try rows.flatMap { row in try #require(row.first).components(separatedBy: ", ") }
    }

    // MARK: Keys

    /// The keys of each action, sorted, as a section of the page has them.
    private static func keys(_ section: String) throws -> [String: [String]] {
        var keys: [String: [String]] = [:]
        for row in Page.rows("key", in: section) {
            try #require(row.count == 3, "\(row)")
            let actions = row[1].components(separatedBy: ", ")
            let groups = row[0].components(separatedBy: ", ")
            if actions.count == 1 {
                keys[actions[0], default: []] += groups
            } else {
                // Several actions in a row: each has its own keys, with an “or” between them.
                try #require(groups.count == actions.count, "\(row)")
                for (action, group) in zip(actions, groups) {
                    keys[action, default: []] += group.components(separatedBy: " or ")
                }
            }
        }
        return keys.mapValues { $0.sorted() }
    }

    @Test("Keys has every key of every screen, with its action's name, and no other", arguments: KeyContext.allCases)
    func keys(context: KeyContext) throws {
        let page = try Page("Keys")
        let everywhere = try Self.keys(page.section("Every screen"))
        #expect(everywhere.count == 3)
        let written = try Self.keys(page.section(context.title))
            .merging(everywhere) { one, other in (one + other).sorted() }
        var bound: [String: [String]] = [:]
        for binding in Keymap.standard.bindings.filter({ $0.contexts.contains(context) }) {
            bound[binding.action.rawValue, default: []].append(binding.key.name)
        }
        #expect(bound.count > 5)
        for action in Set(bound.keys).union(written.keys).sorted() {
            #expect(written[action] ?? [] == bound[action]?.sorted() ?? [], "\(context.rawValue) \(action)")
        }
    }

    @Test("Keys has a table of keys for every screen, and for none that there is not")
    func screens() throws {
        let titles = try Page("Keys").text.components(separatedBy: "\n## ").dropFirst().compactMap { part in
            Page.rows("key", in: part).isEmpty ? nil : part.split(separator: "\n").first.map(String.init)
        }
        #expect(Set(titles) == Set(KeyContext.allCases.map(\.title) + ["Every screen"]))
    }

    // MARK: Settings and variables

    @Test("Configuration has every setting that config show lists, and no other")
    func settings() async throws {
        var program = try Program()
        defer { program.clean() }
        // These two are shown when they are set.
        program.environment["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt"
        program.environment["SSL_CERT_DIR"] = "/etc/ssl/certs"
        let shown = try await program.run(["config", "show", "--output", "json"]).objects
            .compactMap { $0["key"] as? String }
        #expect(shown.count > 20)
        let page = try Page("Configuration")
        let written = try Self.names(page.rows("setting"))
        #expect(Set(written).count == written.count, "a setting is there twice")
        // The file itself, which no table of settings has.
        #expect(Set(written) == Set(shown).subtracting(["config"]))
        #expect(page.text.contains("`config`"))
        for setting in Setting.allCases {
            let row = try #require(page.rows("setting").first { $0[0] == setting.rawValue }, "\(setting.rawValue)")
            try #require(row.count == 3, "\(row)")
            // A theme follows from colours, and the delay from the connection.
            if ![.theme, .escapeDelay, .accountURL, .messagingURL, .lookupURL].contains(setting) {
                #expect(row[1] == (setting.standard ?? []).joined(separator: ", "), "\(setting.rawValue)")
            }
        }
    }

    /// The names of variables in lines that read the environment, or stand right behind one.
    private static func variables(in source: String) -> Set<String> {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.drop { $0 == " " }.hasPrefix("//") ? "" : $0
        }
        var names: Set<String> = []
        for (index, line) in lines.enumerated() {
            names.formUnion(line.matches(of: /"(PIOPIY_[A-Z_]*[A-Z])"/).map { String($0.output.1) })
            names.formUnion(line.matches(of: /"((?:http|https|all)_proxy)"/).map { $0.output.1.uppercased() })
            let near = lines[max(0, index - 2)...index].joined(separator: " ").lowercased()
            guard near.contains("environment") || near.contains("getenv") || near.contains("variable") else { continue }
            // Chapters of the manual page, of which one has that name.
            if line.contains("roff.") { continue }
            names.formUnion(line.matches(of: /"([A-Z][A-Z_]+[A-Z])"/).map { String($0.output.1) })
        }
        return names
    }

    @Test("Configuration has every variable that the program reads, and no other")
    func variables() throws {
        let folder = PackageFolder.root.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
        var read = Set(Setting.allCases.map(\.variable))
        for file in files where file.hasSuffix(".swift") {
            read.formUnion(Self.variables(in: try String(contentsOf: folder.appending(path: file), encoding: .utf8)))
        }
        // Set for ncurses, which measures the screen by them; not read.
        read.subtract(["COLUMNS", "LINES"])
        #expect(read.isSuperset(of: ["HTTPS_PROXY", "NO_COLOR", "LC_CTYPE", "PIOPIY_CONFIG"]), "\(read)")
        let page = try Page("Configuration")
        let named = Set(try Self.names(page.rows("variable")))
        // What only a variable of another name sets has no PIOPIY_ one.
        let settings = Set(try Self.names(page.rows("setting"))).subtracting(["ssl_cert_file", "ssl_cert_dir"])
        let written = named.union(settings.map { "PIOPIY_" + $0.uppercased().replacing(".", with: "_") })
        #expect(written.subtracting(read) == [], "written of, and not read")
        #expect(read.subtracting(written) == [], "read, and not written of")
    }

    // MARK: Exit codes

    @Test("Help, Commands and Troubleshooting give each exit code the meaning that the program gives it")
    func exitCodes() async throws {
        let meanings = Dictionary(uniqueKeysWithValues: ExitStatus.allCases.map { ("\($0.rawValue)", $0.meaning) })
        func read(_ page: String, _ section: String, column: Int) throws -> [String: String] {
            let rows = Page.rows("code", in: try Page(page).section(section))
            return Dictionary(rows.map { ($0[0], $0[column]) }) { one, _ in one }
        }
        #expect(try read("Commands", "Exit codes", column: 2) == meanings)
        #expect(try read("Troubleshooting", "By exit code", column: 1) == meanings)
        let program = try Program(token: nil)
        defer { program.clean() }
        let help = try await program.run("--help").output
        for (code, meaning) in meanings {
            let line = try #require(help.split(separator: "\n").first { $0.hasPrefix("  \(code) ") }, "\(code)")
            #expect(line.hasSuffix(" \(meaning)"), "\(line)")
        }
    }

    // MARK: Sandbox and themes

    @Test(
        "Sandbox has every ending that chooses what happens, and no other",
        arguments: [
            ("Endings of a call", MagicEnding.allCases.map(\.rawValue)),
            ("Endings of a transfer", TransferEnding.allCases.map(\.rawValue)),
            ("Endings of a message", MessageEnding.allCases.map(\.rawValue)),
        ]
    )
    func endings(section: String, endings: [String]) throws {
        let rows = Page.rows("ends in", in: try Page("Sandbox").section(section))
        let written = try Self.names(rows).filter { $0 != "anything else" }
        #expect(written.count > 5)
        #expect(written.sorted() == endings.sorted())
    }

    @Test("Configuration names every theme that comes with the program, and no other")
    func themes() throws {
        let folder = PackageFolder.root.appending(path: "themes")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
        #expect(files.count > 3)
        let section = try Page("Configuration").section("Themes")
        let list = try #require(section.components(separatedBy: "come with the program").first)
        #expect(Set(list.matches(of: /`([^`]+)`/).map { String($0.output.1) }) == Set(files))
    }

    // MARK: Commands and options

    /// The commands that have no commands of their own, and the names of all long options.
    private static func surface() async throws -> (commands: Set<String>, options: Set<String>) {
        let program = try Program(token: nil)
        defer { program.clean() }
        let dump = try await program.run("--experimental-dump-help")
        let tool = try #require(JSONSerialization.jsonObject(with: Data(dump.output.utf8)) as? [String: Any])
        var commands: Set<String> = []
        var options: Set<String> = []
        func look(_ command: [String: Any], _ path: [String]) {
            let path = path + [command["commandName"] as? String ?? "?"]
            let children = command["subcommands"] as? [[String: Any]] ?? []
            if children.isEmpty { commands.insert(path.joined(separator: " ")) }
            for child in children { look(child, path) }
            for argument in command["arguments"] as? [[String: Any]] ?? [] {
                for name in argument["names"] as? [[String: Any]] ?? [] where name["kind"] as? String == "long" {
                    options.insert("--\(name["name"] as? String ?? "?")")
                }
            }
        }
        look(try #require(tool["command"] as? [String: Any]), [])
        #expect(commands.count > 25 && options.count > 60)
        return (commands, options)
    }

    /// What stands in code, within a line or in a block: names of commands and options stand nowhere else.
    private static func code(_ text: String) -> String {
        var code: [String] = []
        for (index, part) in text.components(separatedBy: "\n```").enumerated() {
            if index.isMultiple(of: 2) {
                code += part.matches(of: /`([^`]+)`/).map { String($0.output.1) }
            } else {
                code.append(part)
            }
        }
        return code.joined(separator: "\n")
    }

    /// Options of other programs, and of the argument parser's own, that examples have.
    private static let foreign: Set<String> = [
        "--generate-completion-script", "--now", "--product", "--show-error", "--silent", "--strip-components",
        "--user",
    ]

    @Test("The manual names every command and every long option, and no option that there is not")
    func options() async throws {
        let (commands, options) = try await Self.surface()
        let code = Self.code(Self.manual())
        for command in commands.sorted() {
            #expect(code.contains(command), "\(command)")
        }
        let written = Set(code.matches(of: /(?:^|[^\w-])(--[a-z][a-z-]*[a-z])/).map { String($0.output.1) })
        #expect(options.subtracting(written) == [], "not in the manual")
        #expect(written.subtracting(options).subtracting(Self.foreign) == [], "not in the program")
        #expect(Self.foreign.subtracting(written) == [], "no example has it any more")
    }
}
