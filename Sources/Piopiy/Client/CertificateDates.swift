import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// From when until when a server's certificate is valid.
///
/// The TLS library says that a certificate was not accepted, and not why. So the server is asked for it once more, on a
/// connection that trusts anybody, over which nothing is sent: it is given up as soon as the certificate is there.
struct CertificateDates: Sendable, Equatable {
    let from: Timestamp
    let until: Timestamp

    /// - Returns: `nil` where it cannot be had within the time for connections.
    static func asked(
        of way: AsyncHTTPTransport.Way,
        like configuration: HTTPClient.Configuration,
        on group: MultiThreadedEventLoopGroup
    ) async -> CertificateDates? {
        struct Seen: Error {}
        let found = Found()
        var configuration = configuration
        configuration.proxy = way.proxy.map { HTTPClient.Configuration.Proxy($0) }
        configuration.tlsConfiguration?.certificateVerification = .none
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.nioSSL_peerCertificate().flatMapThrowing { certificate in
                found.dates.withLock { $0 = certificate.map { CertificateDates($0) } }
                // The connection never comes to be one that takes a request.
                throw Seen()
            }
        }
        let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
        let request = HTTPClientRequest(url: way.address.origin)
        _ = try? await client.execute(request, timeout: configuration.timeout.connect ?? .seconds(5))
        try? await client.shutdown()
        return found.dates.withLock { $0 }
    }

    /// Written on the connection's event loop, read once the request has failed.
    private final class Found: Sendable {
        let dates = Mutex<CertificateDates?>(nil)
    }

    private init(_ certificate: NIOSSLCertificate) {
        from = Timestamp(milliseconds: Int64(certificate.notValidBefore) * 1000)
        until = Timestamp(milliseconds: Int64(certificate.notValidAfter) * 1000)
    }
}
