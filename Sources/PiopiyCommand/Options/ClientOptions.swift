import ArgumentParser

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// One JSON object a line, for scripts.
    case json
}

/// The options of every command that talks to the platform.
struct ClientOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The platform's REST base. (default: PIOPIY_API_URL, the configuration's, else https://rest.piopiy.com/v3)",
            valueName: "url"
        )
    )
    var apiURL: String?

    @Option(
        help: ArgumentHelp(
            "How long to wait for an answer, in seconds, above 0 up to 600. (default: the configuration's, else 10)",
            valueName: "s"
        )
    )
    var timeout: Double?

    @OptionGroup var setup: ConfigurationOptions
    @OptionGroup var log: LogOptions

    mutating func validate() throws {
        if let timeout, !(timeout > 0 && timeout <= 600) {
            throw ArgumentParser.ValidationError("--timeout is \(timeout); it must be more than 0 up to 600 seconds.")
        }
    }

    /// What was given of it.
    var flags: [Setting: [String]] {
        var flags = log.flags
        if let apiURL, !apiURL.isEmpty { flags[.apiURL] = [apiURL] }
        if let timeout { flags[.timeout] = ["\(timeout)"] }
        return flags
    }
}

/// How log lines are written, in the log's file and on standard error.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The form of log lines: text for people, json for programs. (default: log_format, else text)",
            valueName: "format"
        )
    )
    var logFormat: LogFormat?

    /// What was given of it.
    var flags: [Setting: [String]] { logFormat.map { [.logFormat: [$0.rawValue]] } ?? [:] }
}

struct OutputOptions: ParsableArguments {
    @Option(help: "text is for people, json for scripts.")
    var output: OutputFormat = .text
}

struct ColorOptions: ParsableArguments {
    @Flag(name: .customLong("no-color"), help: "Use no colours. NO_COLOR in the environment does the same.")
    var noColor = false

    /// Whether colours may be used: <https://no-color.org> asks for a variable that is there and not empty.
    func allowsColor(environment: [String: String]) -> Bool {
        !noColor && (environment["NO_COLOR"] ?? "").isEmpty
    }
}
