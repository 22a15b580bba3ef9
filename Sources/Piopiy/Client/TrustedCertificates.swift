import NIOSSL

/// Certificates that are trusted beside the system's: those of a company whose proxy opens TLS, or of a test.
public struct TrustedCertificates: Hashable, Sendable {
    let certificates: [NIOSSLCertificate]

    /// How many there are, at least 1.
    public var count: Int { certificates.count }

    /// Reads certificates in PEM form, `-----BEGIN CERTIFICATE-----`, one or more.
    /// - Throws: ``ValidationError``, field `ca_file`, for bytes that hold none or a broken one.
    public init(pem bytes: [UInt8]) throws(ValidationError) {
        func refuse(_ problem: String) -> ValidationError { ValidationError(field: "ca_file", problem) }
        if bytes.isEmpty { throw refuse("is empty; use a file with certificates in PEM form") }
        guard Self.holdsCertificate(bytes) else {
            throw refuse("has no certificate in PEM form (-----BEGIN CERTIFICATE-----)")
        }
        guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else {
            throw refuse("has a certificate that cannot be read; it is incomplete or damaged")
        }
        certificates = found
    }

    private init(_ certificates: [NIOSSLCertificate]) { self.certificates = certificates }

    /// These and others.
    public func adding(_ others: TrustedCertificates) -> TrustedCertificates {
        TrustedCertificates(certificates + others.certificates)
    }

    /// Whether a file looks as if it held a certificate in PEM form.
    public static func holdsCertificate(_ bytes: [UInt8]) -> Bool {
        let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        let marks = ["-----BEGIN CERTIFICATE-----", "-----BEGIN X509 CERTIFICATE-----"]
        return lines.contains { line in marks.contains { line.starts(with: $0.utf8) } }
    }
}
