import ArgumentParser

/// Which configuration holds: options of every command.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The profile to use, for one of several accounts. (default: PIOPIY_PROFILE, else none)",
            valueName: "name"
        )
    )
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "The configuration file. (default: PIOPIY_CONFIG, else $XDG_CONFIG_HOME/piopiy/config.yaml)",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml"])
    )
    var config: String?
}
