import ArgumentParser
import Piopiy

/// Finds an option that a command line gives twice though it takes one value.
///
/// The argument parser would take the last: `--to A --to B` would dial B, and nobody would hear of A.
struct RepeatedOptions {
    /// The commands as the argument parser describes them.
    private let root: JSONValue

    init(_ command: any ParsableCommand.Type) {
        root = (try? JSONValue(parsing: command._dumpHelp().utf8))?["command"] ?? [:]
    }

    /// The first repeated option, such as `--to`.
    /// - Parameter arguments: the command line without the program's name.
    /// - Returns: `nil` when each option that takes one value is given once at most.
    static func first(in arguments: [String], of command: any ParsableCommand.Type) -> String? {
        // The description of all commands takes a while to make; a command line that repeats no word needs none.
        guard arguments.first != "---completion", repeatsAnyName(arguments) else { return nil }
        return RepeatedOptions(command).first(in: arguments)
    }

    private static func repeatsAnyName(_ arguments: [String]) -> Bool {
        var names: Set<String> = []
        return arguments.contains { argument in
            argument.count > 2 && argument.hasPrefix("--") && !names.insert(name(argument)).inserted
        }
    }

    private static func name(_ argument: String) -> String {
        String(argument.drop { $0 == "-" }.prefix { $0 != "=" })
    }

    private func first(in arguments: [String]) -> String? {
        var command = root
        var given: Set<String> = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" { return nil }
            guard argument.hasPrefix("-") else {
                if let next = Self.subcommand(argument, of: command) { command = next }
                continue
            }
            guard let option = Self.option(Self.name(argument), of: command) else { continue }
            if !option.isRepeatable, !given.insert(option.name).inserted { return "--\(option.name)" }
            // Its value may look like anything, a command's name or another option included.
            if !argument.contains("=") { rest = rest.dropFirst() }
        }
        return nil
    }

    private static func subcommand(_ name: String, of command: JSONValue) -> JSONValue? {
        command["subcommands"]?.array?.first { $0["commandName"]?.string == name }
    }

    /// An option that takes a value, of the command or of the one that stands in where none is named.
    private static func option(_ name: String, of command: JSONValue) -> (name: String, isRepeatable: Bool)? {
        for argument in command["arguments"]?.array ?? [] where argument["kind"]?.string == "option" {
            let names = argument["names"]?.array?.compactMap { $0["name"]?.string } ?? []
            guard names.contains(name) else { continue }
            return (argument["preferredName"]?["name"]?.string ?? name, argument["isRepeating"] == .bool(true))
        }
        guard let standard = command["defaultSubcommand"]?.string, let next = subcommand(standard, of: command) else {
            return nil
        }
        return option(name, of: next)
    }
}
