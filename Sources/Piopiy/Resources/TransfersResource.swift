#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `RestClient.transfers`: transfers that were asked for (source: PyPI piopiy-agent 1.2.1).
public struct TransfersResource: Sendable {
    let requester: Requester

    /// A request id as it may stand in a path.
    static func checked(_ id: RequestID) throws(ValidationError) -> RequestID {
        if id.text.isEmpty {
            throw ValidationError(field: "request_id", "is empty; it must be the id from the answer to a transfer")
        }
        let isFit = id.text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "="),
                UInt8(ascii: ":"), UInt8(ascii: "~"):
                true
            default: false
            }
        }
        guard isFit, id.text.utf8.count <= 256 else {
            throw ValidationError(field: "request_id", "has a character that no id has; copy the whole id again")
        }
        return id
    }

    static func statusRequest(_ id: RequestID) -> APIRequest {
        APIRequest(method: .get, path: "/transfers/\(id)", repeatable: true)
    }

    /// How a transfer stands. The platform keeps it for 15 minutes after it has settled, then refuses with 404.
    public func status(_ id: RequestID) async -> Outcome<TransferStatus> {
        do throws(ValidationError) {
            let id = try Self.checked(id)
            return await requester.perform(
                Self.statusRequest(id),
                name: "transfers.status",
                about: ["request": id.text]
            ) { answer, now in
                AnswerReader.value(answer, now: now) { TransferStatus(json: $0, requestID: id) }
            }
        } catch {
            return .invalid(error)
        }
    }

    /// Waits until a transfer has completed or failed.
    ///
    /// A poll whose answer is lost is no reason to give up: the next one asks again.
    /// - Parameters:
    ///   - id: what the transfer was answered with.
    ///   - every: the pause between two polls.
    ///   - within: how long to wait in all. A person is rung for up to two minutes.
    ///   - onChange: called with each status that differs from the one before.
    /// - Returns: the last status that was seen, which has not settled when the time ran out or the task was cancelled;
    ///   another outcome when none was ever seen, or the platform refused to tell.
    public func settled(
        _ id: RequestID,
        every: Duration = .seconds(2),
        within: Duration = .seconds(150),
        onChange: @Sendable (TransferStatus) async -> Void = { _ in }
    ) async -> Outcome<TransferStatus> {
        let clock = requester.configuration.clock
        var waited: Duration = .zero
        var last: TransferStatus?
        while true {
            let outcome = await status(id)
            switch outcome {
            case .accepted(let status):
                if status != last { await onChange(status) }
                last = status
                if status.hasSettled { return outcome }
            case .notSent, .unknown:
                break
            case .invalid, .refused:
                return outcome
            }
            guard waited < within, !Task.isCancelled, (try? await clock.sleep(for: every)) != nil else {
                return last.map { .accepted($0) } ?? outcome
            }
            waited += every
        }
    }
}

/// How a transfer stands.
public struct TransferStatus: Hashable, Sendable {
    /// The platform's words for it.
    public enum State: Hashable, Sendable {
        /// It was taken.
        case queued
        /// It rings.
        case started
        /// The caller was handed over.
        case completed
        /// It did not go through. In a warm transfer the agent still has the caller, unless
        /// ``TransferStatus/hasEndedCall`` says otherwise.
        case failed
        /// A word that nothing public names.
        case other(String)

        /// The word as the platform says it.
        public var word: String {
            switch self {
            case .queued: "queued"
            case .started: "started"
            case .completed: "completed"
            case .failed: "failed"
            case .other(let word): word
            }
        }

        init(_ word: String) {
            self =
                switch word.lowercased() {
                case "queued": .queued
                case "started": .started
                case "completed": .completed
                case "failed": .failed
                default: .other(word)
                }
        }
    }

    /// The transfer's id; the one that was asked for when the platform does not repeat it.
    public let requestID: RequestID
    /// The call that is transferred, when the platform tells.
    public let callID: CallID?
    /// How far it is.
    public let state: State
    /// On `failed` one of `busy`, `no_answer`, `rejected`, `invalid_number`, `unreachable`, `call_barred`,
    /// `network_error` (source: PyPI piopiy-agent 1.2.1), or whatever else the platform says. With `_and_call_ended` at
    /// its end the whole call has ended too: see ``hasEndedCall``.
    public let reason: String?

    public init(requestID: RequestID, callID: CallID? = nil, state: State, reason: String? = nil) {
        self.requestID = requestID
        self.callID = callID
        self.state = state
        self.reason = reason
    }

    /// `nil` for what is no status.
    init?(json: JSONValue, requestID: RequestID) {
        guard let word = json["status"]?.looseText else { return nil }
        self.requestID = json["request_id"]?.looseText.map { RequestID($0) } ?? requestID
        callID = json["call_id"]?.looseText.map { CallID($0) }
        state = State(word)
        reason = json["reason"]?.looseText
    }

    /// Whether nothing more will come of it.
    public var hasSettled: Bool { state != .queued && state != .started }

    /// Whether it failed and the whole call has ended with it, so that the caller is lost.
    public var hasEndedCall: Bool { state == .failed && reason.map { TransferReason($0).endedCall } ?? false }

    /// As it is printed for scripts.
    public var json: JSONValue {
        var members: [String: JSONValue] = ["request_id": .string(requestID.text), "status": .string(state.word)]
        members["call_id"] = callID.map { .string($0.text) }
        members["reason"] = reason.map { .string($0) }
        return .object(members)
    }
}
