/// `RestClient.lookups`: single calls, calls that are up, and the balance, by an app's secret (source: the vendor's
/// documentation).
///
/// ```swift
/// var configuration = RestClient.Configuration()
/// configuration.app = try AppCredential(appID: "2222224", secret: secret)
/// let client = try RestClient(token: token, configuration)
/// let outcome = await client.lookups.records(.request(requestID))
/// ```
///
/// > Warning: The platform answers a wrong secret, and a secret of another app, like a call that it does not know. No
/// record is
/// > no proof that a call was not placed. ``callsUp()`` does say that a secret is wrong.
///
/// Without ``RestClient/Configuration/app`` every one of them is ``Outcome/invalid(_:)``, field `app_secret`.
public struct LookupsResource: Sendable {
    let requester: Requester

    /// Whether the client has an app's secret.
    public var isAvailable: Bool { requester.configuration.app != nil }

    /// The records of a call's legs, leg a first.
    /// - Returns: an empty list when the platform knows no record: the call is up, never was, or is not of this app.
    public func records(_ lookup: CallLookup) async -> Outcome<[LegRecord]> {
        guard let app = requester.configuration.app else { return Self.missing() }
        return await requester.perform(
            LookupRequest.records(lookup, app),
            name: "lookups.records",
            about: ["id": lookup.text],
            secrets: ["secret": app.secret]
        ) { answer, now in
            if Self.code(answer) == "404" { return .accepted([]) }
            return AnswerReader.value(answer, now: now) { body in
                guard let cdr = body["cdr"] else { return nil }
                let records = (cdr.array ?? [cdr]).compactMap { LegRecord(json: $0) }
                return records.sorted { ($0.leg?.rawValue ?? "a") < ($1.leg?.rawValue ?? "a") }
            }
        }
    }

    /// What is left on the account.
    public func balance() async -> Outcome<AccountBalance> {
        guard let app = requester.configuration.app else { return Self.missing() }
        return await requester.perform(
            LookupRequest.balance(app),
            name: "lookups.balance",
            secrets: ["token": app.secret]
        ) { answer, now in
            if Self.code(answer) == "404" { return .refused(Self.notAccepted(answer)) }
            return AnswerReader.value(answer, now: now) { AccountBalance(json: $0) }
        }
    }

    /// How many calls are up, by the platform's count.
    public func callsUp() async -> Outcome<Int> {
        guard let app = requester.configuration.app else { return Self.missing() }
        return await requester.perform(
            LookupRequest.callsUp(app),
            name: "lookups.callsUp",
            secrets: ["secret": app.secret]
        ) { answer, now in
            if ["404", "407"].contains(Self.code(answer)) { return .refused(Self.notAccepted(answer)) }
            return AnswerReader.value(answer, now: now) { body in
                body["channel"]?.looseNumber.flatMap { Int(exactly: $0) }
            }
        }
    }

    private static func missing<Value>() -> Outcome<Value> {
        .invalid(ValidationError(field: "app_secret", "is missing; look-ups need an app's id and its secret"))
    }

    /// The `code` of a body that has one. That of a web page, as a proxy sends it, is none.
    private static func code(_ answer: Answer) -> String? {
        (try? JSONValue(parsing: answer.body))?["code"]?.looseText
    }

    private static func notAccepted(_ answer: Answer) -> Refusal {
        Refusal(
            status: answer.status,
            code: AppCredential.refusalCode,
            message: "the app's id and secret were not accepted"
        )
    }
}

/// What is left on an account.
public struct AccountBalance: Hashable, Sendable {
    /// The amount as the platform writes it, such as `17507.49`; the currency is the account's.
    public let amount: String
    /// When it expires.
    public let expires: Timestamp?
    /// How many messages may be sent.
    public let messages: Int?

    /// - Returns: `nil` for a body without a balance.
    init?(json: JSONValue) {
        guard let amount = json["balance"]?.looseText else { return nil }
        self.amount = amount
        expires = json["expire"].flatMap { Timestamp(told: $0) }
        messages = json["sms"]?.looseNumber.flatMap { Int(exactly: $0) }
    }
}

/// The record of one leg of a call that has ended.
public struct LegRecord: Hashable, Sendable {
    /// Which leg; `nil` when the platform does not tell.
    public let leg: PlatformEvent.Leg?
    /// The call's id, where the record has it. Records by request id do not.
    public let callID: CallID?
    /// As it came: a number, or a user name, an agent's id or an extension.
    public let from: String?
    /// As it came, like ``from``.
    public let to: String?
    /// When the leg began.
    public let at: Timestamp?
    /// The platform's word, such as `answered` or `missed`.
    public let status: String?
    /// Talk time in seconds.
    public let talkSeconds: Double?
    /// Everything that the platform told.
    public let json: JSONValue

    /// Reads one record; `nil` for what says neither a status nor a time.
    public init?(json: JSONValue) {
        guard json.object != nil, json["status"] != nil || json["time"] != nil else { return nil }
        leg = json["leg"]?.looseText.flatMap { PlatformEvent.Leg(rawValue: $0.lowercased()) }
        callID = (json["cmiuuid"] ?? json["call_id"] ?? json["uuid"])?.looseText.map { CallID($0) }
        from = json["from"]?.looseText
        to = json["to"]?.looseText
        at = json["time"].flatMap { Timestamp(told: $0) }
        status = json["status"]?.looseText
        talkSeconds = json["duration"]?.looseNumber
        self.json = json
    }
}
