import Foundation
import TestSupport

/// An article, and the names that stand in its code.
struct Article {
    /// The text without its blocks of code.
    let text: String

    init(_ text: String) {
        self.text = text.components(separatedBy: "\n```").enumerated()
            .compactMap { index, part in index.isMultiple(of: 2) ? part : nil }.joined(separator: "\n")
    }

    /// - Parameter path: below the package's folder.
    init(path: String) throws {
        self.init(try String(contentsOf: PackageFolder.root.appending(path: path), encoding: .utf8))
    }

    /// What stands in code within lines, in its order.
    var spans: [String] { text.matches(of: /`+([^`]+)`+/).map { String($0.output.1) } }

    /// The code that is a path in the repository.
    var paths: [String] { spans.filter { $0.contains("/") && !$0.contains(" ") } }

    /// The code that is the name of a file, without its folder.
    var fileNames: [String] { spans.filter { $0.wholeMatch(of: /[\w+.-]+\.(swift|md|yml|json)/) != nil } }

    /// The code that is a type's name, or a member's behind it.
    var names: [Name] { spans.compactMap(Name.init) }

    /// The sections whose titles are these, each with its own title's line.
    func sections(_ titles: [String]) -> [String: Article] {
        let parts = "\n\(text)".components(separatedBy: "\n## ").dropFirst()
        return titles.reduce(into: [:]) { found, title in
            found[title] = parts.first { $0.hasPrefix("\(title)\n") }.map { Article($0) }
        }
    }

    /// The rows below a table's head.
    func rows(below head: String) -> [[String]] {
        let lines = text.components(separatedBy: "\n")
        guard let start = lines.firstIndex(of: head) else { return [] }
        return lines[(start + 1)...].prefix { $0.hasPrefix("|") }.dropFirst().map { line in
            line.dropFirst().dropLast().components(separatedBy: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// A type's name, such as `Dialer` or `JournalLine.Kind.intent`.
    struct Name: Hashable, CustomStringConvertible {
        let parts: [String]

        /// - Returns: `nil` for what is written another way.
        init?(_ text: String) {
            guard text.wholeMatch(of: /[A-Z]\w*(\.\w+)*/) != nil, !text.hasSuffix(".swift"), !text.hasSuffix(".md"),
                text.contains(where: \.isLowercase)
            else { return nil }
            parts = text.components(separatedBy: ".")
        }

        var description: String { parts.joined(separator: ".") }
    }
}

/// What Swift files declare.
struct Declarations {
    /// Of each type the names that are declared in files that declare or extend it.
    private var members: [String: Set<String>] = [:]
    private(set) var types: Set<String> = []

    private static let ofTypes: Set<String> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
    private static let ofMembers: Set<String> = ["func", "var", "let", "case"]

    mutating func add(_ source: String) {
        let tokens = SwiftTokens(source).all
        var named: Set<String> = []
        var declared: Set<String> = []
        for index in tokens.indices.dropLast() {
            let (word, next) = (tokens[index].text, tokens[index + 1].text)
            if Self.ofTypes.contains(word) {
                types.insert(next)
                named.insert(next)
                declared.insert(next)
            } else if word == "extension" {
                // Of a type within another, the inner one.
                var end = index + 1
                while end + 2 < tokens.count, tokens[end + 1].text == "." { end += 2 }
                named.insert(tokens[end].text)
            } else if Self.ofMembers.contains(word) {
                declared.insert(next)
                // Several cases on a line.
                for behind in tokens[(index + 2)...].prefix(while: { $0.line == tokens[index].line })
                where word == "case" { declared.insert(behind.text) }
            }
        }
        for type in named { members[type, default: []].formUnion(declared) }
    }

    /// Whether there is such a type, with such members.
    func has(_ name: Article.Name) -> Bool {
        types.contains(name.parts[0])
            && zip(name.parts, name.parts.dropFirst()).allSatisfy { members[$0]?.contains($1) == true }
    }

    /// What the Swift files of the package's sources and tests declare.
    static func all() throws -> Declarations {
        try PackageFolder.files(below: ["Sources", "Tests"]).filter { $0.hasSuffix(".swift") }
            .reduce(into: Declarations()) { all, path in
                all.add(try String(contentsOf: PackageFolder.root.appending(path: path), encoding: .utf8))
            }
    }
}

extension PackageFolder {
    /// The paths of all files below some folders.
    static func files(below folders: [String]) throws -> [String] {
        try folders.flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
                .map { "\(folder)/\($0)" }
        }
    }
}
