/// Which proxy leads to which host. Never any for this machine.
///
/// ```swift
/// var configuration = RestClient.Configuration()
/// configuration.proxies = try ProxyRules(environment: ProcessInfo.processInfo.environment)
/// ```
public struct ProxyRules: Hashable, Sendable {
    /// A proxy and who named it.
    public struct Choice: Hashable, Sendable {
        /// The proxy.
        public let proxy: ProxyAddress
        /// What named it, such as `HTTPS_PROXY`.
        public let source: String

        /// - Parameter source: what named it, for people.
        public init(_ proxy: ProxyAddress, source: String) {
            self.proxy = proxy
            self.source = source
        }
    }

    /// What a host gets, and why.
    public enum Route: Hashable, Sendable {
        /// The host is connected to directly; the text says why.
        case direct(because: String?)
        /// A proxy leads to the host.
        case proxy(Choice)

        /// The proxy, if there is one.
        public var choice: Choice? { if case .proxy(let choice) = self { choice } else { nil } }
    }

    /// For `https` addresses.
    public var https: Choice?
    /// For `http` addresses.
    public var http: Choice?
    /// The hosts that are connected to directly.
    public var exceptions: ProxyExceptions

    /// No proxy at all.
    public static let none = ProxyRules()

    /// - Parameters:
    ///   - https: the proxy for `https` addresses.
    ///   - http: the proxy for `http` addresses.
    ///   - exceptions: the hosts that are connected to directly.
    public init(https: Choice? = nil, http: Choice? = nil, exceptions: ProxyExceptions = .none) {
        self.https = https
        self.http = http
        self.exceptions = exceptions
    }

    /// Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` as curl does: lower case before upper case, a
    /// variable that is set to nothing counts as unset. (curl passes over `HTTP_PROXY` in capitals for the sake of
    /// CGI programs, where a request can set it; it is read here.)
    /// - Throws: ``ValidationError`` whose field is the variable's name.
    public init(environment: [String: String]) throws(ValidationError) {
        let all = try Self.choice("all_proxy", environment)
        https = try Self.choice("https_proxy", environment) ?? all
        http = try Self.choice("http_proxy", environment) ?? all
        exceptions = ProxyExceptions(environment: environment)
    }

    private static func choice(_ name: String, _ environment: [String: String]) throws(ValidationError) -> Choice? {
        for name in [name, name.uppercased()] {
            guard let text = environment[name], !text.isEmpty else { continue }
            return Choice(try ProxyAddress(validating: text, field: name), source: name)
        }
        return nil
    }

    /// The way to a host.
    public func route(to address: WebAddress) -> Route {
        guard let choice = address.scheme == .https ? https : http else { return .direct(because: nil) }
        if address.host.isLoopback { return .direct(because: "this machine") }
        if exceptions.contains(address.host, port: address.effectivePort) { return .direct(because: exceptions.source) }
        return .proxy(choice)
    }
}

/// The hosts that are connected to without a proxy, as `NO_PROXY` lists them.
///
/// An entry is `*` for all hosts, a host name (its subdomains count; a leading dot or `*.` changes nothing), an IP
/// address or a range of them (`10.0.0.0/8`, `fd00::/8`). `host:port` holds for that port alone. What cannot be read
/// is passed over.
public struct ProxyExceptions: Hashable, Sendable {
    private enum Entry: Hashable, Sendable {
        case all
        case name(String, port: Int?)
        case range(IPAddress, bits: Int, port: Int?)
    }

    private let entries: [Entry]
    /// What named them, such as `NO_PROXY`.
    public let source: String

    /// No exceptions.
    public static let none = ProxyExceptions("", source: "")

    /// - Parameters:
    ///   - list: entries with commas or white space between them.
    ///   - source: what named them, for people.
    public init(_ list: String, source: String) {
        let words = list.lowercased().split { $0 == "," || $0.isWhitespace }
        entries = words.compactMap { Self.entry($0) }
        self.source = source
    }

    /// Reads `no_proxy`, else `NO_PROXY`.
    public init(environment: [String: String]) {
        let name = ["no_proxy", "NO_PROXY"].first { !(environment[$0] ?? "").isEmpty }
        self.init(name.flatMap { environment[$0] } ?? "", source: name ?? "")
    }

    private static func entry(_ word: Substring) -> Entry? {
        if word == "*" { return .all }
        if let slash = word.firstIndex(of: "/") {
            let digits = word[word.index(after: slash)...]
            guard let address = IPAddress(bare(word[..<slash])), (1...3).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let bits = Int(digits),
                bits <= address.bytes.count * 8
            else { return nil }
            return .range(address, bits: bits, port: nil)
        }
        if let address = IPAddress(bare(word)) { return .range(address, bits: address.bytes.count * 8, port: nil) }
        var name = word
        var port: Int?
        if let colon = word.lastIndex(of: ":") {
            guard let number = AddressText.port(word[word.index(after: colon)...]) else { return nil }
            name = word[..<colon]
            port = number
            if let address = IPAddress(bare(name)) { return .range(address, bits: address.bytes.count * 8, port: port) }
        }
        if name.hasPrefix("*") { name.removeFirst() }
        while name.hasPrefix(".") { name.removeFirst() }
        while name.hasSuffix(".") { name.removeLast() }
        return name.isEmpty ? nil : .name(String(name), port: port)
    }

    private static func bare(_ text: Substring) -> String {
        String(text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text)
    }

    /// Whether a host is connected to directly.
    /// - Parameter port: the one that is connected to.
    public func contains(_ host: WebHost, port: Int) -> Bool {
        entries.contains { entry in
            switch (entry, host) {
            case (.all, _): true
            case (.name(let suffix, let wanted), .name(let name)):
                (name == suffix || name.hasSuffix("." + suffix)) && (wanted ?? port) == port
            case (.range(let start, let bits, let wanted), .address(let address)):
                Self.isWithin(address, start, bits) && (wanted ?? port) == port
            default: false
            }
        }
    }

    private static func isWithin(_ address: IPAddress, _ start: IPAddress, _ bits: Int) -> Bool {
        guard address.bytes.count == start.bytes.count else { return false }
        let whole = bits / 8
        guard address.bytes.prefix(whole) == start.bytes.prefix(whole) else { return false }
        let rest = bits % 8
        guard rest > 0 else { return true }
        return address.bytes[whole] >> (8 - rest) == start.bytes[whole] >> (8 - rest)
    }
}
