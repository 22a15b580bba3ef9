import ArgumentParser
import Piopiy

/// How a command's help speaks of the calls that it places.
protocol PlacementWording: Sendable {
    /// One of the calls, such as "the call".
    static var call: String { get }
    /// The called phone, such as "the phone".
    static var phone: String { get }
    /// All that are recorded.
    static var recorded: String { get }
    /// All that have a variable of the command line.
    static var all: String { get }
}

/// The help of `piopiy call`.
enum OneCallWording: PlacementWording {
    static let call = "the call"
    static let phone = "the phone"
    static let recorded = "the call"
    static let all = "the call"
}

/// The help of `piopiy campaign run`.
enum ListWording: PlacementWording {
    static let call = "a call"
    static let phone = "a phone"
    static let recorded = "the calls"
    static let all = "all calls"
}

/// What the platform is told about a call, beside who talks to whom.
struct PlacementOptions<Wording: PlacementWording>: ParsableArguments {
    @Option(
        help: ArgumentHelp("Seconds after which the platform ends \(Wording.call), 30 to 7200.", valueName: "s")
    )
    var maxDuration: Int?

    @Option(help: ArgumentHelp("How many seconds \(Wording.phone) rings at most, 5 to 120.", valueName: "s"))
    var ringTimeout: Int?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp("Record \(Wording.recorded). (default: as the account is set)")
    )
    var record: Bool?

    var options: CallOptions { CallOptions(maxDuration: maxDuration, ringTimeout: ringTimeout, record: record) }
}

/// The variables of a call. They stand behind the options of a failover, and so in a group of their own.
struct VariableOptions<Wording: PlacementWording>: ParsableArguments {
    @Option(
        name: .customLong("var"),
        help: ArgumentHelp(
            "A variable of \(Wording.all): key=text, or key:=json for a number, true or false. Repeatable.",
            valueName: "k=v"
        )
    )
    var variables: [String] = []

    /// - Parameter field: what an error calls them.
    func parse(field: String = "variables") throws(Piopiy.ValidationError) -> Variables? {
        try VariableArguments.parse(variables, field: field)
    }
}
