import Foundation
import PackagePlugin

/// Writes the commit and the version of the compiler into a source file of the target, outside of `Sources`.
///
/// `Package.swift` cannot read the commit: SwiftPM keeps its result until its text changes. A build command runs again
/// when one of its inputs has changed: a source, or git's `HEAD` and its log, which every commit and every checkout
/// write.
@main
struct BuildStamp: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) async throws -> [Command] {
        let package = context.package.directoryURL
        let sources = package.appending(path: "Sources")
        let script = sources.appending(path: "BuildStamp/stamp.sh")
        let output = context.pluginWorkDirectoryURL.appending(path: "Stamp.swift")
        let files = context.package.sourceModules.flatMap { $0.sourceFiles.map(\.url) }
            .filter { $0.path.hasPrefix(sources.path + "/") }
        let git = ["HEAD", "logs/HEAD"].compactMap { Self.gitFile($0, of: package) }
        return [
            .buildCommand(
                displayName: "Writing down commit and compiler",
                executable: URL(filePath: "/bin/sh"),
                arguments: [
                    script.path, package.path, (try? context.tool(named: "swiftc").url.path) ?? "", output.path,
                ],
                inputFiles: [script, package.appending(path: "Package.swift")] + files + git,
                outputFiles: [output]
            )
        ]
    }

    /// A file of git's own; `nil` where there is no git, or no such file.
    private static func gitFile(_ name: String, of package: URL) -> URL? {
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-C", package.path, "rev-parse", "--git-path", name]
        let answer = Pipe()
        git.standardOutput = answer
        git.standardError = FileHandle.nullDevice
        guard (try? git.run()) != nil else { return nil }
        let data = (try? answer.fileHandleForReading.readToEnd()) ?? Data()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { return nil }
        let path = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
        let file = URL(filePath: path.hasPrefix("/") ? path : "\(package.path)/\(path)")
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }
}
