/// `RestClient.messages`: short messages (SMS).
///
/// They are sent with a credential of their own, ``RestClient/Configuration/messaging``: a user's token of the vendor's
/// messaging service, or the login that gives one (source: the vendor's documentation).
public struct MessagesResource: Sendable {
    let requester: Requester

    /// Sends a message. Like a placement it is never repeated when in doubt.
    ///
    /// Where the client has a login, it logs in first if it has no token, and once more when the platform says that the
    /// token is not valid: nothing was sent then.
    /// - Returns: ``Outcome/invalid(_:)``, field `messaging_token`, for a client without a credential. A refusal by one
    ///   of the messaging service's codes has a code of ours: ``MessagingCode``.
    public func send(_ message: TextMessage) async -> Outcome<MessageReceipt> {
        guard let session = requester.messaging else {
            return .invalid(
                ValidationError(
                    field: "messaging_token",
                    "is missing; messages need a user's token of the messaging service, or a login"
                )
            )
        }
        let first = await session.token(requester)
        guard case .accepted(let token) = first else { return first.map { _ in Self.noReceipt } }
        let outcome = await send(message, token, hiding: session.secrets)
        guard case .refused(let refusal) = outcome, refusal.code == MessagingCode.invalidToken.rawValue,
            session.canLogIn
        else { return outcome }
        let second = await session.token(requester, insteadOf: token)
        guard case .accepted(let renewed) = second else { return second.map { _ in Self.noReceipt } }
        return await send(message, renewed, hiding: session.secrets)
    }

    /// Of an outcome that has none.
    private static let noReceipt = MessageReceipt(status: 0, message: nil)

    private func send(
        _ message: TextMessage,
        _ token: Token,
        hiding others: [Token]
    ) async -> Outcome<MessageReceipt> {
        let outcome: Outcome<MessageReceipt> = await requester.perform(
            message.request,
            name: "messages.send",
            about: ["to": message.to.masked],
            secrets: ["token": token],
            hiding: others
        ) { answer, now in
            AnswerReader.value(answer, now: now) { body in
                guard body.object != nil else { return nil }
                return MessageReceipt(
                    status: answer.status,
                    message: body["msg"]?.looseText ?? body["message"]?.looseText
                )
            }
        }
        guard case .refused(let refusal) = outcome else { return outcome }
        return .refused(MessagingCode.named(refusal))
    }
}

/// The answer to a message that was sent.
public struct MessageReceipt: Hashable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The platform's words, such as `message sent`.
    public let message: String?
}

/// Why the messaging service refused: the `code` in its answer's body (source: the vendor's documentation), in words
/// for scripts. It is the ``Refusal/code`` of a message's refusal.
public enum MessagingCode: String, CaseIterable, Sendable {
    /// 404: the user's token is not valid. It is good for 30 days.
    case invalidToken = "invalid_messaging_token"
    /// 400: something is missing in the request.
    case parameterMissing = "parameter_missing"
    /// 401: the user may not send messages to the United States.
    case notAllowed = "us_sms_not_allowed"
    /// 407: the sender id that the user has is not valid.
    case invalidSender = "invalid_sender_id"
    /// The login was refused: the user id or the password is wrong.
    case loginRefused = "messaging_login_refused"

    private static let codes: [String: MessagingCode] = [
        "404": .invalidToken, "400": .parameterMissing, "401": .notAllowed, "407": .invalidSender,
    ]

    private var words: String {
        switch self {
        case .invalidToken: "the messaging token is not valid; log in for a new one, which is valid for 30 days"
        case .parameterMissing: "a parameter is missing"
        case .notAllowed: "this user may not send messages to the United States"
        case .invalidSender: "the user's sender id is not valid; ask the vendor to set it"
        case .loginRefused: "the user id or the password for messages was not accepted"
        }
    }

    /// The refusal in our words, where its code is one of the service's.
    static func named(_ refusal: Refusal) -> Refusal {
        guard let code = refusal.code, let known = codes[code] else { return refusal }
        return known.refusal(refusal)
    }

    func refusal(_ refusal: Refusal) -> Refusal {
        let code = refusal.code ?? "\(refusal.status)"
        return Refusal(status: refusal.status, code: rawValue, message: "\(words) (\(code): \(refusal.message))")
    }
}
