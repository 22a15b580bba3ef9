/// A request that makes a phone ring. It is never repeated when in doubt.
public protocol Placement: Sendable {
    /// The number that the called person sees.
    var callerID: PhoneNumber { get }
    /// The number that is rung.
    var toNumber: PhoneNumber { get }
    /// The call's own values, by key.
    var variables: Variables? { get }
    /// What is sent, and where to.
    var request: APIRequest { get }
    /// The same call with one variable more.
    /// - Throws: ``ValidationError`` for a key or value that breaks a rule.
    func with(_ key: String, _ value: VariableValue) throws(ValidationError) -> Self
}

/// What every placement has: checked once, read and written in one place.
struct CallBasics: Hashable, Sendable {
    let callerID: PhoneNumber
    let toNumber: PhoneNumber
    let options: CallOptions?
    private(set) var variables: Variables?

    init(
        callerID: String,
        toNumber: String,
        options: CallOptions?,
        variables: Variables?
    ) throws(ValidationError) {
        self.callerID = try PhoneNumber(validating: callerID, field: "caller_id")
        self.toNumber = try PhoneNumber(validating: toNumber, field: "to_number")
        try options?.check(field: "options")
        try VariableKey.check(variables ?? [:], field: "variables")
        self.options = options
        self.variables = variables
    }

    /// - Parameter optionsKey: `options`, or another name that an operation has for it.
    init(_ reader: inout ObjectReader, optionsKey: String = "options") throws(ValidationError) {
        let callerID = try reader.requiredString("caller_id")
        let toNumber = try reader.requiredString("to_number")
        var options: CallOptions?
        if let json = reader.value(optionsKey) { options = try CallOptions(json, field: optionsKey) }
        try self.init(
            callerID: callerID,
            toNumber: toNumber,
            options: options,
            variables: try reader.variables("variables")
        )
    }

    func with(_ key: String, _ value: VariableValue) throws(ValidationError) -> CallBasics {
        try VariableKey.check([key: value], field: "variables")
        var basics = self
        basics.variables = (variables ?? [:]).merging([key: value]) { _, new in new }
        return basics
    }

    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "caller_id": .string(callerID.digits),
            "to_number": .string(toNumber.digits),
        ]
        members["options"] = options?.json
        members["variables"] = variables.map { .object($0.mapValues(\.json)) }
        return members
    }
}
