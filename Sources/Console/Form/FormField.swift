import Piopiy

/// A place in the call form that can have the focus.
enum FormField: Hashable, Sendable {
    case caller, destination, agent, maxDuration, ringTimeout, record
    case variableKey(Int), variableType(Int), variableValue(Int)
    /// Opens and closes the fields that are seldom used.
    case more
    case appID, failoverAgent
    case place

    var label: String {
        switch self {
        case .caller: "Caller"
        case .destination: "Destination"
        case .agent: "Agent"
        case .maxDuration: "Max duration"
        case .ringTimeout: "Ring timeout"
        case .record: "Record"
        case .variableKey, .variableType, .variableValue: "Variables"
        case .more: "More"
        case .appID: "App id"
        case .failoverAgent: "Failover agent"
        case .place: ""
        }
    }

    /// What is shown, dimmed, in an empty field or beside it.
    var hint: String {
        switch self {
        case .caller: "such as 919999999999"
        case .destination: "such as 918888888888"
        case .agent: "a name or UUID"
        case .maxDuration: "30–7200 s; empty: the platform's default"
        case .ringTimeout: "5–120 s; empty: the platform's default"
        case .record: "Space changes it"
        case .more: "Space opens and closes it"
        case .appID: "needed for a failover"
        case .failoverAgent: "another agent, for when the first cannot talk"
        case .variableKey: "key"
        case .variableValue: "value"
        default: ""
        }
    }

    /// Whether it takes a phone number: formatting of a pasted one is dropped.
    var isPhone: Bool { self == .caller || self == .destination }

    var range: ClosedRange<Int>? {
        switch self {
        case .maxDuration: CallOptions.maxDurationRange
        case .ringTimeout: CallOptions.ringTimeoutRange
        default: nil
        }
    }

    /// The row of the variables, when it is in one.
    var variableRow: Int? {
        switch self {
        case .variableKey(let row), .variableType(let row), .variableValue(let row): row
        default: nil
        }
    }
}

/// Whether a call is recorded: as the account has it, or as the operator says.
enum RecordChoice: String, CaseIterable, Hashable, Sendable {
    case standard = "as the account is set"
    case yes
    case no

    var value: Bool? {
        switch self {
        case .standard: nil
        case .yes: true
        case .no: false
        }
    }

    func moved(by step: Int) -> RecordChoice {
        let all = Self.allCases
        let index = (all.firstIndex(of: self) ?? 0) + step
        return all[(index + all.count) % all.count]
    }
}
