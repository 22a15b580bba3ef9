import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Piopiy
import Synchronization
import TestSupport
import Testing

@testable import Webhooks

/// Deliveries in the order in which they came.
final class Deliveries: Sendable {
    private let list = Mutex<[WebhookDelivery]>([])
    var all: [WebhookDelivery] { list.withLock { $0 } }
    var count: Int { list.withLock(\.count) }
    var events: [PlatformEvent] {
        all.flatMap { delivery -> [PlatformEvent] in
            if case .events(let events) = delivery.payload { events } else { [] }
        }
    }
    func add(_ delivery: WebhookDelivery) { list.withLock { $0.append(delivery) } }
}

struct Answer: Sendable, Equatable {
    let status: Int
    let headers: [String: [String]]
    let body: String
}

/// A listener on a free port, and its URL taken apart.
struct Listening: Sendable {
    let url: String
    let deliveries: Deliveries
    let log: LogRecorder

    var port: Int { URLComponents(string: url)?.port ?? 0 }
    var path: String { URLComponents(string: url)?.path ?? "" }

    func post(_ body: String, to url: String? = nil) async throws -> Answer {
        try await send("POST", Array(body.utf8), to: url)
    }

    func send(_ method: String, _ body: [UInt8] = [], to url: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: url ?? self.url)
        request.method = .RAW(value: method)
        if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
        return try await execute(request)
    }

    func execute(_ request: HTTPClientRequest) async throws -> Answer {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 1 << 20)
        let names = Set(response.headers.map { $0.name.lowercased() }).subtracting(["date"])
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(uniqueKeysWithValues: names.map { ($0, response.headers[$0]) }),
            body: String(buffer: body)
        )
    }
}

let testSecret = WebhookSecret("a-secret-for-tests-0123456789") ?? WebhookSecret.make()
let testNow = Timestamp(milliseconds: 1_800_000_000_000)

func listening<R: Sendable>(
    bodyLimit: Int = 65_536,
    maxConnections: Int = 256,
    bodyTimeout: Duration = .seconds(10),
    headTimeout: Duration = .seconds(10),
    sink: (@Sendable (WebhookDelivery) async throws -> Void)? = nil,
    _ body: @escaping @Sendable (Listening) async throws -> R
) async throws -> R {
    let deliveries = Deliveries()
    let log = LogRecorder()
    let configuration = WebhookListener.Configuration(
        port: 0,
        secret: testSecret,
        bodyLimit: bodyLimit,
        maxConnections: maxConnections,
        bodyTimeout: bodyTimeout,
        headTimeout: headTimeout
    )
    return try await withWebhookListener(
        configuration,
        now: { testNow },
        logger: log.logger,
        sink: { delivery in
            deliveries.add(delivery)
            try await sink?(delivery)
        }
    ) { url in
        try await body(Listening(url: url, deliveries: deliveries, log: log))
    }
}
