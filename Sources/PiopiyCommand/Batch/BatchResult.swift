import Piopiy
import Terminal

/// What became of one line.
struct BatchResult: Sendable {
    /// The line's number, from 1.
    var line: Int
    /// As it came: a string or a number.
    var id: JSONValue?
    /// What a person knows it by: a number, a call.
    var subject: String?
    var result: ResultLine

    /// The result line. Where no id was given it has the line's number, so that it can be matched all the same.
    var json: JSONValue {
        guard case .object(var members) = result.json else { return result.json }
        if let id { members["id"] = id } else { members["line"] = .integer(line) }
        return .object(members)
    }

    /// The result in one line for people.
    var text: String {
        var words = [result.outcome]
        words.append(id.map { "id \($0.looseText ?? "\"\"")" } ?? "line \(line)")
        if let subject { words.append(subject) }
        if let message = result.message { words.append(message) }
        if let id = result.requestID { words.append("request \(id)") }
        if let id = result.callID, id.text != subject { words.append("call \(id)") }
        if let ref = result.ref { words.append("ref \(ref)") }
        if let request = result.request {
            words.append("\(request["method"]?.string ?? "") \(request["url"]?.string ?? "")")
            if let body = request["body"] { words.append(JSONLine.text(body)) }
        }
        return SafeText.printable(words.joined(separator: "  "))
    }

    func text(_ format: OutputFormat) -> String {
        switch format {
        case .json: JSONLine.text(json)
        case .text: text
        }
    }
}
