import Piopiy

/// The manual page `piopiy(1)`, which is the reference: `piopiy help --man` prints it.
///
/// Nothing in it is written for it. Commands and options come from the command tree, as `--help` shows them;
/// environment, files, exit codes and examples come from the pages of the manual.
struct ManPage {
    /// The whole page, in the `man` macros of roff.
    let text: String

    /// - Parameters:
    ///   - dump: what `--experimental-dump-help` prints.
    ///   - version: as `piopiy --version` has it, such as `0.6.0`.
    ///   - date: the day in the page's foot, such as `2026-11-30`; may be empty.
    /// - Throws: when `dump` is not JSON.
    init(dump: String, version: String, date: String) throws {
        let root = Command(try JSONValue(parsing: Array(dump.utf8))["command"] ?? .null, parent: "")
        let commands = root.all.dropFirst()
        var roff = RoffText()
        roff.title("PIOPIY", section: "1", date: date, source: "piopiy \(version)", volume: "User Commands")
        roff.request("SH", "NAME")
        roff.line("piopiy \\- " + RoffText.escaped(Self.phrase(root.abstract)))
        roff.request("SH", "SYNOPSIS")
        for command in [root] + commands where command.isRun {
            roff.lineBreak()
            roff.line(command.usage)
        }
        roff.request("SH", "DESCRIPTION")
        roff.discussion(root.discussion)

        let common = Self.common(commands)
        roff.request("SH", "COMMANDS")
        for command in commands {
            roff.request("SS", command.name)
            roff.paragraph(command.abstract)
            roff.discussion(command.discussion)
            Self.options(command.arguments.filter { !common.contains($0) }, in: &roff)
            let names = command.arguments.filter { common.contains($0) }.map(\.names)
            if !names.isEmpty { roff.paragraph("Common options: \(names.joined(separator: ", ")).") }
        }
        roff.request("SH", "COMMON OPTIONS")
        Self.options(common, in: &roff)
        Self.chapters(in: &roff)
        text = roff.text
    }

    /// The page of this program.
    static func current(version: String, date: String) throws -> ManPage {
        try ManPage(dump: RootCommand._dumpHelp(), version: version, date: date)
    }

    // MARK: Commands

    private static func options(_ arguments: [Argument], in roff: inout RoffText) {
        var rest = arguments[...]
        while let first = rest.popFirst() {
            var terms = [first.term]
            // A flag and its opposite share one description.
            while let next = rest.first, first.isFlag, next.isFlag, next.abstract == first.abstract {
                terms.append(next.term)
                rest.removeFirst()
            }
            roff.item(term: terms.joined(separator: ", "), first.description)
        }
    }

    /// The options that many commands have, described once.
    private static func common(_ commands: some Sequence<Command>) -> [Argument] {
        var counts: [Argument: Int] = [:]
        var order: [Argument] = []
        for argument in commands.flatMap(\.arguments) where !argument.isPositional {
            if counts[argument] == nil { order.append(argument) }
            counts[argument, default: 0] += 1
        }
        return order.filter { counts[$0, default: 0] >= 8 }
    }

    /// A sentence as it stands behind a dash: no capital, no full stop.
    private static func phrase(_ sentence: String) -> String {
        let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    // MARK: Chapters of the manual

    private static func chapters(in roff: inout RoffText) {
        roff.request("SH", "CONFIGURATION")
        for heading in ["The platform", "The network", "The console", "The log"] {
            roff.request("SS", heading)
            roff.markdown(ManualPage.section(heading, of: "configuration"))
        }
        roff.request("SH", "ENVIRONMENT")
        roff.markdown(ManualPage.section("The environment", of: "configuration"))
        roff.request("SH", "FILES")
        roff.markdown(ManualPage.section("What is kept where", of: "security"))
        roff.request("SH", "EXIT STATUS")
        roff.markdown(ManualPage.section("Exit codes", of: "commands"))
        roff.request("SH", "EXAMPLES")
        for heading in ["Try them", "Place a call", "Follow a call", "Hang up and transfer", "Look"] {
            let blocks = ManualPage.blocks(of: ManualPage.section(heading, of: "commands"))
            guard !blocks.isEmpty else { continue }
            roff.paragraph(heading + ":")
            for block in blocks { roff.example(block) }
        }
        roff.request("SH", "SEE ALSO")
        roff.paragraph("The pages of the manual, shown by `piopiy help` and their name:")
        for page in ManualPage.all { roff.item(term: RoffText.bold("piopiy help \(page.topic)"), page.about) }
    }
}

extension ManPage {
    /// A command of the tree, with the commands below it.
    private struct Command {
        /// Such as `piopiy campaign run`.
        let name: String
        let abstract: String
        let discussion: String
        let arguments: [Argument]
        let children: [Command]
        private let hasDefault: Bool

        init(_ value: JSONValue, parent: String) {
            let name = (parent.isEmpty ? "" : parent + " ") + (value["commandName"]?.string ?? "")
            self.name = name
            abstract = value["abstract"]?.string ?? ""
            discussion = value["discussion"]?.string ?? ""
            arguments = (value["arguments"]?.array ?? []).filter { $0["shouldDisplay"] != .bool(false) }
                .map { Argument($0) }
            var seen: Set<String> = []
            // The library adds a help of its own beside ours.
            children = (value["subcommands"]?.array ?? []).filter { $0["shouldDisplay"] != .bool(false) }
                .map { Command($0, parent: name) }.filter { seen.insert($0.name).inserted }
            hasDefault = value["defaultSubcommand"]?.string != nil
        }

        /// This command and all below it.
        var all: [Command] { [self] + children.flatMap(\.all) }

        /// `false` for a command that only groups others, such as `piopiy config`.
        var isRun: Bool { children.isEmpty || hasDefault }

        /// Its line in the synopsis, as roff.
        var usage: String {
            let needed = arguments.filter { !$0.isOptional || $0.isPositional }.map(\.usage)
            let options = arguments.contains { $0.isOptional && !$0.isPositional }
            let last = options ? ["[\(RoffText.italic("options"))]"] : []
            return ([RoffText.bold(name)] + needed + last).joined(separator: " ")
        }
    }

    /// An option, a flag or a positional argument.
    private struct Argument: Hashable {
        private let value: JSONValue

        init(_ value: JSONValue) { self.value = value }

        var isPositional: Bool { value["kind"] == .string("positional") }
        var isFlag: Bool { value["kind"] == .string("flag") }
        var isOptional: Bool { value["isOptional"] == .bool(true) }
        var abstract: String { value["abstract"]?.string ?? "" }

        private var isRepeating: Bool { value["isRepeating"] == .bool(true) }
        private var valueName: String { value["valueName"]?.string ?? "value" }

        private var spellings: [String] {
            (value["names"]?.array ?? []).map { name in
                (name["kind"] == .string("long") ? "--" : "-") + (name["name"]?.string ?? "")
            }
        }

        /// Such as `-h, --help`.
        var names: String { spellings.joined(separator: ", ") }

        /// Such as **--from** *n*, as roff.
        var term: String {
            if isPositional { return RoffText.italic(valueName) }
            let names = spellings.map { RoffText.bold($0) }.joined(separator: ", ")
            return isFlag ? names : "\(names) \(RoffText.italic(valueName))"
        }

        var usage: String {
            let text = term + (isRepeating ? " ..." : "")
            return isOptional ? "[\(text)]" : text
        }

        /// Its meaning, its values and its default.
        var description: String {
            var facts: [String] = []
            if let values = value["allValues"]?.array?.compactMap(\.string), !values.isEmpty {
                facts.append("values: \(values.joined(separator: ", "))")
            }
            if let standard = value["defaultValue"]?.string, !standard.isEmpty { facts.append("default: \(standard)") }
            return abstract + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")
        }
    }
}
