import Foundation
import Terminal
import TestSupport
import Testing

@testable import Console

@Suite("Themes")
struct ThemeTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../themes")
        .standardized.path

    @Test(
        "The themes that come along are found by name and have every role",
        arguments: ["dark", "light", "high-contrast", "colour-blind", "gruvbox", "monochrome"]
    )
    func shipped(name: String) throws {
        let store = ThemeStore(directories: [Self.folder])
        #expect(store.names.contains(name))
        let theme = try store.theme(named: name)
        #expect(theme.name == name)
        #expect(theme[.selection] != theme[.text])
        let text = try String(contentsOfFile: "\(Self.folder)/\(name).yaml", encoding: .utf8)
        for role in Role.allCases { #expect(text.contains("\n\(role.rawValue):"), "\(role.rawValue) is missing") }
    }

    @Test("The monochrome theme names no colour, and tells states apart all the same")
    func monochrome() throws {
        let theme = try ThemeStore(directories: [Self.folder]).theme(named: "monochrome")
        for role in Role.allCases {
            #expect(theme[role].foreground == .default && theme[role].background == .default, "\(role)")
        }
        #expect(theme[.selection].attributes.contains(.reverse))
        #expect(theme[.error] != theme[.text] && theme[.fieldFocus] != theme[.field])
    }

    @Test(
        "A mistake names file, line and key",
        arguments: [
            ("text: red\ntitel: blue\n", 2, "“titel” is not a role"),
            ("text: red\n\ntitle: { fg: bleu }\n", 3, "“bleu” is not a colour"),
            ("title: { bold: maybe }\n", 1, "“title.bold” must be true or false"),
            ("title: { fgg: red }\n", 1, "“title.fgg” is not known"),
            ("title: [red]\n", 1, "must be a colour or"),
            ("text: \"#12345\"\n", 1, "is not a colour"),
            ("text: red\ntitle: { fg: red\n", 3, "is not YAML"),
            ("", 1, "is empty"),
        ] as [(String, Int, String)]
    )
    func mistakes(yaml: String, line: Int, problem: String) {
        do {
            _ = try ThemeFile.parse(yaml, file: "mine.yaml")
            Issue.record("it was taken")
        } catch {
            #expect(error.file == "mine.yaml")
            #expect(error.problem.contains(problem), "\(error)")
            #expect(error.line == line, "\(error)")
        }
    }

    @Test("A name that is none, and one that leads elsewhere, are refused with the names there are")
    func names() {
        let store = ThemeStore(directories: [Self.folder])
        for name in ["nope", "", "../themes/dark", "/etc/passwd", ".hidden"] {
            do {
                _ = try store.theme(named: name)
                Issue.record("\(name) was taken")
            } catch {
                #expect("\(error)".contains("dark, gruvbox, high-contrast, light, monochrome"))
            }
        }
    }

    @Test("Themes are found from a checkout's build folder and from the user's own directory first")
    func places() throws {
        let root = PackageFolder.root.path
        let store = ThemeStore.standard(executable: "\(root)/.build/debug/piopiy", environment: ["HOME": "/nowhere"])
        #expect(store.directories.first == "/nowhere/.config/piopiy/themes")
        #expect(store.names.contains("dark"))
    }

    @Test(
        "An installed program finds the themes of its own installation, wherever that is",
        arguments: [
            ("/usr/bin/piopiy", "/usr/share/piopiy/themes"),
            ("/home/kim/.local/bin/piopiy", "/home/kim/.local/share/piopiy/themes"),
            ("/opt/piopiy-0.6.0/bin/piopiy", "/opt/piopiy-0.6.0/share/piopiy/themes"),
        ]
    )
    func installed(executable: String, themes: String) {
        let store = ThemeStore.standard(executable: executable, environment: ["XDG_CONFIG_HOME": "/config"])
        #expect(store.directories.prefix(2) == ["/config/piopiy/themes", themes])
        #expect(Set(store.directories).count == store.directories.count)
    }

    @Test(
        "A program that lies alone finds the themes of the system's data directories, in their order",
        arguments: [
            (nil, ["/usr/local/share/piopiy/themes", "/usr/share/piopiy/themes"]),
            ("", ["/usr/local/share/piopiy/themes", "/usr/share/piopiy/themes"]),
            ("/data/:relative:/more", ["/data/piopiy/themes", "/more/piopiy/themes"]),
        ] as [(String?, [String])]
    )
    func data(directories: String?, themes: [String]) {
        var environment = ["HOME": "/nowhere"]
        environment["XDG_DATA_DIRS"] = directories
        let store = ThemeStore.standard(executable: "/nowhere/piopiy", environment: environment)
        #expect(store.directories.suffix(themes.count) == themes[...])
        #expect(store.directories.first == "/nowhere/.config/piopiy/themes")
    }

    @Test("A theme is the one of the installation, unless the user has one of that name")
    func ownFirst() throws {
        try TemporaryFolder.with("themes") { folder in
            for (place, name) in [
                ("config/piopiy/themes", "both"), ("share/piopiy/themes", "both"), ("share/piopiy/themes", "shipped"),
            ] {
                let directory = folder.appending(path: place)
                try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
                try Data("text: red\n".utf8).write(to: directory.appending(path: "\(name).yaml"))
            }
            let store = ThemeStore.standard(
                executable: "\(folder.path)/bin/piopiy",
                environment: ["XDG_CONFIG_HOME": "\(folder.path)/config"]
            )
            #expect(store.path(of: "both") == "\(folder.path)/config/piopiy/themes/both.yaml")
            #expect(store.path(of: "shipped") == "\(folder.path)/share/piopiy/themes/shipped.yaml")
        }
    }
}
