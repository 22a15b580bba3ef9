import Foundation

/// A public declaration in a source file, as far as its lines tell.
///
/// Found by reading lines, not by the compiler: quick, and good enough for sources that the formatter has put in order.
struct PublicDeclaration: CustomStringConvertible {
    let path: String
    /// From 1.
    let line: Int
    /// The line itself.
    let text: String
    /// `func`, `var`, `let`, `init`, `case` and so on.
    let kind: String
    /// The names of its arguments, when it has some.
    let labels: [String]
    /// The type that it stands in, empty outside.
    let owner: String
    let isDocumented: Bool

    var description: String { "\(path):\(line): \(text)" }

    /// What a type, property, function, operator or case is called; empty for an initialiser.
    var name: String {
        guard let range = text.range(of: "\\b\(kind) ", options: .regularExpression) else { return "" }
        let rest = text[range.upperBound...]
        // An operator may be made of what ends a name.
        if kind == "func", let end = rest.firstIndex(of: " "), rest[..<end].allSatisfy({ "<>=+-*/".contains($0) }) {
            return String(rest[..<end])
        }
        return String(rest.prefix { !"(:={<, ".contains($0) })
    }

    static let kinds = [
        "func", "var", "let", "init", "subscript", "struct", "enum", "class", "actor", "protocol", "typealias", "case",
    ]

    static func all(in file: SourceText) -> [PublicDeclaration] {
        var found: [PublicDeclaration] = []
        var scopes: [Scope] = []
        for (index, line) in file.lines.enumerated() {
            let code = code(of: line)
            if code.isEmpty { continue }
            let kind = kind(of: code)
            let isMember = scopes.last?.membersArePublic == true && kind != nil && !isNarrowed(code)
            let isCase = kind == "case" && scopes.last?.isPublicEnum == true
            let isPublic = code.hasPrefix("public ") || code.contains(" public ")
            if let kind, kind == "case" ? isCase : isPublic || isMember {
                found.append(
                    PublicDeclaration(
                        path: file.path,
                        line: index + 1,
                        text: line,
                        kind: kind,
                        labels: labels(file.lines, from: index),
                        owner: scopes.map(\.name).filter { !$0.isEmpty }.joined(separator: "."),
                        isDocumented: isDocumented(file.lines, index)
                    )
                )
            }
            for character in code {
                if character == "{" {
                    scopes.append(Scope(code: code, kind: kind, isPublic: isPublic))
                } else if character == "}" {
                    _ = scopes.popLast()
                }
            }
        }
        return found
    }

    private struct Scope {
        let name: String
        let isPublicEnum: Bool
        /// Of a protocol, whose members say nothing of it.
        let membersArePublic: Bool

        init(code: String, kind: String?, isPublic: Bool) {
            isPublicEnum = kind == "enum" && isPublic
            membersArePublic = kind == "protocol" && isPublic
            let words = code.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." }.map(String.init)
            let opener = words.firstIndex {
                ["struct", "enum", "class", "actor", "protocol", "extension"].contains($0)
            }
            name = opener.map { words.dropFirst($0 + 1).first ?? "" } ?? ""
        }
    }

    private static func isNarrowed(_ code: String) -> Bool {
        code.hasPrefix("private ") || code.hasPrefix("fileprivate ")
    }

    /// The line without comment and texts.
    private static func code(of line: String) -> String {
        if line.hasPrefix("//") || line.hasPrefix("@") && !line.contains(" ") { return "" }
        let bare = line.replacing(#/#*"(\\.|[^"\\])*"#*/#, with: "")
        return bare.range(of: "// ").map { String(bare[..<$0.lowerBound]) } ?? bare
    }

    private static func kind(of code: String) -> String? {
        let modifiers: Set<Substring> = [
            "public", "private(set)", "static", "final", "mutating", "indirect", "override", "nonisolated",
            "convenience",
            "borrowing", "consuming",
        ]
        for word in code.split(separator: " ") {
            if modifiers.contains(word) || word.hasPrefix("@") { continue }
            let bare = word.prefix { $0.isLetter }
            return kinds.contains(String(bare)) ? String(bare) : nil
        }
        return nil
    }

    /// Whether a doc comment ends above, attributes apart.
    private static func isDocumented(_ lines: [String], _ index: Int) -> Bool {
        var above = index - 1
        while above >= 0, lines[above].hasPrefix("@") { above -= 1 }
        return above >= 0 && lines[above].hasPrefix("///")
    }

    /// The outer names of the arguments of the declaration that begins at a line.
    private static func labels(_ lines: [String], from index: Int) -> [String] {
        var depth = 0
        var labels: [String] = []
        var word = ""
        var isName = false
        for line in lines[index...] {
            for character in code(of: line) + " " {
                switch character {
                case "(", "[":
                    depth += 1
                    isName = depth == 1 && character == "("
                    word = ""
                case ")", "]":
                    depth -= 1
                    if depth == 0 { return labels }
                case ",":
                    if depth == 1 { (isName, word) = (true, "") }
                case ":" where depth == 1 && isName:
                    labels.append(String(word.split(separator: " ").first ?? ""))
                    isName = false
                case "{", "=":
                    if depth == 0 { return labels }
                default:
                    word.append(character)
                }
            }
        }
        return labels
    }
}
