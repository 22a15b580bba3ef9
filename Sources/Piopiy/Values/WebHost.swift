#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The host of a web address: a name in ASCII or an IP address.
public enum WebHost: Hashable, Sendable, CustomStringConvertible {
    /// A host name in lower case, such as `rest.piopiy.com`.
    case name(String)
    /// An IP address, of version 4 or 6.
    case address(IPAddress)

    /// Whether it is this machine: `localhost`, a name below it, 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        switch self {
        case .name(let name): name == "localhost" || name.hasSuffix(".localhost")
        case .address(let address): address.isLoopback
        }
    }

    /// As it stands in an address, with the brackets of IP version 6.
    public var description: String {
        switch self {
        case .name(let name): name
        case .address(let address): address.bytes.count == 16 ? "[\(address)]" : "\(address)"
        }
    }

    /// Reads a host as it stands in an address.
    init(_ text: Substring) throws(AddressProblem) {
        if text.isEmpty { throw AddressProblem("has no host") }
        if text.hasPrefix("[") {
            if let end = text.firstIndex(of: "]"), text.index(after: end) != text.endIndex {
                throw AddressProblem("has more than a port after the brackets of its host")
            }
            guard text.hasSuffix("]"), let address = IPAddress(String(text.dropFirst().dropLast())),
                address.bytes.count == 16
            else { throw AddressProblem("has brackets around something that is not an IPv6 address") }
            self = .address(address)
            return
        }
        if text.contains(":") { throw AddressProblem("has an IPv6 address without brackets") }
        if text.contains("%") { throw AddressProblem("has a “%” in its host") }
        guard text.unicodeScalars.allSatisfy(\.isASCII) else {
            throw AddressProblem("has a host name outside ASCII; write the name as xn--… (punycode)")
        }
        // No certificate has a name with one, so TLS would fail in words about another host.
        if text.hasSuffix(".") { throw AddressProblem("has a host name that ends with a dot") }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        // A resolver takes 127.1, 0x7f000001 and 010.0.0.1 for addresses that nobody would read in them.
        if let last = labels.last, last.allSatisfy(\.isNumber) || last.lowercased().hasPrefix("0x") {
            guard let address = IPAddress(String(text)), address.bytes.count == 4 else {
                throw AddressProblem("has a host of numbers that is not an IPv4 address such as 10.0.0.1")
            }
            self = .address(address)
            return
        }
        guard text.utf8.count <= 253, labels.allSatisfy({ (1...63).contains($0.utf8.count) }),
            text.utf8.allSatisfy({ Self.isNameByte($0) })
        else { throw AddressProblem("has an invalid host name") }
        self = .name(text.lowercased())
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// An IP address of version 4 or 6.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Its 4 or 16 bytes, the first one first.
    public let bytes: [UInt8]
    /// As it was written.
    public let description: String

    /// Reads `10.0.0.1` or `fd00::1`; `nil` for anything else, a zone (`%eth0`) and leading zeros included.
    public init?(_ text: String) {
        var four = [UInt8](repeating: 0, count: 4)
        var sixteen = [UInt8](repeating: 0, count: 16)
        // C would read no further than a zero byte.
        if text.utf8.contains(0) { return nil }
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = four
        } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
            bytes = sixteen
        } else {
            return nil
        }
        description = text.lowercased()
    }

    /// Whether it is this machine: 127.0.0.0/8 or ::1, also as an IPv4 address within version 6.
    public var isLoopback: Bool {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127]
        if bytes.count == 4 { return bytes[0] == 127 }
        return bytes.starts(with: mapped) || (bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 })
    }

    /// Addresses are the same when their bytes are, however they are written.
    public static func == (one: Self, other: Self) -> Bool { one.bytes == other.bytes }
    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// A rule that an address breaks, in words that follow the name of its field. They never repeat the address: it may
/// hold a secret.
struct AddressProblem: Error {
    let words: String
    init(_ words: String) { self.words = words }
}
