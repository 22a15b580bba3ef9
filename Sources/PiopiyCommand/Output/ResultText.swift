import Piopiy
import Terminal

/// A result for people: what went well on standard output, what did not on standard error.
enum ResultText {
    /// A line with whatever came from outside made harmless.
    static func safe(_ text: String) -> String { SafeText.printable(text) }

    /// Prints a result for people or for scripts.
    /// - Parameter subject: what it is about: a number, a call id.
    /// - Returns: whether it could be written.
    static func print(_ line: ResultLine, as format: OutputFormat, about subject: String) -> Bool {
        switch format {
        case .json: Streams.result(JSONLine.text(line.json))
        case .text: print(line, about: subject)
        }
    }

    /// - Parameter subject: what it is about: a number, a call id.
    /// - Returns: whether it could be written.
    static func print(_ line: ResultLine, about subject: String) -> Bool {
        if let request = line.request {
            let method = request["method"]?.string ?? ""
            let url = request["url"]?.string ?? ""
            let lines = [SafeText.printable("\(method) \(url)")] + (request["body"].map { [JSONLine.text($0)] } ?? [])
            return lines.allSatisfy { Streams.out($0) }
        }
        if let message = line.message {
            let what = line.outcome == "invalid" ? "nothing was sent" : subject
            Streams.error("\(line.state ?? line.outcome): \(message) [\(what)]")
            return true
        }
        var words = [line.outcome, subject]
        if let id = line.requestID { words.append("request \(id)") }
        if let id = line.callID, id.text != subject { words.append("call \(id)") }
        if let ref = line.ref { words.append("ref \(ref)") }
        if let state = line.state { words.append(state) }
        if let end = line.end { words.append(end) }
        if let seconds = line.talkSeconds { words.append("talked \(seconds) s") }
        if let path = line.answer?["path"]?.string { words.append("saved as \(path)") }
        if line.status == 404 { words.append("it had already ended") }
        return Streams.result(SafeText.printable(words.joined(separator: "  ")))
    }
}
