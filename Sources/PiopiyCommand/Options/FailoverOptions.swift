import ArgumentParser
import Piopiy

/// The second agent of `piopiy call`, who takes the call when the first cannot.
struct FailoverOptions: ParsableArguments {
    @Option(name: .customLong("app"), help: ArgumentHelp("The app's id; a failover needs it.", valueName: "id"))
    var appID: String?

    @Option(
        name: .customLong("failover-agent"),
        help: ArgumentHelp(
            "The agent who takes the call when the first cannot: its name or its id.",
            valueName: "agent"
        )
    )
    var agentID: String?

    @Option(
        name: .customLong("failover-strategy"),
        help: "Call both agents at once, or the second only when the first cannot."
    )
    var strategy: ConnectStrategy?

    @Option(
        name: .customLong("failover-max-duration"),
        help: ArgumentHelp("Seconds after which the agents' leg ends, 10 to 7200.", valueName: "s")
    )
    var maxDuration: Int?

    @Option(
        name: .customLong("failover-ring-timeout"),
        help: ArgumentHelp("How many seconds an agent is called at most, 5 to 120.", valueName: "s")
    )
    var ringTimeout: Int?

    @Flag(
        name: .customLong("failover-machine-detection"),
        inversion: .prefixedNo,
        help: "Detect answering machines. (default: the platform's)"
    )
    var machineDetection: Bool?

    @Flag(
        name: .customLong("failover-record"),
        inversion: .prefixedNo,
        help: "Record the agents' leg. (default: the platform's)"
    )
    var record: Bool?

    @Option(
        name: .customLong("failover-record-channels"),
        help: "Record both sides in one channel, or each in its own."
    )
    var recordChannels: RecordingChannels?

    @Option(name: .customLong("failover-record-format"), help: "The format of the leg's recording.")
    var recordFormat: RecordingFormat?

    @Option(
        name: .customLong("failover-waiting-music"),
        help: ArgumentHelp("The audio until an agent answers.", valueName: "file")
    )
    var waitingMusic: String?

    @Option(
        name: .customLong("failover-metadata"),
        help: ArgumentHelp("A value for the agents' leg, written as in --var. Repeatable.", valueName: "k=v")
    )
    var metadata: [String] = []

    mutating func validate() throws {
        guard agentID == nil else { return }
        let given = [
            ("--failover-strategy", strategy != nil), ("--failover-max-duration", maxDuration != nil),
            ("--failover-ring-timeout", ringTimeout != nil), ("--failover-machine-detection", machineDetection != nil),
            ("--failover-record", record != nil), ("--failover-record-channels", recordChannels != nil),
            ("--failover-record-format", recordFormat != nil), ("--failover-waiting-music", waitingMusic != nil),
            ("--failover-metadata", !metadata.isEmpty),
        ]
        if let (name, _) = given.first(where: \.1) {
            throw ArgumentParser.ValidationError("\(name) works only with --failover-agent.")
        }
    }

    private var recording: RecordingOptions? {
        guard record != nil || recordChannels != nil || recordFormat != nil else { return nil }
        return RecordingOptions(enabled: record, channels: recordChannels, format: recordFormat)
    }

    /// - Parameter names: the names of agents; `nil` when the agent is given by its id.
    func failover(_ names: AgentNames?) throws(Piopiy.ValidationError) -> Failover? {
        guard let given = agentID else { return nil }
        let agentID = try names?.id(of: given, field: "failover.agent_id") ?? given
        let leg: ConnectLeg
        do throws(Piopiy.ValidationError) {
            let options = try ConnectOptions(
                maxDuration: maxDuration,
                ringTimeout: ringTimeout,
                machineDetection: machineDetection,
                recording: recording,
                waitingMusic: waitingMusic
            )
            leg = try ConnectLeg(
                strategy: strategy,
                options: options,
                metadata: try VariableArguments.parse(metadata, field: "metadata")
            )
        } catch {
            throw Piopiy.ValidationError(field: "failover.\(error.field)", error.problem)
        }
        return try Failover(agentID: agentID, leg: leg)
    }
}

extension ConnectStrategy: ExpressibleByArgument {}
extension RecordingChannels: ExpressibleByArgument {}
extension RecordingFormat: ExpressibleByArgument {}
