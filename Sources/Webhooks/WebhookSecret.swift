/// The last part of the webhooks' path, and their only protection: the platform signs nothing (source: the vendor's
/// documentation), so whoever knows the URL can tell us anything.
///
/// Whatever prints, logs, dumps or describes it gets `‹secret›`; ``text`` is for the URL that is registered and for the
/// file that keeps it.
public struct WebhookSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// 16 to 256 characters that stand in a path as they are: letters and digits of ASCII, `-`, `.`, `_`, `~`.
    public let text: String

    private let bytes: [UInt8]

    /// `nil` when `text` is shorter than 16 or longer than 256 characters, or has one that would have to be escaped in a
    /// path.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (16...256).contains(bytes.count), bytes.allSatisfy(Self.standsInPath) else { return nil }
        self.init(bytes)
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// A new secret of 192 random bits, 32 characters long.
    public static func make(using generator: inout some RandomNumberGenerator) -> WebhookSecret {
        // 64 letters, six bits each.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        return WebhookSecret((0..<32).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }

    /// A new secret from the system's randomness.
    public static func make() -> WebhookSecret {
        var generator = SystemRandomNumberGenerator()
        return make(using: &generator)
    }

    /// Whether `candidate` is the secret.
    ///
    /// How long it takes depends on the candidate's length alone, never on how much of it is right, so that the secret
    /// cannot be found out character by character.
    func matches(_ candidate: some StringProtocol) -> Bool {
        let candidate = Array(candidate.utf8)
        var difference = candidate.count ^ bytes.count
        for index in bytes.indices {
            // A candidate that is too short is wrong by its length; its bytes are compared with anything.
            let other = index < candidate.count ? candidate[index] : 0
            difference |= Int(other ^ bytes[index])
        }
        return difference == 0
    }

    private static func standsInPath(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    public var description: String { "‹secret›" }
    public var debugDescription: String { "‹secret›" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
