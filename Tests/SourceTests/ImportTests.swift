import Foundation
import TestSupport
import Testing

/// Data flows one way, and so do imports: who may import whom is fixed here.
@Suite("Who imports whom")
struct ImportTests {
    /// Each target of ours, with the targets of ours that it may import.
    ///
    /// A line that is added or grows is a decision on the design: it belongs in the Architecture article too.
    static let allowed: [String: Set<String>] = [
        "BuildFacts": [],
        "CNcurses": [],
        "CZlib": [],
        "Piopiy": [],
        "CallBoard": ["Piopiy"],
        "Campaigns": ["CallBoard", "Piopiy"],
        "Journal": ["CallBoard", "Campaigns", "Piopiy"],
        "Webhooks": ["CZlib", "Piopiy"],
        "PrometheusMetrics": ["CallBoard", "Campaigns", "Journal", "Webhooks"],
        "Sandbox": ["Piopiy"],
        "Station": ["CallBoard", "Campaigns", "Journal", "Piopiy", "Webhooks"],
        "Terminal": ["CNcurses"],
        "Console": ["CallBoard", "Campaigns", "Piopiy", "Terminal"],
        "PiopiyCommand": [
            "BuildFacts", "CallBoard", "Campaigns", "Console", "Journal", "Piopiy", "PrometheusMetrics", "Sandbox",
            "Station", "Terminal", "Webhooks",
        ],
    ]

    /// Libraries that one part alone may know, with that part: what they give does not leak into the others.
    static let owners: [String: Set<String>] = [
        "ArgumentParser": ["PiopiyCommand"],
        "AsyncHTTPClient": ["Piopiy", "Sandbox"],
        "Configuration": ["PiopiyCommand"],
        "GRDB": ["Journal"],
        "Hummingbird": ["PrometheusMetrics", "Sandbox", "Webhooks"],
        "Yams": ["Console", "PiopiyCommand"],
    ]

    /// An import: the target that has it, what it imports, and where it stands.
    struct Import: Hashable {
        let target: String
        let module: String
        let place: String
    }

    /// The modules that a file of Swift imports, with the lines, from 1.
    static func imports(in text: String) -> [(module: String, line: Int)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place < words.count - 1,
                words[..<place].allSatisfy({ $0.hasPrefix("@") || ["public", "package", "internal"].contains($0) })
            else { return nil }
            // import struct Foundation.Data
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "typealias", "let", "var"]
            let name = words[(place + 1)...].first { !kinds.contains($0) } ?? ""
            return (String(name.prefix { $0 != "." }), index + 1)
        }
    }

    private static func all() throws -> [Import] {
        let folder = PackageFolder.root.appending(path: "Sources")
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().flatMap { name in
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            let target = String(name.prefix { $0 != "/" })
            return imports(in: text).map { Import(target: target, module: $0.module, place: "\(name):\($0.line)") }
        }
    }

    @Test("A target imports those of ours that the table lets it import, and no others")
    func table() throws {
        let imports = try Self.all()
        #expect(imports.count > 500, "the imports are not found any more")
        for one in imports where Self.allowed[one.module] != nil {
            #expect(Self.allowed[one.target]?.contains(one.module) == true, "\(one.place) imports \(one.module)")
        }
        for (target, modules) in Self.allowed {
            let used = Set(imports.filter { $0.target == target }.map(\.module))
            let unused = modules.subtracting(used)
            #expect(unused.isEmpty, "the table lets \(target) import \(unused), which it does not")
        }
    }

    @Test("A library that belongs to one part is imported by no other")
    func libraries() throws {
        let imports = try Self.all()
        for (module, targets) in Self.owners {
            let used = Set(imports.filter { $0.module == module }.map(\.target))
            #expect(used == targets, "\(module)")
        }
    }

    @Test("The table has every target in Sources, and nothing else")
    func targets() throws {
        let folder = PackageFolder.root.appending(path: "Sources")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        // A plugin of the package manager's, which runs before anything is compiled.
        #expect(Set(names).subtracting(["BuildStamp"]) == Set(Self.allowed.keys))
    }

    @Test(
        "An import is seen in each of its forms",
        arguments: [
            ("import Piopiy", "Piopiy"), ("@testable import Journal", "Journal"), ("    import GRDB", "GRDB"),
            ("public import struct Foundation.Data", "Foundation"), ("internal import CNcurses", "CNcurses"),
            ("/// import nothing", nil), ("let a = \"import x\"", nil), ("important", nil),
        ] as [(String, String?)]
    )
    func forms(line: String, module: String?) {
        #expect(Self.imports(in: "import A\n\(line)\n").map(\.module) == ["A"] + [module].compactMap { $0 })
    }
}
