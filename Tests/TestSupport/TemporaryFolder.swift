import Foundation

/// Folders that are cleared away with all that is in them, whatever happens.
public enum TemporaryFolder {
    /// - Parameter name: what its name begins with, so that one that was left behind tells whose it is.
    public static func with<Value>(
        _ name: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (URL) async throws -> Value
    ) async throws -> Value {
        let folder = try make(name)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    /// - Parameter name: what its name begins with, so that one that was left behind tells whose it is.
    public static func with<Value>(_ name: String, _ body: (URL) throws -> Value) throws -> Value {
        let folder = try make(name)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    private static func make(_ name: String) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
