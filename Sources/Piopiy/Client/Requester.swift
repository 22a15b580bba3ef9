import Logging
import Tracing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Carries a request through its attempts to its outcome.
struct Requester: Sendable {
    let bases: Bases
    /// The account's token; `nil` when only other secrets are used.
    let token: Token?
    /// What messages are sent with.
    let messaging: MessagingSession?
    let configuration: RestClient.Configuration
    let transport: any Transport
    /// `nil` when nobody traces.
    let tracer: (any Tracer)?
    /// Under which a placement leaves; `nil` for a client of a program that keeps no journal.
    var permit: SendPermit?

    /// - Parameters:
    ///   - name: the operation's SDK name, such as `ai.call`.
    ///   - about: what the log says besides method and path; nothing that may not be logged.
    ///   - secrets: what goes into the body by its key, beside what the request shows; it is kept out of logs and
    ///     answers.
    ///   - others: what is kept out of answers as well, though the request does not have it.
    ///   - read: what an answer means.
    func perform<Value>(
        _ request: APIRequest,
        name: String,
        about: KeyValuePairs<String, String> = [:],
        secrets: [String: Token] = [:],
        hiding others: [Token] = [],
        read: @Sendable (Answer, Date) -> Attempt<Value>
    ) async -> Outcome<Value> {
        if request.credential == .bearer, token == nil {
            return .invalid(ValidationError(field: "token", "is missing; this request needs the account's token"))
        }
        let body: [UInt8]?
        do {
            body = try bodyBytes(of: request, secrets)
        } catch {
            return .invalid(ValidationError(field: "body", "cannot be written as JSON: \(error)"))
        }
        let outgoing = OutgoingRequest(
            method: request.method,
            url: bases[request.base] + request.path,
            token: request.credential == .bearer ? token : nil,
            body: body,
            timeouts: configuration.timeouts,
            deadline: permit?.deadline
        )
        let span = RequestSpan(tracer, request, name: name)
        var logger = configuration.logger
        // Metadata is not free, and most programs that make many requests log none of them.
        let isLogged = logger.logLevel <= .info
        if isLogged {
            for (key, value) in about { logger[metadataKey: key] = .string(value) }
            logger[metadataKey: "operation"] = .string(name)
            logger[metadataKey: "path"] = .string(request.path)
            if logger.logLevel <= .debug {
                logger.debug("request", metadata: ["request": .string((try? request.redacted.text()) ?? "")])
            }
        }
        let hidden = Array(secrets.values) + others + (token.map { [$0] } ?? [])
        let outcome = await attempts(request, outgoing, logger, span, hiding: hidden) { answer, now in
            read(hidden.reduce(answer) { $0.hiding($1) }, now)
        }
        if isLogged { logger.info("\(outcome.name)", metadata: Self.metadata(outcome)) }
        span?.end(outcome)
        return outcome
    }

    private func bodyBytes(of request: APIRequest, _ secrets: [String: Token]) throws -> [UInt8]? {
        guard var body = request.body else { return nil }
        if !secrets.isEmpty {
            var members = body.object ?? [:]
            for (key, secret) in secrets { members[key] = .string(secret.secret) }
            body = .object(members)
        }
        return try body.bytes()
    }

    private func attempts<Value>(
        _ request: APIRequest,
        _ outgoing: OutgoingRequest,
        _ logger: Logger,
        _ span: RequestSpan?,
        hiding secrets: [Token],
        _ read: @Sendable (Answer, Date) -> Attempt<Value>
    ) async -> Outcome<Value> {
        var outgoing = outgoing
        var retries = RetryState(configuration.retries)
        // Once an attempt may have reached the platform, no later failure makes that undone.
        var doubt: Doubt?
        let began = configuration.now()
        while true {
            retries.began()
            var (sent, delivery) = (outgoing, await transport.send(outgoing))
            if case .answered(let answer) = delivery, let next = Redirect(answer, from: sent.url)?.followed(sent) {
                (sent, delivery) = (next, await transport.send(next))
            }
            let attempt = attempt(delivery, of: sent, hiding: secrets) { answer in
                read(answer, configuration.now().date)
            }
            logger.debug("attempt", metadata: ["attempt": "\(retries.attempts)", "result": "\(attempt.word)"])
            span?.attempt(retries.attempts, attempt.word)

            let last: Outcome<Value>
            var retryAfter: RetryAfter?
            switch attempt {
            case .accepted(let value): return .accepted(value)
            case .refused(let refusal):
                // A transfer that may have been begun may be why the same one is refused now.
                if let doubt, request.repeatWithin != nil { return .unknown(doubt) }
                return .refused(refusal)
            case .doubtful(let reason, let wait):
                doubt = doubt ?? reason
                retryAfter = wait
                last = .unknown(
                    Doubt(reason.reason, retryAfter: request.isRepeatableAnytime ? wait?.duration : nil)
                )
                if !request.repeatable || reason.reason == .cancelled { return last }
            case .notActed(let reason, let wait):
                retryAfter = wait
                last =
                    doubt.map { .unknown($0) }
                    ?? .notSent(NotSent(reason: reason, attempts: retries.attempts, retryAfter: wait?.duration))
                if reason == .cancelled || reason == .expired { return last }
            }
            guard let delay = retries.nextDelay(retryAfter: retryAfter, random: configuration.random()) else {
                return last
            }
            if doubt != nil, let window = request.repeatWithin, configuration.now() + delay - began > window {
                return last
            }
            let due = configuration.now() + delay
            do {
                try await configuration.clock.sleep(for: delay)
            } catch {
                return doubt.map { .unknown($0) }
                    ?? .notSent(NotSent(reason: .cancelled, attempts: retries.attempts))
            }
            // A process that was stopped, or a machine that slept, wakes up hours later: nobody is rung then for a call that
            // was wanted before.
            if !request.repeatable, configuration.now() - due > Self.lateness { return last }
            // Somebody else may have rung the number while this one waited.
            switch await permit?.renew() {
            case nil: break
            case .granted(let deadline): outgoing.deadline = deadline
            case .refused(let reason): return .notSent(NotSent(reason: reason, attempts: retries.attempts))
            }
        }
    }

    /// How late a placement may be sent once more, beyond the time that was set for it.
    private static let lateness = Duration.seconds(30)

    /// What a delivery means. A redirect that is not followed says where it leads.
    /// - Parameter secrets: what must not be told, beside the request's own token.
    func attempt<Value>(
        _ delivery: Delivery,
        of request: OutgoingRequest,
        hiding secrets: [Token] = [],
        read: (Answer) -> Attempt<Value>
    ) -> Attempt<Value> {
        if case .answered(let answer) = delivery, let redirect = Redirect(answer, from: request.url) {
            let target = redirect.words(hiding: secrets + [request.token].compactMap(\.self))
            return .doubtful(Doubt(.redirected(status: redirect.status, to: target)))
        }
        return Self.attempt(delivery, of: request, read: read)
    }

    /// What a delivery means, before the rules for answers.
    static func attempt<Value>(
        _ delivery: Delivery,
        of request: OutgoingRequest,
        read: (Answer) -> Attempt<Value>
    ) -> Attempt<Value> {
        let timeouts = request.timeouts
        return switch delivery {
        // Without TLS whoever stands on the way can say it, and only a proxy does: it has not passed the request on.
        case .answered(let answer) where answer.status == 407 && !request.isWithinTLS:
            .notActed(.cannotConnect("a proxy requires a user name and a password (407)"), retryAfter: nil)
        case .answered(let answer): read(answer)
        case .neverLeft(.cancelled): .notActed(.cancelled, retryAfter: nil)
        case .neverLeft(.expired), .lost(.expired): .notActed(.expired, retryAfter: nil)
        case .neverLeft(.timedOut):
            .notActed(.cannotConnect("no connection within \(timeouts.answer.inSeconds) s"), retryAfter: nil)
        case .neverLeft(.broken(let why)): .notActed(.cannotConnect(why), retryAfter: nil)
        case .neverLeft(.answerTooLong(let status)), .lost(.answerTooLong(let status)),
            .neverLeft(.unreadable(let status)), .lost(.unreadable(let status)):
            .doubtful(Doubt(.unreadableAnswer(status: status)))
        case .neverLeft(.unwritable(let why)), .lost(.unwritable(let why)):
            .notActed(.cannotWrite(why), retryAfter: nil)
        case .lost(.cancelled): .doubtful(Doubt(.cancelled))
        case .lost(.timedOut): .doubtful(Doubt(.timedOut(timeouts.answer)))
        case .lost(.broken(let why)): .doubtful(Doubt(.connectionLost(why)))
        }
    }

    private static func metadata<Value>(_ outcome: Outcome<Value>) -> Logger.Metadata {
        switch outcome {
        case .invalid(let error): ["field": .string(error.field)]
        case .notSent(let reason): ["code": .string(reason.code), "attempts": "\(reason.attempts)"]
        case .accepted: [:]
        case .refused(let refusal):
            ["status": "\(refusal.status)", "code": .string(Redaction.numbersMasked(refusal.code ?? ""))]
        case .unknown(let doubt): ["code": .string(doubt.code)]
        }
    }
}

extension Attempt {
    /// For logs and traces.
    var word: String {
        switch self {
        case .accepted: "accepted"
        case .refused: "refused"
        case .notActed: "not acted"
        case .doubtful: "doubtful"
        }
    }
}
