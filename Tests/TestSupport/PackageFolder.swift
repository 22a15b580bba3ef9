import Foundation

/// This package's own folder.
public enum PackageFolder {
    /// What this file lies in as Tests/TestSupport/PackageFolder.swift.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}
