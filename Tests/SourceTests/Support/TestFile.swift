import Foundation
import TestSupport

/// A Swift file of our tests.
struct TestFile {
    /// Below the package's folder.
    let path: String
    let code: SwiftCode

    /// All of them, sorted by path.
    static func all() throws -> [TestFile] {
        let folder = PackageFolder.root.appending(path: "Tests")
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            return TestFile(path: "Tests/\(name)", code: SwiftCode(text))
        }
    }
}
