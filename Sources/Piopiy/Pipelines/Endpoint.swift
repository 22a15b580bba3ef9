/// Somebody that a `connect` rings: a phone, a SIP address or an AI agent.
public struct Endpoint: Hashable, Sendable {
    /// Who it is.
    public enum Target: Hashable, Sendable {
        /// A phone.
        case pstn(PhoneNumber)
        /// A SIP address, such as `sip:desk@example.com`. The platform has no rule for it.
        case sip(uri: String)
        /// An AI agent of the account.
        case agent(AgentID)
    }

    /// Who it is.
    public let target: Target
    /// Sent along as they are; `nil` for none.
    public let headers: [String: JSONValue]?
    /// Keys that belong to another kind of endpoint. The platform lets them pass without looking at them (source: the
    /// official SDK), so what was read from a file is sent as it came.
    let unused: [String: JSONValue]

    /// - Parameters:
    ///   - target: who it is.
    ///   - headers: sent along as they are; the platform has no rule for them.
    public init(_ target: Target, headers: [String: JSONValue]? = nil) {
        self.target = target
        self.headers = headers
        unused = [:]
    }

    /// A phone.
    /// - Throws: ``ValidationError``, field `number`.
    public static func pstn(_ number: String, headers: [String: JSONValue]? = nil) throws(ValidationError) -> Endpoint {
        Endpoint(.pstn(try PhoneNumber(validating: number)), headers: headers)
    }

    /// A SIP address.
    public static func sip(_ uri: String, headers: [String: JSONValue]? = nil) -> Endpoint {
        Endpoint(.sip(uri: uri), headers: headers)
    }

    /// An AI agent.
    /// - Throws: ``ValidationError``, field `id`.
    public static func agent(_ id: String, headers: [String: JSONValue]? = nil) throws(ValidationError) -> Endpoint {
        Endpoint(.agent(try AgentID(validating: id, field: "id")), headers: headers)
    }

    init(json: JSONValue, field: String) throws(ValidationError) {
        var reader = try ObjectReader(json, field: field)
        let type = try reader.requiredString("type")
        let own: String
        switch type {
        case "pstn":
            own = "number"
            let number = try reader.requiredString("number")
            target = .pstn(try PhoneNumber(validating: number, field: reader.path("number")))
        case "sip":
            own = "uri"
            target = .sip(uri: try reader.requiredString("uri"))
        case "agent":
            own = "id"
            let id = try reader.requiredString("id")
            target = .agent(try AgentID(validating: id, field: reader.path("id")))
        default:
            throw ValidationError(
                field: reader.path("type"),
                "is not a kind of endpoint; it must be pstn, sip or agent"
            )
        }
        if let headers = reader.value("headers") {
            guard let members = headers.object else {
                throw ValidationError(field: reader.path("headers"), "is \(headers.kind); it must be an object")
            }
            self.headers = members
        } else {
            headers = nil
        }
        var unused: [String: JSONValue] = [:]
        for key in ["number", "uri", "id"] where key != own { unused[key] = reader.value(key) }
        self.unused = unused
        try reader.finish()
    }

    /// The endpoint as it is sent.
    public var json: JSONValue {
        var members = unused
        switch target {
        case .pstn(let number):
            members["type"] = "pstn"
            members["number"] = .string(number.digits)
        case .sip(let uri):
            members["type"] = "sip"
            members["uri"] = .string(uri)
        case .agent(let id):
            members["type"] = "agent"
            members["id"] = .string(id.text)
        }
        members["headers"] = headers.map { .object($0) }
        return .object(members)
    }
}
