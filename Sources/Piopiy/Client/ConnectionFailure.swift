import AsyncHTTPClient
import NIOCore
import NIOPosix

/// What kept a connection from being made, or broke it, in a few words for an operator.
///
/// The errors of the libraries never hold a header, so no token; a proxy's credentials are in none of the words either.
enum ConnectionFailure {
    /// - Parameters:
    ///   - address: where the request goes.
    ///   - proxy: what leads there; `nil` for a direct connection.
    ///   - certificate: the server's certificate, where it was not accepted and could be had.
    static func words(
        _ error: any Error,
        to address: WebAddress? = nil,
        by proxy: ProxyAddress? = nil,
        _ certificate: CertificateDates? = nil,
        now: Timestamp = .now
    ) -> String {
        if let address, let failure = TLSFailure(error) { return failure.words(of: address, certificate, now: now) }
        if let proxy, let address, let words = words(error, of: proxy, to: address) { return words }
        switch error {
        case let error as NIOConnectionError:
            let why = error.connectionErrors.first.map { words($0.error) } ?? error.dnsAError.map { words($0) }
            let host = "\(error.host):\(error.port)"
            if error.connectionErrors.isEmpty { return "the host \(host) is unknown (\(why ?? "no address"))" }
            return "\(host) \(why ?? "did not answer")"
        case let error as IOError: return IOErrorText.of(error.errnoCode)
        case let error as HTTPClientError:
            return switch error {
            case .connectTimeout, .getConnectionFromPoolTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
                "the connection timed out"
            case .tlsHandshakeTimeout: "the TLS handshake timed out"
            case .remoteConnectionClosed: "the other side closed it"
            default: error.shortDescription
            }
        case let error as ValidationError: return "the address \(error.problem)"
        case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed: return "the other side closed it"
        default: return isUnfinished(error) ? "the other side closed the connection before it was ready" : "\(error)"
        }
    }

    /// What a proxy did; `nil` for an error that says nothing of it.
    private static func words(_ error: any Error, of proxy: ProxyAddress, to address: WebAddress) -> String? {
        let name = "the proxy \(proxy.place)"
        let target = "\(address.host):\(address.effectivePort)"
        switch error {
        case let error as NIOConnectionError:
            let why = error.connectionErrors.first.map { words($0.error) } ?? error.dnsAError.map { words($0) }
            if error.connectionErrors.isEmpty { return "\(name) is unknown (\(why ?? "no address"))" }
            return "\(name) cannot be reached: \(why ?? "it did not answer")"
        case let error as HTTPClientError:
            switch error {
            case .proxyAuthenticationRequired:
                return proxy.hasCredentials
                    ? "\(name) did not accept the user name and password of its address (407)"
                    : "\(name) requires a user name and a password (407): http://user:password@\(proxy.place)"
            case .invalidProxyResponse: return "\(name) refused a connection to \(target)"
            case .httpProxyHandshakeTimeout, .socksHandshakeTimeout, .connectTimeout, .getConnectionFromPoolTimeout:
                return "\(name) did not connect to \(target) in time"
            case .remoteConnectionClosed: return "\(name) closed the connection"
            default: return nil
            }
        case let error as IOError: return "\(name): \(IOErrorText.of(error.errnoCode))"
        default:
            if isUnfinished(error) { return "\(name) closed the connection to \(target) before it was ready" }
            return isOfSOCKS(error) ? "\(name) refused a connection to \(target)" : nil
        }
    }

    /// Whether an error comes before any byte of a request can leave.
    static func isBeforeSending(_ error: any Error) -> Bool {
        switch error {
        case is NIOConnectionError, is ValidationError: return true
        case let error as HTTPClientError:
            let early: [HTTPClientError] = [
                .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout,
                .socksHandshakeTimeout, .proxyAuthenticationRequired, .invalidProxyResponse,
            ]
            return early.contains(error)
        default:
            return TLSFailure(error)?.isOfHandshake == true || isOfSOCKS(error) || isUnfinished(error)
        }
    }

    /// The connection was closed while proxy or TLS were still being agreed on. The library throws a type of this name,
    /// which nobody else can see, from each of these steps.
    private static func isUnfinished(_ error: any Error) -> Bool { "\(type(of: error))" == "NoResult" }

    /// The errors of the SOCKS library are many types without a common one.
    private static func isOfSOCKS(_ error: any Error) -> Bool {
        String(reflecting: type(of: error)).hasPrefix("NIOSOCKS.")
    }
}
