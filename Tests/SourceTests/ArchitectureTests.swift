import Foundation
import TestSupport
import Testing

/// The Architecture article names files, types and tests: each of them is there, and its table of imports is the one that
/// the sources keep.
@Suite("The Architecture article")
struct ArchitectureTests {
    private static let folder = "Sources/CallBoard/CallBoard.docc"

    private static func article() throws -> Article { try Article(path: "\(folder)/Architecture.md") }

    /// The sections that name types, and how many names each has at least.
    private static let sections = [
        "The flow of data": 5, "The outcome table": 3, "The journal's invariants": 50, "Add a command": 15,
        "Add an event's dialect": 10, "Add a store": 20,
    ]

    @Test("Every path and every file that it names is in the repository")
    func files() throws {
        let article = try Self.article()
        #expect(article.paths.count > 15, "the paths are not found any more")
        for path in Set(article.paths).sorted() {
            let file = PackageFolder.root.appending(path: path).path
            #expect(FileManager.default.fileExists(atPath: file), "there is no \(path)")
        }
        #expect(article.fileNames.count > 15, "the names of files are not found any more")
        let below = try PackageFolder.files(below: ["Sources", "Tests"])
        let names = Set(below.map { URL(filePath: $0).lastPathComponent }).union(["Package.swift", "README.md"])
        #expect(names.count > 500, "the files are not found any more")
        #expect(Set(article.fileNames).subtracting(names) == [], "no file has this name")
    }

    @Test("Every type and every test that it names is declared")
    func names() throws {
        let declarations = try Declarations.all()
        #expect(declarations.types.count > 800, "the declarations are not found any more")
        let article = try Self.article()
        let sections = article.sections(Self.sections.keys.sorted())
        for (title, least) in Self.sections {
            let names = try #require(sections[title], "no section “\(title)”").names
            #expect(names.count >= least, "the names of “\(title)” are not found any more")
        }
        for name in Set(article.names).sorted(by: { "\($0)" < "\($1)" })
        where ImportTests.allowed[name.description] == nil {
            // Not within the expectation, which would show all that is declared.
            let isDeclared = declarations.has(name)
            #expect(isDeclared, "nothing declares \(name)")
        }
    }

    /// What it names of test suites, and is no test itself.
    private static let helpers = ["HelpTests.commands", "ImportTests.allowed", "ImportTests.owners"]

    @Test("Every test that it names is one")
    func tests() throws {
        let named = Set(try Self.article().names.filter { $0.parts[0].hasSuffix("Tests") && $0.parts.count == 2 })
        #expect(named.count > 30, "the tests are not found any more")
        let files = try TestFile.all()
        for test in named where !Self.helpers.contains(test.description) {
            let isTest = files.contains { file in
                file.code.tokens.contains { $0.text == test.parts[0] }
                    && file.code.functions.contains { $0.isTest && $0.name == test.parts[1] }
            }
            #expect(isTest, "\(test) is not a test")
        }
    }

    /// A table's targets, each with those that it may import. A target may have several rows.
    private static func table(in article: Article) throws -> [String: Set<String>] {
        try article.rows(below: "| target | may import |").reduce(into: [:]) { table, row in
            try #require(row.count == 2, "\(row)")
            let target = try #require(Article(row[0]).spans.first, "\(row)")
            table[target, default: []].formUnion(Article(row[1]).spans)
        }
    }

    @Test("Its table of imports is the one that the sources are compared with")
    func imports() throws {
        let table = try Self.table(in: Self.article())
        #expect(table.count > 10, "the table is not found any more")
        for target in Set(table.keys).union(ImportTests.allowed.keys).sorted() {
            #expect(table[target] == ImportTests.allowed[target], "\(target)")
        }
    }

    @Test("Its table of outcomes has each outcome, in their order")
    func outcomes() throws {
        let file = PackageFolder.root.appending(path: "Sources/Piopiy/Outcomes/Outcome.swift")
        let source = try String(contentsOf: file, encoding: .utf8)
        let body = try #require(source.split(separator: "public enum Outcome<").last?.split(separator: "\n}").first)
        let cases = body.matches(of: /\n    case (\w+)\(/).map { String($0.output.1) }
        #expect(cases.count == 5)
        let rows = try Self.article().rows(below: "| outcome | when | then |")
        #expect(rows.compactMap { Article($0[0]).spans.first } == cases)
    }

    @Test("The catalog's first page links to types that are public, and to the article")
    func landingPage() throws {
        let page = try Article(path: "\(Self.folder)/CallBoard.md")
        #expect(page.text.contains("- <doc:Architecture>"))
        let topics = try #require(page.sections(["Topics"])["Topics"])
        let sources = try PackageFolder.files(below: ["Sources/CallBoard"]).filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOf: PackageFolder.root.appending(path: $0), encoding: .utf8) }
        #expect(topics.spans.count > 20)
        for span in topics.spans {
            let name = span.components(separatedBy: "/").last ?? span
            let isPublic = ["struct", "enum", "protocol", "actor", "class"].contains { kind in
                sources.contains { $0.contains("\npublic \(kind) \(name)") }
            }
            #expect(isPublic, "\(span) is not public")
        }
    }

    @Test("A name that is declared nowhere, or not by its type, is found")
    func wrong() throws {
        var declarations = Declarations()
        declarations.add("public actor Board {\nenum Kind { case one, two }\n// struct Gone {}\nfunc go() {}\n}")
        declarations.add("extension Board.Kind { var other: Int { 1 } }\nstruct Lone { let text = \"class Told\" }")
        for text in ["Board", "Board.go", "Board.Kind", "Board.Kind.two", "Lone.text"] {
            #expect(declarations.has(try #require(Article.Name(text))), "\(text)")
        }
        for text in ["Gone", "Told", "Board.text", "Lone.go", "Board.Gone", "Kind.three"] {
            #expect(!declarations.has(try #require(Article.Name(text))), "\(text)")
        }
    }

    @Test("Paths, files and names are told apart, and what stands in a block is none of them")
    func spans() throws {
        let article = Article("`A/b.swift`, ``Name``\n```\n`Not.me`\n```\n`c+d.swift` `--flag` `B.c` `CDR` `a b/c`\n")
        #expect(article.paths == ["A/b.swift"])
        #expect(article.fileNames == ["c+d.swift"])
        #expect(article.names.map(\.description) == ["Name", "B.c"])
        let rows = "| `A` | |\n| `B` | `A` |\n| `B` | `C` |\n"
        let table = try Self.table(in: Article("| target | may import |\n|---|---|\n\(rows)"))
        #expect(table == ["A": [], "B": ["A", "C"]])
    }
}
