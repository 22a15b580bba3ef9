/// The texts (string literals) of a Swift file. Texts that a `+` joins are one; an interpolation is a gap.
///
/// Read by hand, as ``SwiftTokens`` is: it knows comments, texts of one line and of many, and raw texts. A text within an
/// interpolation is a text of its own.
struct SwiftTexts {
    /// Scalars, and `nil` for an interpolation.
    typealias Text = [Unicode.Scalar?]

    private(set) var all: [Text] = []
    private let source: [Unicode.Scalar]
    private var index = 0

    init(_ source: String) {
        // A few behind the end, so that looking ahead needs no care.
        self.source = Array(source.unicodeScalars) + ["\n", "\n", "\n", "\n"]
        while index < end { take() }
    }

    private var end: Int { source.count - 4 }

    private func isAt(_ text: String, _ place: Int) -> Bool {
        let wanted = Array(text.unicodeScalars)
        return place + wanted.count <= source.count && source[place..<place + wanted.count].elementsEqual(wanted)
    }

    private func opens(_ place: Int) -> Bool {
        let place = place + hashes(place)
        return place < end && source[place] == "\""
    }

    private func hashes(_ place: Int) -> Int { source[place...].prefix { $0 == "#" }.count }

    private mutating func take() {
        if isAt("//", index) {
            while index < end, source[index] != "\n" { index += 1 }
        } else if isAt("/*", index) {
            skipComment()
        } else if opens(index) {
            takeText()
        } else {
            index += 1
        }
    }

    private mutating func skipComment() {
        var depth = 0
        repeat {
            if isAt("/*", index) {
                depth += 1
                index += 2
            } else if isAt("*/", index) {
                depth -= 1
                index += 2
            } else {
                index += 1
            }
        } while depth > 0 && index < end
    }

    /// A text, and those that are added to it.
    private mutating func takeText() {
        var text = read()
        while let next = added() {
            index = next
            text += read()
        }
        all.append(text)
    }

    /// Where a text stands that a `+` adds to the one that has just ended.
    private func added() -> Int? {
        func past(_ place: Int) -> Int { place + source[place...].prefix { $0 == " " || $0 == "\n" }.count }
        let sign = past(index)
        guard sign < end, source[sign] == "+" else { return nil }
        let next = past(sign + 1)
        return next < end && opens(next) ? next : nil
    }

    private mutating func read() -> Text {
        let hashes = hashes(index)
        index += hashes
        let quotes = isAt("\"\"\"", index) ? "\"\"\"" : "\""
        let close = quotes + String(repeating: "#", count: hashes)
        let escape = "\\" + String(repeating: "#", count: hashes)
        index += quotes.count
        var text: Text = []
        while index < end, !isAt(close, index) {
            if isAt(escape, index) {
                index += escape.count
                text += escaped()
            } else if source[index] == "\n" {
                // A text of one line has none: what looked like one was something else.
                if quotes == "\"" { return text }
                skipIndentation()
                if !text.isEmpty { text.append(" ") }
            } else {
                text.append(source[index])
                index += 1
            }
        }
        index += close.count
        return text
    }

    private mutating func skipIndentation() {
        index += 1
        while index < end, source[index] == " " { index += 1 }
    }

    /// What stands behind a backslash.
    private mutating func escaped() -> Text {
        let sign = source[index]
        switch sign {
        case "(":
            skipInterpolation()
            return [nil]
        case "u":
            let digits = source[index...].dropFirst(2).prefix { $0 != "}" }
            index += digits.count + 3
            let number = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
            return [number.flatMap { Unicode.Scalar($0) }]
        case "\n":
            skipIndentation()
            return []
        case "n", "t", "r", "0":
            index += 1
            return [" "]
        default:
            index += 1
            return [sign]
        }
    }

    private mutating func skipInterpolation() {
        var depth = 0
        repeat {
            if opens(index) {
                takeText()
                continue
            }
            if source[index] == "(" { depth += 1 }
            if source[index] == ")" { depth -= 1 }
            index += 1
        } while depth > 0 && index < end
    }
}

extension SwiftTexts {
    /// How many scalars of a quotation stand as they are in a text, when it is a part of what the text can become; `nil`
    /// when it is not. A gap, on either side, can be anything.
    static func matched(_ quotation: Text, in text: Text) -> Int? {
        // The most that match with so much of the text read, for as much of the quotation as was looked at.
        var most: [Int?] = Array(repeating: 0, count: text.count + 1)
        func better(_ one: Int?, _ other: Int) -> Int { Swift.max(one ?? 0, other) }
        for scalar in quotation {
            var next: [Int?] = Array(repeating: nil, count: text.count + 1)
            for place in 0...text.count {
                guard let count = most[place] else { continue }
                if scalar == nil { next[place] = better(next[place], count) }
                guard place < text.count else { continue }
                if text[place] == nil { next[place] = better(next[place], count) }
                if scalar == nil || text[place] == nil { most[place + 1] = better(most[place + 1], count) }
                if let scalar, text[place] == scalar { next[place + 1] = better(next[place + 1], count + 1) }
            }
            most = next
        }
        return most.compactMap(\.self).max()
    }
}
