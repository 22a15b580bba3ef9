/// A web address, `http` or `https`, that was read once and strictly, so that nothing later can stumble over it.
///
/// ```swift
/// let address = try WebAddress(validating: "https://rest.piopiy.com/v3", field: "base_url")
/// ```
///
/// White space and line ends around it are cut off. It has a port of 1 to 65535, no user name, no fragment, and a
/// host that is a name in ASCII, an IPv4 address in its usual form, or an IPv6 address in brackets. Errors never
/// repeat it, because it may hold a secret.
public struct WebAddress: Hashable, Sendable {
    /// How the host is talked to.
    public enum Scheme: String, Hashable, Sendable {
        /// In the clear.
        case http
        /// By TLS.
        case https

        /// 80 or 443.
        public var defaultPort: Int { self == .http ? 80 : 443 }
    }

    /// The address as it was given, without white space around it.
    public let text: String
    /// The scheme.
    public let scheme: Scheme
    /// The host.
    public let host: WebHost
    /// The port that it names, 1…65535; `nil` where it names none.
    public let port: Int?
    /// Empty, or it begins with a slash.
    public let path: String
    /// What stands behind a question mark; `nil` where there is none.
    public let query: String?

    /// The port that is connected to, 1…65535.
    public var effectivePort: Int { port ?? scheme.defaultPort }
    /// Scheme, host and port, such as `https://rest.piopiy.com` or `http://[::1]:8080`.
    public var origin: String { "\(scheme.rawValue)://\(place)" }
    /// Host and port, such as `rest.piopiy.com` or `[::1]:8080`.
    public var place: String { "\(host)" + (port.map { ":\($0)" } ?? "") }
    /// Whether the token could be read on the way: plain `http` to another machine.
    public var isOpenToOthers: Bool { scheme == .http && !host.isLoopback }

    /// The longest address that is taken, in bytes.
    public static let longest = 2048

    /// - Parameters:
    ///   - text: the address.
    ///   - field: what an error calls it.
    ///   - example: an address that would be right, for the error.
    ///   - takesQuery: whether it may have a query.
    /// - Throws: ``ValidationError`` that names the field and the rule.
    public init(
        validating text: String,
        field: String = "url",
        example: String = "https://example.com",
        takesQuery: Bool = false
    ) throws(ValidationError) {
        do throws(AddressProblem) {
            try self.init(text, takesQuery: takesQuery)
        } catch {
            throw ValidationError(field: field, "\(error.words); use an address such as \(example)")
        }
    }

    init(_ given: String, takesQuery: Bool) throws(AddressProblem) {
        text = try AddressText.trimmed(given)
        let (scheme, rest) = try AddressText.scheme(text)
        guard let scheme, let known = Scheme(rawValue: scheme) else {
            throw AddressProblem(
                scheme.map { "begins with \($0):" } ?? "does not begin with https:// or http://"
            )
        }
        self.scheme = known
        let authority = rest.prefix { !"/?#".contains($0) }
        if authority.contains("@") { throw AddressProblem("contains a user name or a password") }
        (host, port) = try AddressText.hostAndPort(authority)
        let behind = rest[authority.endIndex...]
        if behind.contains("#") { throw AddressProblem("has a fragment (#…)") }
        let path = behind.prefix { $0 != "?" }
        self.path = String(path)
        query = path.endIndex == behind.endIndex ? nil : String(behind[path.endIndex...].dropFirst())
        if query != nil, !takesQuery { throw AddressProblem("has a query (?…)") }
        try AddressText.checkPath(behind)
    }
}

/// What the addresses of services and of proxies have in common.
enum AddressText {
    /// - Returns: the text without white space around it, which holds printable characters alone.
    static func trimmed(_ given: String) throws(AddressProblem) -> String {
        let blanks: Set<Unicode.Scalar> = [" ", "\t", "\r", "\n"]
        var scalars = Substring(given).unicodeScalars
        while let last = scalars.last, blanks.contains(last) { scalars.removeLast() }
        while let first = scalars.first, blanks.contains(first) { scalars.removeFirst() }
        if scalars.isEmpty { throw AddressProblem("is empty") }
        for scalar in scalars {
            if scalar.properties.isWhitespace { throw AddressProblem("contains white space") }
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                throw AddressProblem("contains a control character (U+\(hex(scalar)))")
            }
        }
        guard String(scalars).utf8.count <= WebAddress.longest else {
            throw AddressProblem("has more than \(WebAddress.longest) bytes")
        }
        return String(scalars)
    }

    /// - Returns: the scheme in lower case, `nil` where there is none, and what stands behind `://`.
    static func scheme(_ text: String) throws(AddressProblem) -> (String?, Substring) {
        guard let colon = text.firstIndex(of: ":") else { return (nil, text[...]) }
        let word = text[..<colon]
        let isWord =
            word.first?.isLetter == true
            && word.utf8.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E].contains($0)
            }
        let rest = text[text.index(after: colon)...]
        guard isWord, rest.hasPrefix("//") else {
            let isHostAndPort = rest.prefix { !"/?#".contains($0) }.allSatisfy(\.isNumber)
            return (isWord && !isHostAndPort && !rest.contains("@") ? word.lowercased() : nil, text[...])
        }
        return (word.lowercased(), rest.dropFirst(2))
    }

    static func hostAndPort(_ authority: Substring) throws(AddressProblem) -> (WebHost, Int?) {
        if authority.contains("\\") { throw AddressProblem("contains a backslash") }
        // The colons of an IPv6 address are within its brackets.
        let afterBrackets = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[afterBrackets...].firstIndex(of: ":") else { return (try WebHost(authority), nil) }
        let digits = authority[authority.index(after: colon)...]
        if digits.contains(":") { throw AddressProblem("has an IPv6 address without brackets") }
        if digits.isEmpty { throw AddressProblem("has a colon after the host but no port") }
        guard let port = port(digits) else { throw AddressProblem("has a port that is not 1 to 65535") }
        return (try WebHost(authority[..<colon]), port)
    }

    /// A port, 1…65535, in ASCII digits alone.
    static func port(_ digits: Substring) -> Int? {
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(digits).flatMap { (1...65_535).contains($0) ? $0 : nil }
    }

    /// Path and query, in what RFC 3986 allows there.
    static func checkPath(_ text: Substring) throws(AddressProblem) {
        var rest = text.utf8[...]
        while let byte = rest.first {
            rest.removeFirst()
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"):
                continue
            case UInt8(ascii: "%"):
                guard rest.prefix(2).count == 2, rest.prefix(2).allSatisfy({ isHex($0) }) else {
                    throw AddressProblem("has a “%” without two hex digits after it")
                }
            case 0x80...:
                throw AddressProblem("has a character outside ASCII in its path; percent-encode it")
            case _ where "-._~!$&'()*+,;=:@/?".utf8.contains(byte): continue
            default:
                throw AddressProblem("has “\(Character(Unicode.Scalar(byte)))” in its path; percent-encode it")
            }
        }
    }

    static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    private static func hex(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
