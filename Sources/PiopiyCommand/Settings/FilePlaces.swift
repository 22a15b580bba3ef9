#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where files of ours are, by the XDG base directory rules: a variable that is empty or no absolute path counts as unset.
struct FilePlaces {
    /// `$XDG_CONFIG_HOME/piopiy`, or `nil` where there is neither that variable nor a home.
    let configuration: String?
    /// `$XDG_STATE_HOME/piopiy`.
    let state: String?

    init(environment: [String: String]) {
        func place(_ variable: String, _ fallback: String) -> String? {
            if let path = environment[variable], path.hasPrefix("/") { return "\(path)/piopiy" }
            if let home = environment["HOME"], home.hasPrefix("/") { return "\(home)/\(fallback)/piopiy" }
            return nil
        }
        configuration = place("XDG_CONFIG_HOME", ".config")
        state = place("XDG_STATE_HOME", ".local/state")
    }

    /// A path with the home directory in place of a leading `~/`, which no shell has put there.
    static func expanded(_ path: String, environment: [String: String]) -> String {
        guard path.hasPrefix("~/"), let home = environment["HOME"], !home.isEmpty else { return path }
        return home + path.dropFirst()
    }

    /// Makes the state directory, for its owner alone.
    /// - Throws: ``CommandFailure`` naming the directory.
    func makeState() throws(CommandFailure) -> String {
        guard let state else {
            throw CommandFailure(
                status: .badConfiguration,
                message: "There is no directory for journal and log: set HOME, or set XDG_STATE_HOME to a directory."
            )
        }
        do {
            try FileManager.default.createDirectory(
                atPath: state,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw CommandFailure(
                status: .badConfiguration,
                message:
                    "The directory \(state) cannot be created. Create it, or set XDG_STATE_HOME to a writable "
                    + "directory."
            )
        }
        return state
    }
}
