#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Finds themes by name.
public struct ThemeStore: Sendable {
    /// Where theme files are looked for, the first that has one wins.
    public let directories: [String]

    public init(directories: [String]) { self.directories = directories }

    /// The user's own directory first, then `themes` beside or above the executable: an installation has it in
    /// `../share/piopiy/themes`, a checkout above `.build/debug`. Last come the system's data directories
    /// (`$XDG_DATA_DIRS`), so that a program that lies alone somewhere else has the installed themes.
    public static func standard(executable: String, environment: [String: String]) -> ThemeStore {
        var directories: [String] = []
        if let config = environment["XDG_CONFIG_HOME"], !config.isEmpty {
            directories.append("\(config)/piopiy/themes")
        } else if let home = environment["HOME"], !home.isEmpty {
            directories.append("\(home)/.config/piopiy/themes")
        }
        var parts = executable.split(separator: "/", omittingEmptySubsequences: true).dropLast()
        if let parent = Optional(parts.dropLast()), !parts.isEmpty {
            directories.append("/" + (parent + ["share", "piopiy", "themes"]).joined(separator: "/"))
        }
        // Only a checkout of ours counts, not any folder of that name on the way up.
        while !parts.isEmpty {
            let folder = "/" + parts.joined(separator: "/")
            if FileManager.default.fileExists(atPath: "\(folder)/Package.swift") {
                directories.append("\(folder)/themes")
                break
            }
            parts = parts.dropLast()
        }
        let data = environment["XDG_DATA_DIRS"] ?? ""
        for directory in (data.isEmpty ? "/usr/local/share:/usr/share" : data).split(separator: ":") {
            // By the rules of these variables, a path that is not absolute does not count.
            let themes = "/" + (directory.split(separator: "/") + ["piopiy", "themes"]).joined(separator: "/")
            if directory.hasPrefix("/"), !directories.contains(themes) { directories.append(themes) }
        }
        return ThemeStore(directories: directories)
    }

    /// The names of all themes that are there, sorted.
    public var names: [String] {
        let files = directories.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] }
        return Set(files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }).sorted()
    }

    /// Where the theme of a name is; `nil` when there is none.
    public func path(of name: String) -> String? {
        directories.map { "\($0)/\(name).yaml" }.first { FileManager.default.fileExists(atPath: $0) }
    }

    /// - Throws: ``ThemeError`` when there is no such theme, or a mistake is in it.
    public func theme(named name: String) throws(ThemeError) -> Theme {
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else {
            throw ThemeError(file: name, line: nil, problem: "is not a theme name; the themes are \(listed)")
        }
        for directory in directories {
            let path = "\(directory)/\(name).yaml"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let text: String
            do {
                text = try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw ThemeError(file: path, line: nil, problem: "cannot be read as UTF-8 text")
            }
            return try ThemeFile.parse(text, file: path)
        }
        throw ThemeError(file: name, line: nil, problem: "is not a theme; the themes are \(listed)")
    }

    private var listed: String {
        names.isEmpty ? "none in \(directories.joined(separator: ", "))" : names.joined(separator: ", ")
    }
}
