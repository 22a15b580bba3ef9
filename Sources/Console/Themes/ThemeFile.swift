import Terminal
import Yams

/// A mistake in a theme file, with its place.
public struct ThemeError: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    /// Counted from 1; `nil` when the mistake has no line, such as a file that cannot be read.
    public let line: Int?
    public let problem: String

    public init(file: String, line: Int?, problem: String) {
        self.file = file
        self.line = line
        self.problem = problem
    }

    public var description: String {
        line.map { "\(file):\($0): \(problem)" } ?? "\(file): \(problem)"
    }
}

/// Reads a theme from YAML.
///
/// ```yaml
/// name: dark
/// text: { fg: "#d8dee9", bg: "#1c2128" }
/// state.ringing: { fg: yellow, bold: true }
/// dim: "#768390"        # short for { fg: "#768390" }
/// ```
///
/// A colour is `#rrggbb`, a name, an index (0…255) or `default`. A role that names no background has that of `text`.
public enum ThemeFile {
    /// - Parameter file: what errors call the file.
    /// - Throws: ``ThemeError`` with line and key.
    public static func parse(_ yaml: String, file: String) throws(ThemeError) -> Theme {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw ThemeError(file: file, line: line(of: error), problem: "is not YAML: \(summary(of: error))")
        } catch {
            throw ThemeError(file: file, line: nil, problem: "is not YAML: \(error)")
        }
        guard let mapping = root?.mapping else {
            throw ThemeError(file: file, line: 1, problem: "is empty; it must have lines such as “title: { fg: cyan }”")
        }
        var reader = Reader(file: file)
        return try reader.theme(mapping)
    }

    private static func line(of error: YamlError) -> Int? {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: nil
        }
    }

    private static func summary(of error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        default: "\(error)"
        }
    }

    private struct Reader {
        let file: String

        mutating func theme(_ mapping: Node.Mapping) throws(ThemeError) -> Theme {
            var name: String?
            var styles: [Role: Style] = [:]
            var inheriting: Set<Role> = []
            for (keyNode, value) in mapping {
                let key = keyNode.string ?? ""
                if key == "name" {
                    name = value.string
                    continue
                }
                guard let role = Role(rawValue: key) else {
                    let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
                    throw wrong(keyNode, "“\(key)” is not a role; the roles are \(roles)")
                }
                if styles[role] != nil { throw wrong(keyNode, "“\(key)” appears twice") }
                var hasBackground = false
                styles[role] = try style(value, key: key, hasBackground: &hasBackground)
                if !hasBackground { inheriting.insert(role) }
            }
            let background = styles[.text]?.background ?? .default
            for role in Role.allCases where styles[role] == nil {
                styles[role] = styles[.text] ?? .plain
            }
            for role in inheriting { styles[role]?.background = background }
            return Theme(name: name ?? file, styles: styles)
        }

        private func style(_ node: Node, key: String, hasBackground: inout Bool) throws(ThemeError) -> Style {
            if node.scalar != nil { return Style(foreground: try color(node, key: key)) }
            guard let mapping = node.mapping else { throw wrong(node, "“\(key)” must be a colour or { fg: …, bg: … }") }
            var style = Style.plain
            for (part, value) in mapping {
                switch part.string {
                case "fg": style.foreground = try color(value, key: "\(key).fg")
                case "bg":
                    style.background = try color(value, key: "\(key).bg")
                    hasBackground = true
                case "bold": style.attributes.set(.bold, try flag(value, key: "\(key).bold"))
                case "dim": style.attributes.set(.dim, try flag(value, key: "\(key).dim"))
                case "italic": style.attributes.set(.italic, try flag(value, key: "\(key).italic"))
                case "underline": style.attributes.set(.underline, try flag(value, key: "\(key).underline"))
                case "reverse": style.attributes.set(.reverse, try flag(value, key: "\(key).reverse"))
                default:
                    throw wrong(
                        part,
                        "“\(key).\(part.string ?? "?")” is not known; use fg, bg, bold, dim, italic, underline or "
                            + "reverse"
                    )
                }
            }
            return style
        }

        private func flag(_ node: Node, key: String) throws(ThemeError) -> Bool {
            guard let flag = node.bool else { throw wrong(node, "“\(key)” must be true or false") }
            return flag
        }

        private func color(_ node: Node, key: String) throws(ThemeError) -> Color {
            let text = node.string ?? ""
            guard let color = Color(named: text) else {
                throw wrong(
                    node,
                    "“\(key)”: “\(text)” is not a colour; use “#rrggbb” in quotes, a name such as cyan or "
                        + "bright-cyan, 0 to 255, or default"
                )
            }
            return color
        }

        private func wrong(_ node: Node, _ problem: String) -> ThemeError {
            ThemeError(file: file, line: node.mark?.line, problem: problem)
        }
    }
}

extension Attributes {
    fileprivate mutating func set(_ attribute: Attributes, _ isOn: Bool) {
        if isOn { insert(attribute) } else { remove(attribute) }
    }
}

extension Color {
    /// A colour by the words of a theme file; `nil` when it is none.
    init?(named text: String) {
        let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
        if text == "default" {
            self = .default
        } else if let index = UInt8(text) {
            self = .indexed(index)
        } else if let index = names.firstIndex(of: text) {
            self = .indexed(UInt8(index))
        } else if text.hasPrefix("bright-"), let index = names.firstIndex(of: String(text.dropFirst(7))) {
            self = .indexed(UInt8(index) + 8)
        } else if text.hasPrefix("#"), text.utf8.count == 7, let value = UInt32(text.dropFirst(), radix: 16) {
            self = .rgb(UInt8(value >> 16), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
        } else {
            return nil
        }
    }
}
