/// The address of a proxy, with its credentials if it wants any. Nothing prints the credentials.
///
/// `http://` proxies are asked for a tunnel (CONNECT), also for plain `http`; `socks5://` and `socks5h://` proxies
/// resolve host names themselves. A proxy that is itself reached by TLS (`https://`), SOCKS 4 and credentials for
/// SOCKS are refused: the HTTP library cannot do them.
public struct ProxyAddress: Hashable, Sendable {
    /// What the proxy speaks.
    public enum Kind: String, Hashable, Sendable {
        /// HTTP, with CONNECT.
        case http
        /// SOCKS 5.
        case socks5
    }

    /// What the proxy speaks.
    public let kind: Kind
    /// The host.
    public let host: WebHost
    /// The port, 1…65535; without one in the address 80 for HTTP, 1080 for SOCKS 5.
    public let port: Int
    /// User name and password for Basic authentication.
    let credentials: Credentials?

    struct Credentials: Hashable, Sendable {
        let user: String
        let password: String
    }

    /// Whether it has a user name or a password.
    public var hasCredentials: Bool { credentials != nil }

    /// Host and port.
    public var place: String { "\(host):\(port)" }

    /// Reads `http://[user:password@]host[:port]`, `socks5://host[:port]` or `host[:port]`, which is one of HTTP.
    /// - Parameter field: what an error calls it.
    /// - Throws: ``ValidationError`` that names the field and the rule, and never repeats the address.
    public init(validating text: String, field: String = "proxy") throws(ValidationError) {
        do throws(AddressProblem) {
            try self.init(text)
        } catch {
            let example = "use an address such as http://proxy.example.com:3128"
            throw ValidationError(field: field, "\(error.words); \(example)")
        }
    }

    private init(_ given: String) throws(AddressProblem) {
        let text = try AddressText.trimmed(given)
        // Without “//” it is a host, perhaps with a port and credentials, as curl takes it.
        let rest: Substring
        if text.contains("://") {
            let (scheme, behind) = try AddressText.scheme(text)
            switch scheme {
            case "http": kind = .http
            case "socks5", "socks5h": kind = .socks5
            case "https":
                throw AddressProblem("is an https:// proxy, which is not supported; use an http:// proxy")
            case let scheme? where scheme.hasPrefix("socks"):
                throw AddressProblem("is a \(scheme):// proxy, which is not supported; use a socks5:// proxy")
            default: throw AddressProblem("begins with neither http:// nor socks5://")
            }
            rest = behind
        } else {
            kind = .http
            rest = text[...]
        }
        let authority = rest.prefix { !"/?#".contains($0) }
        guard ["", "/"].contains(rest[authority.endIndex...]) else {
            throw AddressProblem("has something after its host and port")
        }
        var place = authority
        if let at = authority.lastIndex(of: "@") {
            guard kind == .http else {
                throw AddressProblem("has credentials, which work only with http:// proxies")
            }
            credentials = try Self.credentials(authority[..<at])
            place = authority[authority.index(after: at)...]
        } else {
            credentials = nil
        }
        let (host, port) = try AddressText.hostAndPort(place)
        self.host = host
        self.port = port ?? (kind == .http ? 80 : 1080)
    }

    private static func credentials(_ text: Substring) throws(AddressProblem) -> Credentials {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = decoded(parts[0]), let password = parts.count == 2 ? decoded(parts[1]) : "",
            !user.isEmpty, !user.contains(":")
        else {
            throw AddressProblem(
                "has credentials that cannot be read; percent-encode everything but letters and digits"
            )
        }
        return Credentials(user: user, password: password)
    }

    /// Undoes percent-encoding; `nil` for one that is broken, and for control characters.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.first {
            rest.removeFirst()
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let hex = rest.prefix(2)
            guard hex.count == 2, hex.allSatisfy({ AddressText.isHex($0) }),
                let value = UInt8(String(decoding: hex, as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest.removeFirst(2)
        }
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// Whatever prints, logs or dumps a proxy does not get its credentials.
extension ProxyAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "\(kind.rawValue)://\(hasCredentials ? "•••••@" : "")\(place)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ProxyAddress.Credentials: CustomStringConvertible, CustomReflectable {
    var description: String { "•••••" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
