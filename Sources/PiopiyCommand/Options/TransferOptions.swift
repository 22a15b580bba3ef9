import ArgumentParser
import CallBoard
import Piopiy

/// What `piopiy transfer` asks for, apart from how it is sent.
struct TransferOptions: ParsableArguments {
    @Option(name: .customLong("to"), help: ArgumentHelp("The number to transfer the caller to.", valueName: "n"))
    var toNumber: String?

    @Option(help: ArgumentHelp("An address of your phone system, such as sip:desk@example.com.", valueName: "uri"))
    var sip: String?

    @Option(
        help: ArgumentHelp("A file with the pipeline (a JSON array of actions) to continue with.", valueName: "file"),
        completion: .file(extensions: ["json"])
    )
    var pipeline: String?

    @Flag(help: "Call the person first, while the caller stays with the agent.")
    var warm = false

    @Option(name: .customLong("from"), help: ArgumentHelp("The caller id that the person sees.", valueName: "n"))
    var callerID: String?

    @Option(help: ArgumentHelp("Warm: how many seconds the person's phone rings at most, 5 to 120.", valueName: "s"))
    var ringTimeout: Int?

    @Flag(help: "Warm: the person must press 1 before the caller is transferred.")
    var confirm = false

    @Option(
        help: ArgumentHelp(
            "Warm: audio for the caller meanwhile: a file name, a URL, or default. (without it the agent talks on)",
            valueName: "audio"
        )
    )
    var holdAudio: String?

    @Option(help: ArgumentHelp("Warm: a text for the person who picks up.", valueName: "text"))
    var summary: String?

    @Option(
        name: .customLong("sip-header"),
        help: ArgumentHelp("With --sip: a header for your phone system. Repeatable.", valueName: "k=v")
    )
    var sipHeaders: [String] = []

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp("Warm: a variable of the leg, written as in piopiy call. Repeatable.", valueName: "k=v")
    )
    var variables: [String] = []

    mutating func validate() throws {
        let targets = [("--to", toNumber), ("--sip", sip), ("--pipeline", pipeline)].filter { $0.1 != nil }.map(\.0)
        guard targets.count == 1 else {
            let given = targets.isEmpty ? "none is given" : "\(targets.joined(separator: " and ")) are"
            throw ArgumentParser.ValidationError("Give exactly one of --to, --sip and --pipeline; \(given).")
        }
        if !sipHeaders.isEmpty, sip == nil {
            throw ArgumentParser.ValidationError("--sip-header works only with --sip.")
        }
        if warm, pipeline != nil {
            throw ArgumentParser.ValidationError(
                "A warm transfer calls one person: use --to or --sip, without --pipeline."
            )
        }
        if pipeline != nil, callerID != nil {
            throw ArgumentParser.ValidationError(
                "--from works only with --to and --sip; a pipeline has its own caller_id."
            )
        }
        guard !warm else { return }
        let onlyWarm = [
            ("--ring-timeout", ringTimeout != nil), ("--confirm", confirm), ("--hold-audio", holdAudio != nil),
            ("--summary", summary != nil), ("--var", !variables.isEmpty),
        ]
        if let (name, _) = onlyWarm.first(where: \.1) {
            throw ArgumentParser.ValidationError("\(name) works only with --warm.")
        }
    }

    /// The transfer, checked.
    /// - Parameter text: the pipeline's file.
    func transfer(
        of callID: CallID,
        pipeline text: String?,
        _ plan: NumberPlan = .international
    ) throws(Piopiy.ValidationError) -> CallTransferRequest {
        if warm { return .warm(try warmTransfer(of: callID, plan)) }
        if let text { return .blind(try BlindTransfer(callID: callID, pipeline: try Self.pipeline(text))) }
        let headers = try headers()
        let endpoint: Endpoint =
            if let sip {
                .sip(sip, headers: headers?.mapValues { .string($0) })
            } else {
                Endpoint(.pstn(try PhoneNumber(reading: toNumber ?? "", plan: plan, field: "to_number")))
            }
        if sip == "" { throw Piopiy.ValidationError(field: "sip_uri", "is empty") }
        return .blind(try BlindTransfer(callID: callID, to: endpoint, callerID: try readCallerID(plan)))
    }

    private func warmTransfer(
        of callID: CallID,
        _ plan: NumberPlan
    ) throws(Piopiy.ValidationError) -> WarmTransfer {
        let target: WarmTransfer.Target =
            if let sip {
                .sip(uri: sip)
            } else {
                .number(try PhoneNumber(reading: toNumber ?? "", plan: plan, field: "to_number"))
            }
        return try WarmTransfer(
            callID: callID,
            target: target,
            callerID: try readCallerID(plan),
            ringTimeout: ringTimeout,
            confirm: confirm ? true : nil,
            holdAudio: holdAudio.map { $0 == "default" ? .standard : .audio($0) },
            summary: summary,
            sipHeaders: try headers(),
            variables: try VariableArguments.parse(variables)
        )
    }

    private func readCallerID(_ plan: NumberPlan) throws(Piopiy.ValidationError) -> String? {
        guard let callerID else { return nil }
        return try PhoneNumber(reading: callerID, plan: plan, field: "caller_id").digits
    }

    private func headers() throws(Piopiy.ValidationError) -> [String: String]? {
        var headers: [String: String] = [:]
        var names: Set<String> = []
        for argument in sipHeaders {
            guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
                throw Piopiy.ValidationError(field: "sip_headers", "has \"\(argument)\"; write name=value")
            }
            let name = String(argument[..<equals])
            // SIP takes X-Name and x-name for one header.
            guard names.insert(name.lowercased()).inserted else {
                throw Piopiy.ValidationError(field: "sip_headers.\(name)", "is given twice; give each name once")
            }
            headers[name] = String(argument[argument.index(after: equals)...])
        }
        return headers.isEmpty ? nil : headers
    }

    private static func pipeline(_ text: String) throws(Piopiy.ValidationError) -> Pipeline {
        let json: JSONValue
        do {
            // Some editors put a mark before the text that is no part of it.
            json = try JSONValue(strictlyParsing: text.hasPrefix("\u{FEFF}") ? text.dropFirst().utf8 : text[...].utf8)
        } catch {
            if let path = JSONValue.repeatedKey(in: error) {
                let field = path.hasPrefix("[") ? "pipeline\(path)" : "pipeline.\(path)"
                throw Piopiy.ValidationError(field: field, "appears twice; give it once")
            }
            var why = "is not JSON"
            if case DecodingError.dataCorrupted(let context) = error { why = "is \(context.debugDescription)" }
            throw Piopiy.ValidationError(field: "pipeline", why)
        }
        return try Pipeline(json: json, needsCallerID: false)
    }
}
