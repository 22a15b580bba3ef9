/// A call's id: what hang-up, status and transfer ask for.
///
/// It is kept as it came; whether it is fit to be sent (a UUID) is checked where a request is made of it.
public struct CallID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// As it came.
    public let text: String

    /// Takes any text; nothing is checked here.
    public init(_ text: String) { self.text = text }

    public static func < (a: CallID, b: CallID) -> Bool { a.text < b.text }

    public var description: String { text }
}

/// The id that a placement or a transfer is answered with. It is **not** a call id: nothing can be hung up with it.
public struct RequestID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// As it came.
    public let text: String

    /// Takes any text; nothing is checked here.
    public init(_ text: String) { self.text = text }

    public static func < (a: RequestID, b: RequestID) -> Bool { a.text < b.text }

    public var description: String { text }
}

/// The id of an AI agent: a UUID in the form 8-4-4-4-12, in either letter case.
public struct AgentID: Hashable, Sendable, CustomStringConvertible {
    /// 36 characters, in the letter case that was given.
    public let text: String

    /// - Parameters:
    ///   - text: 36 characters.
    ///   - field: what the error calls the value, such as `agent_id`.
    public init(validating text: String, field: String = "agent_id") throws(ValidationError) {
        if let problem = UUIDText.problem(with: text) { throw ValidationError(field: field, problem) }
        self.text = text
    }

    public var description: String { text }
}

/// The platform's rule for UUIDs in requests: 8-4-4-4-12 hex digits, either case. Braces, `urn:uuid:` and bare hex, which
/// the official SDK lets pass, are refused.
public enum UUIDText {
    /// What is wrong with `text` as a UUID, and what would be right; `nil` when nothing is.
    public static func problem(with text: String) -> String? {
        let example = "a UUID such as bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        let bytes = text.utf8
        if bytes.isEmpty { return "is empty; it must be \(example)" }
        guard bytes.count == 36 else { return "is not a UUID (36 characters); it must be \(example)" }
        for (index, byte) in bytes.enumerated() {
            switch index {
            case 8, 13, 18, 23:
                if byte != UInt8(ascii: "-") { return "is not a UUID (a dash is missing); it must be \(example)" }
            default:
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"):
                    break
                default: return "is not a UUID (a character is not a hex digit); it must be \(example)"
                }
            }
        }
        return nil
    }
}
