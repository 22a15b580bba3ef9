import Foundation
import TestSupport

/// The files of this package.
enum PackageFiles {
    /// The files below a folder whose names end so, sorted by path.
    static func files(below folder: String, ending: String) throws -> [SourceText] {
        let names = FileManager.default.enumerator(atPath: PackageFolder.root.appending(path: folder).path)
        let paths = (names?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(ending) }.sorted()
        return try paths.map { try file("\(folder)/\($0)") }
    }

    static func file(_ path: String) throws -> SourceText {
        SourceText(path: path, text: try String(contentsOf: PackageFolder.root.appending(path: path), encoding: .utf8))
    }
}

/// A file's lines, without the blanks at their ends.
struct SourceText: Sendable {
    /// Below the package's folder.
    let path: String
    let lines: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }
}
