import Console
import Piopiy

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

enum LocalTime {
    /// The rule of this machine's zone, as the C library has it; UTC for a moment that it cannot tell.
    static let utcOffset = UTCOffset { moment in
        var seconds = time_t(moment.milliseconds / 1000)
        var parts = tm()
        return localtime_r(&seconds, &parts) == nil ? 0 : Int(parts.tm_gmtoff)
    }
}

enum LocalText {
    /// Whether the locale that the environment names is a UTF-8 one.
    static func isUTF8(_ environment: [String: String]) -> Bool {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
        let locale = names.first { !$0.isEmpty }?.lowercased() ?? ""
        return locale.contains("utf-8") || locale.contains("utf8")
    }
}

enum Executable {
    /// Where this program's file is, links resolved: its themes are found from there.
    static var path: String {
        let arguments = CommandLine.arguments.first ?? "piopiy"
        let link = "/proc/self/exe"
        return (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) ?? arguments
    }
}

enum PlaceName {
    /// What the header calls the platform: its host.
    static func of(_ baseURL: String) -> String {
        (try? WebAddress(validating: baseURL))?.place ?? baseURL
    }
}
