/// One operation by its SDK name, with arguments as a script has them: what a line of `piopiy batch` is.
///
/// The names and arguments are those of the official SDK (`ai.call` with `caller_id`, `to_number`, …) and, for what came
/// after it, those of this one. A `null` argument is one that was not given, as `None` is there.
public struct Operation: Sendable, Hashable {
    /// What is asked for, checked.
    enum Kind: Sendable, Hashable {
        case aiCall(AICall)
        case voiceCall(VoiceCall)
        case pcmoCall(PCMOCall)
        case flowCall(FlowCall)
        case hangUp(HangUp)
        case pipelineTransfer(PipelineTransfer)
        case callHangUp(CallHangUp)
        case warmTransfer(WarmTransfer)
        case blindTransfer(BlindTransfer)
        case callStatus(CallID)
        case transferStatus(RequestID)
        case agents
        case webhook(WebhookRegistration)
        case records(CDRQuery)
        case message(TextMessage)
    }

    /// Such as `ai.call`.
    public let name: String
    let kind: Kind

    /// Whether doing it again does no more than doing it once, whenever that is, so that a doubt is a reason to repeat it:
    /// hang-ups and questions. Placements, messages and transfers are not.
    public var isRepeatable: Bool { request.isRepeatableAnytime }

    /// The names, sorted.
    public static var names: [String] { readers.keys.sorted() }

    /// - Throws: ``ValidationError``: field `op` for an unknown name, else the argument that breaks a rule.
    public init(name: String, arguments: JSONValue) throws(ValidationError) {
        guard let read = Self.readers[name] else {
            throw ValidationError(field: "op", "is not known; use \(Self.names.joined(separator: ", "))")
        }
        guard arguments.object != nil else {
            throw ValidationError(field: "args", "is \(arguments.kind); it must be an object")
        }
        self.name = name
        kind = try read(arguments)
    }

    private init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    private typealias Read = @Sendable (JSONValue) throws(ValidationError) -> Kind

    private static let readers: [String: Read] = [
        "ai.call": { json throws(ValidationError) in .aiCall(try AICall(arguments: json)) },
        "ai.transfer": pipelineTransfer,
        "ai.hangup": hangUp,
        "voice.call": { json throws(ValidationError) in .voiceCall(try VoiceCall(arguments: json)) },
        "voice.transfer": pipelineTransfer,
        "voice.hangup": hangUp,
        "pcmo.call": { json throws(ValidationError) in .pcmoCall(try PCMOCall(arguments: json)) },
        "pcmo.transfer": pipelineTransfer,
        "flow.call": { json throws(ValidationError) in .flowCall(try FlowCall(arguments: json)) },
        "calls.status": { json throws(ValidationError) in
            var reader = try ObjectReader(json)
            let callID = try reader.requiredUUID("call_id")
            try reader.finish()
            return .callStatus(CallID(callID))
        },
        "calls.hangup": { json throws(ValidationError) in
            let (callID, rest) = try splitCallID(json, nullable: ["cause", "reason"])
            return .callHangUp(try CallHangUp(callID: callID, json: rest))
        },
        "calls.warmTransfer": { json throws(ValidationError) in
            let (callID, rest) = try splitCallID(json, nullable: warmTransferKeys)
            return .warmTransfer(try WarmTransfer(callID: callID, json: rest))
        },
        "calls.blindTransfer": { json throws(ValidationError) in
            let (callID, rest) = try splitCallID(json, nullable: [])
            return .blindTransfer(try BlindTransfer(callID: callID, json: rest))
        },
        "transfers.status": { json throws(ValidationError) in
            var reader = try ObjectReader(json)
            let id = try reader.requiredString("request_id")
            try reader.finish()
            return .transferStatus(try TransfersResource.checked(RequestID(id)))
        },
        "agents.list": { json throws(ValidationError) in
            try ObjectReader(json).finish()
            return .agents
        },
        "webhooks.add": { json throws(ValidationError) in .webhook(try WebhookRegistration(json: json)) },
        "cdr.list": { json throws(ValidationError) in .records(try CDRQuery(json: json)) },
        "messages.send": { json throws(ValidationError) in .message(try TextMessage(json: json)) },
    ]

    private static let pipelineTransfer: Read = { json throws(ValidationError) in
        .pipelineTransfer(try PipelineTransfer(json: json))
    }

    private static let hangUp: Read = { json throws(ValidationError) in
        // The official SDK's default for the cause is a word, so `None` is no cause there but a wrong one.
        let (callID, rest) = try splitCallID(json, nullable: ["reason"])
        var members = rest.object ?? [:]
        members["call_id"] = .string(callID.text)
        return .hangUp(try HangUp(json: .object(members)))
    }

    /// The call id, and the other arguments without those that are `null`.
    /// - Parameter nullable: the arguments that may be `null`. Any other `null` stays, to be refused like an unknown key.
    private static func splitCallID(
        _ json: JSONValue,
        nullable: Set<String>
    ) throws(ValidationError) -> (CallID, JSONValue) {
        var reader = try ObjectReader(json)
        let callID = CallID(try reader.requiredUUID("call_id"))
        var members = json.object ?? [:]
        members["call_id"] = nil
        members = members.filter { $0.value != .null || !nullable.contains($0.key) }
        return (callID, .object(members))
    }

    private static let warmTransferKeys: Set<String> = [
        "caller_id", "confirm", "hold_audio", "sip_headers", "sip_uri", "timeout_sec", "to_number", "transfer_summary",
        "variables",
    ]
}

extension Operation {
    /// What is sent, and where to.
    public var request: APIRequest {
        switch kind {
        case .aiCall(let call): call.request
        case .voiceCall(let call): call.request
        case .pcmoCall(let call): call.request
        case .flowCall(let call): call.request
        case .hangUp(let hangUp): hangUp.request
        case .pipelineTransfer(let transfer): transfer.request
        case .callHangUp(let hangUp): hangUp.request
        case .warmTransfer(let transfer): transfer.request
        case .blindTransfer(let transfer): transfer.request
        case .callStatus(let id): CallsResource.statusRequest(id)
        case .transferStatus(let id): TransfersResource.statusRequest(id)
        case .agents: AgentsResource.listRequest
        case .webhook(let registration): registration.request
        case .records(let query): query.request
        case .message(let message): message.request
        }
    }

    /// The request that makes a phone ring, when it is one.
    private var placement: (any Placement)? {
        switch kind {
        case .aiCall(let call): call
        case .voiceCall(let call): call
        case .pcmoCall(let call): call
        case .flowCall(let call): call
        default: nil
        }
    }

    /// A call that an agent will hold.
    package init(_ call: AICall) { self.init(name: "ai.call", kind: .aiCall(call)) }

    /// The call that an agent will hold, when it is one.
    package var aiCall: AICall? {
        if case .aiCall(let call) = kind { call } else { nil }
    }

    /// Whether it ends a call.
    package var isHangUp: Bool {
        switch kind {
        case .hangUp, .callHangUp: true
        default: false
        }
    }

    /// Whether it makes a phone ring.
    public var isPlacement: Bool { placement != nil }

    /// The call's own values, when it is a placement that has some.
    public var variables: Variables? { placement?.variables }

    /// Who is rung or written to.
    public var toNumber: PhoneNumber? {
        switch kind {
        case .message(let message): return message.to
        case .warmTransfer(let transfer):
            if case .number(let number) = transfer.target { return number }
            return nil
        default: return placement?.toNumber
        }
    }

    /// The call that is acted on.
    public var callID: CallID? {
        switch kind {
        case .hangUp(let hangUp): hangUp.callID
        case .pipelineTransfer(let transfer): transfer.callID
        case .callHangUp(let hangUp): hangUp.callID
        case .warmTransfer(let transfer): transfer.callID
        case .blindTransfer(let transfer): transfer.callID
        case .callStatus(let id): id
        default: nil
        }
    }

    /// The same placement with one variable more; any other operation as it is.
    /// - Throws: ``ValidationError`` for a key or value that breaks a rule.
    public func with(_ key: String, _ value: VariableValue) throws(ValidationError) -> Operation {
        let kind: Kind =
            switch kind {
            case .aiCall(let call): .aiCall(try call.with(key, value))
            case .voiceCall(let call): .voiceCall(try call.with(key, value))
            case .pcmoCall(let call): .pcmoCall(try call.with(key, value))
            case .flowCall(let call): .flowCall(try call.with(key, value))
            default: self.kind
            }
        return Operation(name: name, kind: kind)
    }
}
