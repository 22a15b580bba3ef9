import Piopiy
import Terminal

/// A result for people: what went well on standard output, what did not on standard error.
enum ResultText {
    /// A line with whatever came from outside made harmless.
    static func safe(_ text: String) -> String { SafeText.printable(text) }

    /// - Parameter subject: what it is about: a number, a call id.
    static func print(_ line: ResultLine, about subject: String) {
        if let request = line.request {
            let method = request["method"]?.string ?? ""
            let url = request["url"]?.string ?? ""
            Streams.out(SafeText.printable("\(method) \(url)"))
            Streams.out(SafeText.printable(request["body"].map { JSONLine.text($0) } ?? ""))
            return
        }
        if let message = line.message {
            let what = line.outcome == "invalid" ? "nothing was sent" : subject
            Streams.error("\(line.state ?? line.outcome): \(message) [\(what)]")
            return
        }
        var words = [line.outcome, subject]
        if let id = line.requestID { words.append("request \(id)") }
        if let id = line.callID, id.text != subject { words.append("call \(id)") }
        if let ref = line.ref { words.append("ref \(ref)") }
        if let state = line.state { words.append(state) }
        if let end = line.end { words.append(end) }
        if let seconds = line.talkSeconds { words.append("talked \(seconds) s") }
        if let path = line.answer?["path"]?.string { words.append("saved as \(path)") }
        if line.status == 404 { words.append("it had ended already") }
        Streams.out(SafeText.printable(words.joined(separator: "  ")))
    }
}
