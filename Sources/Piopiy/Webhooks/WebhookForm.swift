/// Reads `application/x-www-form-urlencoded`, as some relays turn a webhook into.
///
/// Of a name that comes twice the last value holds, as in the platform's JSON.
enum WebhookForm {
    /// - Returns: `nil` when the text is not a form, or has names that no form of a webhook has.
    static func read(_ text: [UInt8]) -> JSONValue? {
        var members: [String: JSONValue] = [:]
        for pair in trimmed(text).split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = decoded(parts[0]), let value = decoded(parts[1]),
                let path = path(name)
            else {
                return nil
            }
            set(.string(value), at: path[...], in: &members)
        }
        return members.isEmpty ? nil : .object(members)
    }

    private static func trimmed(_ text: [UInt8]) -> ArraySlice<UInt8> {
        var text = text[...]
        while let last = text.last, last == 0x20 || (0x09...0x0D).contains(last) { text.removeLast() }
        return text
    }

    /// Of `extra_params[name]` the two names.
    private static func path(_ name: String) -> [String]? {
        let parts = name.split(separator: "[", omittingEmptySubsequences: false)
        var path: [String] = []
        for (index, part) in parts.enumerated() {
            guard index == 0 || part.hasSuffix("]") else { return nil }
            let key = index == 0 ? part : part.dropLast()
            let isKey = key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
            guard isKey, !key.isEmpty else { return nil }
            path.append(String(key))
        }
        return path.count <= 4 ? path : nil
    }

    private static func set(_ value: JSONValue, at path: ArraySlice<String>, in members: inout [String: JSONValue]) {
        guard let key = path.first else { return }
        if path.count == 1 {
            members[key] = value
        } else {
            var inner = members[key]?.object ?? [:]
            set(value, at: path.dropFirst(), in: &inner)
            members[key] = .object(inner)
        }
    }

    /// - Returns: `nil` for an escape that is not one, or bytes that are not UTF-8.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var text: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): text.append(0x20)
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let high = hex(rest.removeFirst()), let low = hex(rest.removeFirst()) else {
                    return nil
                }
                text.append(high << 4 | low)
            // A form has none of these as they stand; text that has them is something else.
            case 0...0x20, UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "<"),
                UInt8(ascii: ">"):
                return nil
            default: text.append(byte)
            }
        }
        return String(validating: text, as: UTF8.self)
    }

    private static func hex(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
