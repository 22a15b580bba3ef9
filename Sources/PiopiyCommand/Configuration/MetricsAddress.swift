import Piopiy

/// Where a process' figures are served: an address of this machine, and a port.
struct MetricsAddress: Hashable, Sendable {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    let host: String
    /// 0 takes any port that is free.
    let port: Int

    static let standardPort = 9464
    /// The word for no address.
    static let off = "off"

    /// Reads `127.0.0.1:9464`, `[::1]:9464`, or either without its port.
    /// - Returns: `nil` for anything else.
    init?(_ text: String) {
        let port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard host.contains(":"), host.utf8.allSatisfy({ Self.isHexDigit($0) || ":.".utf8.contains($0) }) else {
                return nil
            }
        } else {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = String(parts[0])
            port = parts.count == 2 ? parts[1] : nil
            let isName = host.utf8.allSatisfy { Self.isLetterOrDigit($0) || "-.".utf8.contains($0) }
            // A lone number is rather a port than a host.
            guard isName, !host.isEmpty, !host.utf8.allSatisfy(Self.isDigit), !Self.isAnswer(host) else { return nil }
            // A word alone is rather a mistake than a host.
            guard port != nil || host.contains(".") || host == "localhost" else { return nil }
        }
        guard let port else {
            self.port = Self.standardPort
            return
        }
        guard !port.isEmpty, port.utf8.allSatisfy(Self.isDigit), let number = Int(port), number <= 65_535 else {
            return nil
        }
        self.port = number
    }

    /// `true` for words that answer a question, such as `yes` or `off`, and name no host.
    private static func isAnswer(_ word: String) -> Bool {
        [off, "on", "yes", "no", "true", "false", "none"].contains(word.lowercased())
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension SettingValues {
    /// Where the process' figures are to be served; `nil` where they are not.
    /// - Throws: ``CommandFailure`` where that is the webhooks' port.
    func metricsAddress() throws(CommandFailure) -> MetricsAddress? {
        guard let value = self[.metrics], let address = value.words.first.flatMap({ MetricsAddress($0) }) else {
            return nil
        }
        // Whatever the two addresses are: a proxy that publishes one port of this host may reach it by any of them.
        guard address.port != 0, address.port == webhookPort else { return address }
        let other = webhookPort == MetricsAddress.standardPort ? webhookPort + 1 : MetricsAddress.standardPort
        throw CommandFailure(
            status: .badConfiguration,
            message: "metrics (\(value.origin)) has port \(address.port), which is the webhooks' port. A proxy may "
                + "publish that one, and the figures are not for everybody. Use another port, such as "
                + "127.0.0.1:\(other)."
        )
    }
}
