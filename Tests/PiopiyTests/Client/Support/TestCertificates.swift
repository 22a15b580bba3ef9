import Foundation
import NIOSSL
import TerminalDriver

/// Certificates of an authority that the tests make themselves, by the `openssl` program.
struct TestCertificates: Sendable {
    /// The authority's certificate.
    let authority: String
    private let leaves: [String: (certificate: String, key: String)]

    /// Made once for all tests.
    static func made() async throws -> TestCertificates { try await shared.value }
    private static let shared = Task { try await TestCertificates() }

    /// What a server with one of the certificates goes by.
    /// - Parameter name: `good` and `expired` and `early` are for `localhost`, `rest` is for `rest.test`.
    func server(_ name: String, maximum: TLSVersion? = nil) throws -> TLSConfiguration {
        guard let leaf = leaves[name] else { throw Missing(name: name) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(leaf.certificate.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(leaf.key.utf8), format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv1
        configuration.maximumTLSVersion = maximum
        return configuration
    }

    private struct Missing: Error { let name: String }
    private struct NotMade: Error, CustomStringConvertible { let description: String }

    private init() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let errors = folder.appending(path: "errors").path
        let status = try await ChildProcess("/bin/sh", ["-c", Self.script], folder: folder.path, errors: errors).end()
        guard status == 0 else {
            let why = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            throw NotMade(description: "openssl made no certificates (apt-get install openssl): \(why)")
        }
        func text(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        authority = try text("ca.pem")
        leaves = try Dictionary(
            uniqueKeysWithValues: ["good", "expired", "early", "rest"].map {
                ($0, (try text("\($0).pem"), try text("\($0).key")))
            }
        )
    }

    private static let script = """
        set -e
        key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
        openssl req -x509 $key -keyout ca.key -out ca.pem -days 30 -subj '/CN=An authority of the tests' 2>/dev/null
        mkdir db; : > index; echo 01 > serial
        printf '%s\\n' '[ca]' 'default_ca=d' '[d]' 'database=index' 'serial=serial' 'new_certs_dir=db' \\
            'default_md=sha256' 'policy=p' 'unique_subject=no' 'copy_extensions=copy' \\
            '[p]' 'commonName=supplied' > ca.cnf
        leaf() {
            openssl req -new $key -keyout $1.key -out $1.csr -subj "/CN=$2" -addext "subjectAltName=DNS:$2" 2>/dev/null
            openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key -in $1.csr -out $1.pem -notext \\
                -startdate $3 -enddate $4
        }
        leaf good localhost 20200101000000Z 20491231000000Z
        leaf rest rest.test 20200101000000Z 20491231000000Z
        leaf expired localhost 20200101000000Z 20210304000000Z
        leaf early localhost 20480506000000Z 20491231000000Z
        """
}
