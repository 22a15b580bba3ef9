import Testing

@Suite("What the documentation shows and says")
struct DocumentedTests {
    @Test("Every block of Swift in articles, README and doc comments is compiled")
    func everyBlockIsCompiled() throws {
        let examples = try PackageFiles.files(below: "Tests/ExampleTests/Examples", ending: ".swift")
        let documents =
            try PackageFiles.files(below: "Sources/Piopiy/Piopiy.docc", ending: ".md")
            + PackageFiles.files(below: "Sources/Piopiy", ending: ".swift") + [PackageFiles.file("README.md")]
        let blocks = documents.flatMap { SwiftBlock.all(in: $0) }
        #expect(blocks.count >= 20, "the blocks are not found any more")
        let strangers = blocks.filter { block in !examples.contains { block.isIn($0) } }
        #expect(
            strangers.isEmpty,
            "not a run of lines of any file in Tests/ExampleTests/Examples:\n\(list(strangers))"
        )
    }

    @Test("A block is told apart from what only looks like it")
    func blocks() {
        let article = SourceText(
            path: "a.md",
            text: "text\n```swift\nlet a = 1\n    let b = 2\n```\n```sh\nls\n```\n"
        )
        let blocks = SwiftBlock.all(in: article)
        #expect(blocks.map(\.line) == [2])
        #expect(blocks.map(\.lines) == [["let a = 1", "let b = 2"]])
        for (code, isThere) in [
            ("  let a = 1\n  let b = 2", true), ("let a = 1\nlet c = 3\nlet b = 2", false), ("let a = 1", false),
        ] {
            let file = SourceText(path: "e.swift", text: "import Piopiy\n\(code)\n")
            #expect(blocks.allSatisfy { $0.isIn(file) } == isThere)
        }
    }

    @Test("Everything public in Piopiy has a doc comment")
    func everythingIsDocumented() throws {
        let all = try PackageFiles.files(below: "Sources/Piopiy", ending: ".swift").flatMap {
            PublicDeclaration.all(in: $0)
        }
        #expect(all.count > 500, "the declarations are not found any more")
        let documented = Set(all.filter(\.isDocumented).map { "\($0.owner).\($0.name)" })
        let bare = all.filter { !$0.isDocumented && !Self.speaksForItself($0, documented) }
        #expect(bare.isEmpty, "public without a doc comment:\n\(list(bare))")
    }

    /// What may do without a doc comment of its own.
    private static func speaksForItself(_ declaration: PublicDeclaration, _ documented: Set<String>) -> Bool {
        switch declaration.kind {
        case "init":
            // Those of literals say it all by their labels; those that only take properties are told by these.
            let labels = declaration.labels
            return labels.first?.hasSuffix("Literal") == true
                || !labels.isEmpty && labels.allSatisfy { documented.contains("\(declaration.owner).\($0)") }
        case "var":
            // What a protocol of the standard library asks for, with the meaning that it has there.
            return ["description", "debugDescription", "customMirror"].contains(declaration.name)
        case "func":
            return ["==", "<"].contains(declaration.name)
        default:
            return false
        }
    }

    @Test("A public declaration without a doc comment is found, whatever it stands in")
    func declarations() {
        let file = SourceText(
            path: "a.swift",
            text: """
                /// Told.
                public struct A {
                    public let b: Int
                    let hidden: Int
                    /// Told.
                    @Sendable
                    public static func c(_ d: Int, e f: [String: Int]) {}
                    public enum G { case h }
                    public enum I: String {
                        case j = "}"
                        /// Told.
                        case k
                    }
                    public init(b: Int, l: Int = 3) { if b == l { hidden = 1 } }
                }
                enum M {
                    case n
                }
                public protocol O {
                    var p: Int { get }
                }
                """
        )
        let all = PublicDeclaration.all(in: file)
        #expect(all.filter { !$0.isDocumented }.map(\.line) == [3, 8, 9, 10, 14, 19, 20])
        #expect(all.filter(\.isDocumented).map(\.name) == ["A", "c", "k"])
        #expect(all.first { $0.kind == "init" }?.labels == ["b", "l"])
        #expect(all.first { $0.kind == "func" }?.labels == ["_", "e"])
        #expect(all.first { $0.name == "b" }?.owner == "A")
    }

    private func list(_ items: [some CustomStringConvertible]) -> String {
        items.map(\.description).joined(separator: "\n")
    }
}
