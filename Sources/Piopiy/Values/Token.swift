/// The account's bearer token.
///
/// Whatever prints, logs, dumps or describes it gets five dots. Its text is reachable for this module alone, where the
/// `Authorization` header is made.
public struct Token: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let secret: String

    /// - Throws: ``ValidationError`` (field `token`) for an empty token, or one with a character that has no place in a
    ///   header: a space or line break, for instance, from a paste. The error does not repeat the token.
    public init(validating text: String) throws(ValidationError) {
        if text.isEmpty { throw ValidationError(field: "token", "is empty") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ValidationError(
                field: "token",
                "has a space, a line break or a non-ASCII character; was it copied completely?"
            )
        }
        secret = text
    }

    /// Any other secret, such as a password, that was checked for what it is.
    init(unchecked text: String) { secret = text }

    /// Eight hex digits by which two tokens are told apart; 32 bits, of which nobody can make the token again.
    public var fingerprint: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in secret.utf8 {
            hash ^= UInt64(byte)
            hash &*= 0x100_0000_01B3
        }
        let digits = String(hash >> 32, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    public var description: String { "•••••" }
    public var debugDescription: String { "•••••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
