#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Arguments and variables as the system gave them, before anybody made text of them.
///
/// Bytes that are not UTF-8 become replacement characters where text is made of them, and so another path: a
/// configuration's file would not be found, and what it sets, such as `read_only`, would not hold. So they are refused.
enum RawText {
    /// Refuses what is not UTF-8 in this process' arguments and in the variables that it reads.
    /// - Throws: ``CommandFailure`` that shows the bytes.
    static func check() throws(CommandFailure) {
        try check(arguments: arguments) { name in
            getenv(name).map { [UInt8](UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
        }
    }

    /// - Parameter variable: a variable's bytes; `nil` when it is not set.
    static func check(
        arguments: [[UInt8]],
        variable: (_ name: String) -> [UInt8]?
    ) throws(CommandFailure) {
        for name in names(variable) {
            guard let bytes = variable(name), !isText(bytes) else { continue }
            let isSecret = Setting.allCases.contains { $0.mayHoldSecret && $0.variable == name }
            throw CommandFailure(
                status: .badConfiguration,
                message: """
                    \(name) is not UTF-8\(isSecret ? "" : ": \(shown(bytes))"). It could be mistaken for another name, \
                    so nothing was done. Set it to UTF-8 text; rename a directory or file that has such a name.
                    """
            )
        }
        for (index, bytes) in arguments.enumerated().dropFirst() where !isText(bytes) {
            let isConfiguration = index > 1 && arguments[index - 1] == Array("--config".utf8)
            let named = bytes.starts(with: "--config=".utf8)
            throw CommandFailure(
                status: isConfiguration || named ? .badConfiguration : .invalid,
                message: """
                    Argument \(index) is not UTF-8: \(shown(bytes)). It could be mistaken for another name, so \
                    nothing was done. Rename a file that has such a name.
                    """
            )
        }
    }

    /// The variables that are read. The home counts where a directory of files follows from it.
    private static func names(_ variable: (String) -> [UInt8]?) -> [String] {
        let directories = ["XDG_CONFIG_HOME", "XDG_STATE_HOME"]
        let needsHome = directories.contains { variable($0)?.first != UInt8(ascii: "/") }
        return directories + (needsHome ? ["HOME"] : []) + ["PIOPIY_CONFIG", "PIOPIY_PROFILE", "PIOPIY_BASE_URL"]
            + Setting.allCases.map(\.variable)
    }

    private static func isText(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// The bytes as people can read them: ASCII that can be printed as it is, any other byte as `\xE9`.
    static func shown(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes {
            if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\\") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                text += "\\x" + (hex.count == 1 ? "0" + hex : hex)
            }
        }
        return text
    }

    private static var arguments: [[UInt8]] {
        (0..<Int(CommandLine.argc)).map { index in
            guard let text = CommandLine.unsafeArgv[index] else { return [] }
            return [UInt8](UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
    }
}
