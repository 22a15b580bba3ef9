import ArgumentParser

/// Whether and how `piopiy call` follows the call that it placed.
struct WaitOptions: ParsableArguments {
    @Option(help: "Follow the call until it is answered, or until it has ended.")
    var wait: WaitGoal?

    @Option(
        help: ArgumentHelp(
            "How many seconds to follow the call at most, 1 to 86400. (default: 180 for answered, 7800 for ended)",
            valueName: "s"
        )
    )
    var waitTimeout: Int?

    @Option(
        help: ArgumentHelp(
            "With --wait: the port on 127.0.0.1 that receives webhooks. (default: the configuration's, else 8787)",
            valueName: "p"
        )
    )
    var webhookPort: Int?

    mutating func validate() throws {
        if let webhookPort, !(0...65_535).contains(webhookPort) {
            throw ValidationError("--webhook-port is \(webhookPort); it must be 0 to 65535.")
        }
        guard let waitTimeout else { return }
        guard wait != nil else { throw ValidationError("--wait-timeout works only with --wait.") }
        guard (1...86_400).contains(waitTimeout) else {
            throw ValidationError("--wait-timeout is \(waitTimeout); it must be 1 to 86400 seconds.")
        }
    }

    /// A phone rings for two minutes at most, and a call lasts two hours.
    func seconds(_ goal: WaitGoal) -> Int { waitTimeout ?? (goal == .answered ? 180 : 7800) }

    /// What was given of the settings.
    var flags: [Setting: [String]] { webhookPort.map { [.webhookPort: ["\($0)"]] } ?? [:] }
}
