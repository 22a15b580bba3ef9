import Logging
import Synchronization

/// `RestClient.recordings`: what was recorded of calls (source: public integrations).
public struct RecordingsResource: Sendable {
    let requester: Requester

    static func request(fileName: String) throws(ValidationError) -> APIRequest {
        if fileName.isEmpty {
            throw ValidationError(field: "file_name", "is empty; it must be a recording's name from a CDR")
        }
        guard fileName != ".", fileName != "..", fileName.utf8.count <= 512,
            fileName.unicodeScalars.allSatisfy({ $0 != "/" && $0 != "\\" && $0.value >= 0x20 && $0.value != 0x7F })
        else {
            throw ValidationError(field: "file_name", "is not a file name; it must be a recording's name from a CDR")
        }
        let path = "/sip/app/call/recording/play/\(percentEncoded(fileName))"
        return APIRequest(method: .get, base: .account, path: path, repeatable: true)
    }

    private static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                encoded += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return encoded
    }

    /// Saves a recording as a file that its owner alone may read.
    ///
    /// It is written beside its place, and gets its name when it is whole. When the connection breaks, the rest is
    /// asked for, within the retry budget, which begins anew with every byte that comes; where the platform cannot send
    /// a rest, all of it is. One that comes packed (gzip, deflate) is unpacked. One that tells no length and ends with
    /// its connection may have been cut off: the platform is asked for more, and only its word that there is nothing
    /// more makes the recording whole. When it can't be had, or the task is cancelled, nothing is left behind.
    /// - Parameters:
    ///   - fileName: ``CallRecord/fileName``.
    ///   - path: where to.
    ///   - overwrite: whether it may take the place of a file. Without it, a file that is there is
    ///     ``Outcome/invalid(_:)``, field `path`.
    ///   - onProgress: called with every piece.
    public func download(
        fileName: String,
        to path: String,
        overwrite: Bool = false,
        onProgress: @escaping @Sendable (DownloadProgress) -> Void = { _ in }
    ) async -> Outcome<DownloadedRecording> {
        do throws(ValidationError) {
            let request = try Self.request(fileName: fileName)
            if requester.token == nil {
                throw ValidationError(field: "token", "is missing; this request needs the account's token")
            }
            if path.isEmpty { throw ValidationError(field: "path", "is empty; it must be a file name") }
            if !overwrite, PartialFile.isThere(path) {
                throw ValidationError(field: "path", "already exists; name another file, or allow overwriting")
            }
            return await requester.download(request, to: path, overwrite: overwrite, onProgress: onProgress)
        } catch {
            return .invalid(error)
        }
    }
}

/// How far a download is.
public struct DownloadProgress: Hashable, Sendable {
    /// Bytes that are here.
    public let received: Int64
    /// Bytes in all, when the platform tells.
    public let total: Int64?
}

/// A recording that was saved.
public struct DownloadedRecording: Hashable, Sendable {
    /// Where it is: the path that was asked for.
    public let path: String
    /// Bytes.
    public let size: Int64
    /// Such as `audio/mpeg`, when the platform told.
    public let contentType: String?
}

extension Requester {
    func download(
        _ request: APIRequest,
        to path: String,
        overwrite: Bool,
        onProgress: @escaping @Sendable (DownloadProgress) -> Void
    ) async -> Outcome<DownloadedRecording> {
        var logger = configuration.logger
        logger[metadataKey: "operation"] = "recordings.download"
        // Some platforms name a recording for who was called.
        logger[metadataKey: "path"] = .string(Redaction.numbersMasked(request.path))
        let span = RequestSpan(tracer, request, name: "recordings.download")
        let outcome: Outcome<DownloadedRecording>
        do throws(PartialFile.Failure) {
            let file = try PartialFile(for: path, mark: mark())
            outcome = await fill(file, request, span, overwrite: overwrite, onProgress: onProgress)
            if case .accepted = outcome {} else { file.remove() }
        } catch {
            outcome = .notSent(NotSent(reason: .cannotWrite(error.why), attempts: 0))
        }
        logger.info("\(outcome.name)")
        span?.end(outcome)
        return outcome
    }

    private func mark() -> String { String(Int(configuration.random() * Double(1 << 40)), radix: 36) }

    private func fill(
        _ file: PartialFile,
        _ request: APIRequest,
        _ span: RequestSpan?,
        overwrite: Bool,
        onProgress: @escaping @Sendable (DownloadProgress) -> Void
    ) async -> Outcome<DownloadedRecording> {
        let outgoing = OutgoingRequest(
            method: request.method,
            url: bases[request.base] + request.path,
            token: token,
            body: nil,
            timeouts: configuration.timeouts
        )
        let download = Download(file: file, onProgress: onProgress)
        var retries = RetryState(configuration.retries)
        while true {
            retries.began()
            let before = file.size
            let accept: DownloadAccept = { head in try download.accept(head) }
            var sent = outgoing
            var delivery = await transport.download(sent, part: download.part, accept: accept)
            if case .answered(let answer) = delivery, let next = Redirect(answer, from: sent.url)?.followed(sent) {
                sent = next
                delivery = await transport.download(sent, part: download.part, accept: accept)
            }
            let attempt: Attempt<DownloadedRecording> = attempt(delivery, of: sent) { answer in
                switch download.state(answer) {
                case .whole: return .accepted(download.result)
                case .unproven: return .doubtful(Doubt(.endUnknown(status: answer.status)))
                case .part: return .doubtful(Doubt(.connectionLost("it ended too early")))
                case .none: break
                }
                // What came in place of a file is a refusal, or nothing that can be read.
                let read: Attempt<DownloadedRecording> = AnswerReader.value(
                    token.map { answer.hiding($0) } ?? answer,
                    now: configuration.now().date
                ) { _ in nil }
                return read
            }
            span?.attempt(retries.attempts, attempt.word)
            let last: Outcome<DownloadedRecording>
            var retryAfter: RetryAfter?
            switch attempt {
            case .accepted(let recording):
                do throws(PartialFile.Failure) {
                    try file.finish(overwrite: overwrite)
                    return .accepted(recording)
                } catch {
                    return .notSent(NotSent(reason: .cannotWrite(error.why), attempts: retries.attempts))
                }
            case .refused(let refusal):
                // The rest of a file that is not what it was: once more, from the start.
                guard refusal.status == 416, file.size > 0, (try? file.empty()) != nil else { return .refused(refusal) }
                last = .refused(refusal)
            case .doubtful(let doubt, let wait):
                retryAfter = wait
                last = .unknown(Doubt(doubt.reason, retryAfter: wait?.duration))
                // Where no rest is sent either, all of it comes again and again, and proves nothing.
                if case .endUnknown = doubt.reason, file.size <= before { return last }
                if doubt.reason == .cancelled { return last }
            case .notActed(let reason, let wait):
                retryAfter = wait
                last = .notSent(NotSent(reason: reason, attempts: retries.attempts, retryAfter: wait?.duration))
                switch reason {
                case .cancelled, .cannotWrite: return last
                default: break
                }
            }
            if file.size > before { retries = RetryState(configuration.retries, afterProgress: ()) }
            guard let delay = retries.nextDelay(retryAfter: retryAfter, random: configuration.random()) else {
                return last
            }
            guard (try? await configuration.clock.sleep(for: delay)) != nil else { return .unknown(Doubt(.cancelled)) }
        }
    }
}

/// What is known of a file that is being fetched, from answer to answer.
private final class Download: Sendable {
    /// What an answer has come to.
    enum Completion {
        case whole
        /// There is more of it, which this answer did not have.
        case part
        /// Nothing says whether there is more of it.
        case unproven
        /// It brought no file.
        case none
    }

    private struct Known {
        var validator: String?
        var contentType: String?
        /// Bytes in all, when the platform told.
        var total: Int64?
        /// Whether the last answer's body was taken for a file's.
        var isTaken = false
        /// The bytes here came packed, so that the platform counts others than we do.
        var isPacked = false
        /// The end of the last answer's body is known to be its end, and the file's.
        var isEnd = false
        /// The platform has said that nothing is behind the bytes that are here.
        var isAllThere = false
    }

    private let file: PartialFile
    private let onProgress: @Sendable (DownloadProgress) -> Void
    // Written by the task that reads the answer, which the one that reads it here awaits.
    private let known = Mutex(Known())

    init(file: PartialFile, onProgress: @escaping @Sendable (DownloadProgress) -> Void) {
        self.file = file
        self.onProgress = onProgress
    }

    /// What is left to fetch; `nil` for all of it.
    var part: DownloadPart? {
        let known = known.withLock { $0 }
        return file.size > 0 && !known.isPacked ? DownloadPart(offset: file.size, validator: known.validator) : nil
    }

    var result: DownloadedRecording {
        DownloadedRecording(path: file.path, size: file.size, contentType: known.withLock(\.contentType))
    }

    func state(_ answer: Answer) -> Completion {
        let known = known.withLock { $0 }
        if known.isAllThere { return .whole }
        // A recording of no bytes at all is none.
        guard known.isTaken, answer.body.isEmpty, file.size > 0 else { return .none }
        if let total = known.total { return file.size < total ? .part : .whole }
        return known.isEnd ? .whole : .unproven
    }

    func accept(_ head: DownloadHead) throws -> DownloadTake? {
        known.withLock { known in
            known.isTaken = false
            // We asked for what is behind the last byte, and the platform counts as many as are here.
            known.isAllThere =
                head.status == 416 && head.rangeTotal == file.size && file.size > 0 && !known.isPacked
                && known.total == nil
        }
        guard head.status == 200 || head.status == 206, !Self.isText(head.contentType) else { return nil }
        if case .unreadable = head.coding { throw UnreadableCoding() }
        let isRest = head.status == 206
        // How long a rest is tells nothing of the whole: it may be a part of the rest.
        let total = isRest ? head.rangeTotal : head.length
        if isRest {
            let before = known.withLock(\.total)
            guard head.coding == .none, head.rangeStart == file.size, before == nil || total == nil || total == before
            else {
                // It is of another recording than what is here, or another part of it: all of it is fetched anew.
                try file.empty()
                throw WrongPart()
            }
        } else if file.size > 0 {
            try file.empty()
        }
        known.withLock { known in
            known.isTaken = true
            known.isPacked = head.coding != .none
            known.isEnd = head.hasEnd && !isRest
            known.contentType = head.contentType ?? known.contentType
            known.total = total ?? (isRest ? known.total : nil)
            // A rest need not say again which file it is of.
            known.validator = head.validator ?? (isRest ? known.validator : nil)
        }
        let whole = known.withLock(\.total)
        return { [file, onProgress] piece in
            try file.append(piece)
            onProgress(DownloadProgress(received: file.size, total: whole))
        }
    }

    /// What the platform says in words is no recording.
    private static func isText(_ type: String?) -> Bool {
        let type = (type ?? "").lowercased().prefix { $0 != ";" && $0 != " " }
        return type == "application/json" || type.hasSuffix("+json") || type.hasPrefix("text/")
    }

    private struct WrongPart: Error, CustomStringConvertible {
        let description = "the platform sent a different part than requested"
    }
}
