import Piopiy

/// A JSON value as one line that can be read by any script and shown on any terminal.
enum JSONLine {
    /// Escapes as `\uXXXX` what JSON may hold as it is but a terminal would obey or hide: DEL, C1 controls, format and
    /// bidirectional characters, line separators.
    static func text(_ value: JSONValue) -> String {
        // Only NaN and infinities cannot be written, and no value of ours is one.
        let plain = (try? value.text()) ?? "{}"
        // Nearly every line is like this, and need not be looked at scalar by scalar.
        if plain.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return plain }
        var escaped = ""
        for scalar in plain.unicodeScalars {
            if isHarmless(scalar) {
                escaped.unicodeScalars.append(scalar)
            } else {
                for unit in String(scalar).utf16 {
                    let hex = String(unit, radix: 16)
                    escaped += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                }
            }
        }
        return escaped
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
        default: true
        }
    }
}
