import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The platform's API.
///
/// ```swift
/// let client = try RestClient(token: Token(validating: text))
/// switch await client.ai.call(call) {
/// case .accepted(let acceptance): print(acceptance.requestID)
/// case .unknown(let doubt): print("\(doubt) The call may have been placed: do not place it again.")
/// case .invalid(let error): …
/// case .notSent(let reason): …
/// case .refused(let refusal): …
/// }
/// ```
///
/// Requests never throw: what can happen is an ``Outcome``. A placement that may have reached the platform is never sent
/// again; requests that are safe to repeat are, within the ``RetryPolicy``. Cancelling the task cancels the request, and
/// the outcome says whether it had left.
public struct RestClient: Sendable {
    public struct Configuration: Sendable {
        /// The REST base, with its version: `https://rest.piopiy.com/v3` (source: the official SDK).
        public var baseURL: String
        public var timeouts: Timeouts
        public var retries: RetryPolicy
        /// The most connections at once.
        public var connections: Int
        /// Waits between attempts are slept on it.
        public var clock: any Clock<Duration>
        /// Wall-clock time, for a `Retry-After` that is a date.
        public var now: @Sendable () -> Timestamp
        /// Jitter: 0 up to but not including 1.
        public var random: @Sendable () -> Double
        /// Gets no token at any level and no whole phone number at `info` or above.
        public var logger: Logger

        public static let defaultBaseURL = "https://rest.piopiy.com/v3"

        public init(
            baseURL: String = defaultBaseURL,
            timeouts: Timeouts = Timeouts(),
            retries: RetryPolicy = RetryPolicy(),
            connections: Int = 32,
            clock: any Clock<Duration> = ContinuousClock(),
            now: @escaping @Sendable () -> Timestamp = { .now },
            random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
            logger: Logger = Logger(label: "piopiy") { _ in SwiftLogNoOpLogHandler() }
        ) {
            self.baseURL = baseURL
            self.timeouts = timeouts
            self.retries = retries
            self.connections = connections
            self.clock = clock
            self.now = now
            self.random = random
            self.logger = logger
        }
    }

    private let requester: Requester

    /// - Throws: ``ValidationError``, field `base_url`, for anything but an `http` or `https` address without query.
    public init(token: Token, _ configuration: Configuration = Configuration()) throws(ValidationError) {
        try self.init(
            token: token,
            configuration,
            transport: AsyncHTTPTransport(
                connections: configuration.connections,
                connectTimeout: configuration.timeouts.connect
            )
        )
    }

    init(token: Token, _ configuration: Configuration, transport: any Transport) throws(ValidationError) {
        requester = Requester(
            base: try BaseURL.normalized(configuration.baseURL),
            token: token,
            configuration: configuration,
            transport: transport
        )
    }

    /// Calls that AI agents hold.
    public var ai: AIResource { AIResource(requester: requester) }

    /// What can be done to any call.
    public var voice: VoiceResource { VoiceResource(requester: requester) }

    /// The whole address that a request goes to.
    public func url(of request: APIRequest) -> String { requester.base + request.path }

    /// Closes the connections. A client that is let go without it closes them by itself, a little later.
    public func shutdown() async { await requester.transport.shutdown() }
}

/// `RestClient.ai`.
public struct AIResource: Sendable {
    let requester: Requester

    /// Places a call. It is sent again only while it is certain that the platform did not act.
    public func call(_ call: AICall) async -> Outcome<Acceptance> {
        await requester.perform(
            call.request,
            about: ["to": .string(call.toNumber.masked)],
            read: AnswerReader.placement
        )
    }

    /// Places a call from values that may be wrong: ``Outcome/invalid(_:)`` then, and nothing is sent.
    public func call(
        callerID: String,
        toNumber: String,
        agentID: String,
        options: CallOptions? = nil,
        variables: Variables? = nil
    ) async -> Outcome<Acceptance> {
        do throws(ValidationError) {
            return await self.call(
                try AICall(
                    callerID: callerID,
                    toNumber: toNumber,
                    agentID: agentID,
                    options: options,
                    variables: variables
                )
            )
        } catch {
            return .invalid(error)
        }
    }
}

/// `RestClient.voice`.
public struct VoiceResource: Sendable {
    let requester: Requester

    /// Ends a call. A call that has ended before is a success. It is repeated within the budget when in doubt.
    public func hangup(_ hangUp: HangUp) async -> Outcome<ActionReceipt> {
        await requester.perform(hangUp.request, about: ["call": .string(hangUp.callID.text)], read: AnswerReader.action)
    }

    /// Ends a call, from values that may be wrong: ``Outcome/invalid(_:)`` then, and nothing is sent.
    public func hangup(callID: CallID, cause: String? = nil, reason: String? = nil) async -> Outcome<ActionReceipt> {
        do throws(ValidationError) {
            return await hangup(try HangUp(callID: callID, cause: cause, reason: reason))
        } catch {
            return .invalid(error)
        }
    }
}

enum BaseURL {
    /// The base without its trailing slashes.
    static func normalized(_ text: String) throws(ValidationError) -> String {
        let example = "it takes an address such as \(RestClient.Configuration.defaultBaseURL)"
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), let host = url.host(), !host.isEmpty
        else { throw ValidationError(field: "base_url", "is no web address; \(example)") }
        guard scheme == "http" || scheme == "https" else {
            throw ValidationError(field: "base_url", "starts with \(scheme):; \(example)")
        }
        guard url.query() == nil, url.fragment() == nil, url.user() == nil, url.password() == nil else {
            throw ValidationError(field: "base_url", "has a user, a query or a fragment; \(example)")
        }
        var base = Substring(text)
        while base.hasSuffix("/") { base.removeLast() }
        return String(base)
    }
}
