import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension AsyncHTTPTransport {
    /// The longest short answer that is read in place of a file, in bytes.
    private static let shortAnswerLimit = 64 << 10

    // How long a whole file takes nobody knows: what is bounded is each wait for more, by the client's read timeout.
    func download(_ request: OutgoingRequest, part: DownloadPart?, accept: @escaping DownloadAccept) async -> Delivery {
        let way: Way
        do throws(ValidationError) {
            way = try self.way(to: request.url, forFiles: true)
        } catch {
            return .neverLeft(.broken(ConnectionFailure.words(error)))
        }
        var outgoing = HTTPClientRequest(url: way.address.text)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        outgoing.headers = Self.headers(request)
        outgoing.headers.replaceOrAdd(name: "Accept", value: "*/*")
        if let part, part.offset > 0 {
            outgoing.headers.add(name: "Range", value: "bytes=\(part.offset)-")
            if let validator = part.validator { outgoing.headers.add(name: "If-Range", value: validator) }
        }
        var status = 0
        do {
            let response = try await way.client.execute(outgoing, deadline: .distantFuture, logger: Self.silent)
            let head = DownloadHead(response)
            status = head.status
            guard let take = try accept(head) else {
                var answer = Answer(
                    status: head.status,
                    retryAfter: response.headers.retryAfter,
                    location: response.headers.first(name: "Location"),
                    body: []
                )
                if case .unreadable(let coding) = head.coding {
                    answer.unreadCoding = coding
                } else {
                    answer.body = Array(try await response.body.collect(upTo: Self.shortAnswerLimit).readableBytesView)
                }
                return .answered(answer)
            }
            for try await piece in response.body { try piece.withUnsafeReadableBytes { try take($0) } }
            return .answered(Answer(status: head.status, body: []))
        } catch is CancellationError {
            return .lost(.cancelled)
        } catch let error as PartialFile.Failure {
            return .lost(.unwritable(error.why))
        } catch is NIOTooManyBytesError {
            return .lost(.broken("the answer is not a file, and too long for an error message"))
        } catch {
            let failure = await failure(error, way, status: status)
            return ConnectionFailure.isBeforeSending(error) ? .neverLeft(failure) : .lost(failure)
        }
    }
}

extension DownloadHead {
    fileprivate init(_ response: HTTPClientResponse) {
        let headers = response.headers
        let coding = ContentCoding(headers)
        let length = headers.first(name: "Content-Length").flatMap { Int64($0) }
        let isChunked = headers[canonicalForm: "Transfer-Encoding"].contains { $0.lowercased() == "chunked" }
        self.init(
            status: Int(response.status.code),
            contentType: headers.first(name: "Content-Type"),
            length: coding == .none ? length : nil,
            hasEnd: length != nil || isChunked || coding != .none,
            coding: coding,
            rangeStart: headers.first(name: "Content-Range").flatMap(Self.start(ofRange:)),
            rangeTotal: headers.first(name: "Content-Range").flatMap(Self.total(ofRange:)),
            // A weak tag does not promise the same bytes.
            validator: headers.first(name: "ETag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
                ?? headers.first(name: "Last-Modified")
        )
    }

    /// Of `bytes 500-999/1000` the 500.
    private static func start(ofRange text: String) -> Int64? {
        guard text.lowercased().hasPrefix("bytes ") else { return nil }
        return text.dropFirst(6).split(separator: "-").first.flatMap { Int64($0) }
    }

    /// The 1000 of `bytes 500-999/1000` and of `bytes */1000`; a `*` in its place tells nothing.
    private static func total(ofRange text: String) -> Int64? {
        guard text.lowercased().hasPrefix("bytes "), let slash = text.lastIndex(of: "/") else { return nil }
        return Int64(text[text.index(after: slash)...])
    }
}
