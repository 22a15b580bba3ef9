import NIOSSL

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Why TLS could not be established, read from the library's errors.
enum TLSFailure: Equatable {
    /// The certificate was not accepted: nobody trusted signed it, or its dates do not hold.
    case untrusted
    /// The certificate is another host's.
    case otherHost
    /// What answers does not speak TLS.
    case noTLS
    /// No version of TLS that both speak.
    case version
    /// The connection ended within the handshake.
    case ended
    /// Anything else, in the library's word for it.
    case other(String)

    /// - Returns: `nil` for an error that is not about TLS.
    init?(_ error: any Error) {
        switch error {
        case NIOSSLError.handshakeFailed(let error): self.init(error)
        case let error as BoringSSLError: self.init(error)
        case let error as NIOSSLExtraError:
            self = error == .failedToValidateHostname ? .otherHost : .other("\(error)".prefixWord)
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate: self = .untrusted
        case NIOSSLError.uncleanShutdown: self = .ended
        case let error as NIOSSLError: self = .other("\(error)".prefixWord)
        default: return nil
        }
    }

    private init(_ error: BoringSSLError) {
        let stack: NIOBoringSSLErrorStack =
            switch error {
            case .sslError(let stack), .unknownError(let stack), .invalidSNIName(let stack),
                .failedToSetALPN(let stack):
                stack
            default: []
            }
        if stack.contains(.eofDuringHandshake) || stack.contains(.eofDuringAdditionalCertficiateChainValidation) {
            self = .ended
            return
        }
        // Each entry ends with a source path of the machine that built this; nobody here can use it.
        let reasons = stack.map { Self.reason("\($0)") }
        for reason in reasons {
            switch reason {
            case "CERTIFICATE_VERIFY_FAILED": self = .untrusted
            case "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "UNKNOWN_PROTOCOL": self = .noTLS
            case "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL_FOR_CUSTOM_KEY",
                "NO_SUPPORTED_VERSIONS_ENABLED":
                self = .version
            default: continue
            }
            return
        }
        if case .syscallError = error {
            self = .ended
        } else {
            self = .other(reasons.first { !$0.isEmpty } ?? "no reason was given")
        }
    }

    /// Of `Error: 268435581 error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at …` the word.
    private static func reason(_ text: String) -> String {
        let parts = text.split(separator: ":").drop { $0 != "OPENSSL_internal" }
        return parts.dropFirst().first.map { $0.prefix { $0 != " " } }.map(String.init) ?? ""
    }

    /// Whether it certainly happened before a request left. A connection that ends may have carried one.
    var isOfHandshake: Bool { self != .ended }

    /// Whether the certificate's dates may say more.
    var isAboutTrust: Bool { self == .untrusted }

    /// - Parameters:
    ///   - certificate: the certificate's dates, where they could be had.
    ///   - now: this machine's time.
    func words(of address: WebAddress, _ certificate: CertificateDates?, now: Timestamp) -> String {
        let host = address.host
        switch self {
        case .untrusted:
            if let certificate, now > certificate.until {
                return "the certificate of \(host) expired on \(certificate.until.day)"
            }
            if let certificate, now < certificate.from {
                return "the certificate of \(host) is not valid before \(certificate.from.day), and this machine's "
                    + "clock says \(now.day)"
            }
            return "the certificate of \(host) is not trusted: no authority that this machine trusts has signed it "
                + "(set ca_file for a company's own certificate)"
        case .otherHost: return "the certificate is for another host name, not for \(host)"
        case .noTLS: return "\(address.host):\(address.effectivePort) does not speak TLS (is it an http:// address?)"
        case .version: return "\(host) does not support TLS 1.2 or later"
        case .ended: return "\(host) closed the connection before TLS was established"
        case .other(let word): return "TLS with \(host) could not be established (\(word))"
        }
    }
}

extension Timestamp {
    /// The day in UTC, such as `2026-11-30`.
    fileprivate var day: String { date.formatted(.iso8601.year().month().day()) }
}

extension String {
    /// The first word alone: what stands behind it may name files of the machine that built this.
    fileprivate var prefixWord: String { String(prefix { $0 != " " && $0 != "(" && $0 != ":" }) }
}
