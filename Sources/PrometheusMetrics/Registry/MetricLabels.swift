/// The labels of a series, as they stand between its braces.
public struct MetricLabels: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// Such as `outcome="accepted"`; empty where there are none.
    let text: String

    public init(_ labels: [(String, String)]) {
        // In one order, so that the same labels are the same series.
        text = labels.sorted { $0.0 < $1.0 }.map { "\(MetricText.name($0))=\"\(MetricText.escaped($1, quote: true))\"" }
            .joined(separator: ",")
    }

    public init(dictionaryLiteral elements: (String, String)...) { self.init(elements) }
}

/// The words of Prometheus' text format.
enum MetricText {
    /// A name of letters, digits and underscores that does not begin with a digit.
    static func name(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": Character(scalar)
            default: "_"
            }
        }
        let name = String(scalars)
        guard let first = name.first else { return "_" }
        return first.isNumber ? "_\(name)" : name
    }

    /// - Parameter quote: whether the text stands in quotes, as a label's value does and a help text does not.
    static func escaped(_ text: String, quote: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quote: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A number as Prometheus reads it; a whole one without a point.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // Up to here every whole number is exact.
        if value == value.rounded(), value.magnitude <= 9_007_199_254_740_992 { return "\(Int64(value))" }
        return "\(value)"
    }
}
