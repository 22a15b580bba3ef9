import Piopiy
import Terminal

/// What is asked before the screen of an operator who has no token yet: plain text, line by line.
struct FrontDoor: Sendable {
    enum Choice {
        case sandbox
        case token(Token)
        case quit
        /// The end of input: nothing was chosen.
        case end
        /// The process was told to end by this signal.
        case signal(Int32)
    }

    /// What the token would be for: the platform's host.
    let place: String
    /// Where a token is kept for the next time; `nil` where there is no place.
    let tokenPath: String?
    /// What to say of another program's variable that may hold the token.
    var hint: (words: String, command: String)?
    let say: @Sendable (String) -> Void
    /// Asks for a line; `nil` at the end of input.
    let ask: @Sendable (_ prompt: String) -> String?
    let askHidden: @Sendable (_ prompt: String) -> HiddenLine.Ending
    /// Keeps a token; in words why not, when it cannot be kept.
    let save: @Sendable (_ token: String) -> String?

    /// Asks until something is chosen. Nothing is wider than 40 columns, but for the name of a file.
    func open() -> Choice {
        say("No account token was found.")
        if let hint {
            for line in Self.lines(hint.words) + [hint.command] { say(line) }
        }
        while true {
            say("")
            say(" 1  try the sandbox (no account needed)")
            say(" 2  type the token of an account")
            say(" q  quit")
            say("")
            guard let answer = ask("1, 2 or q, then Enter: ") else { return .end }
            switch Self.word(answer) {
            case "1": return .sandbox
            case "2": if let choice = askToken() { return choice }
            case "q", "quit": return .quit
            default: say("Please type 1, 2 or q.")
            }
        }
    }

    /// - Returns: `nil` to ask anew what is wanted.
    private func askToken() -> Choice? {
        say("")
        say("Type the token for \(place).")
        say("It stays hidden while you type. To go")
        say("back, press Enter alone.")
        while true {
            switch askHidden("Token: ") {
            case .line(let typed):
                let text = Self.trimmed(typed)
                if text.isEmpty { return nil }
                if typed.utf8.count >= HiddenLine.limit - 1 {
                    say("The line is too long for a terminal.")
                    say("Put the token into a file that only you")
                    say("can read, and set PIOPIY_TOKEN_FILE.")
                    return nil
                }
                do throws(ValidationError) {
                    let token = try Token(validating: text)
                    return keep(text) ? .token(token) : .end
                } catch {
                    say("The token \(error.problem)")
                }
            case .end: return .end
            case .signal(let number): return .signal(number)
            case .failed(let why):
                say("Hidden input is not possible here:")
                say("\(why).")
                return nil
            }
        }
    }

    /// Asks whether to keep it, and does.
    /// - Returns: whether that was answered.
    private func keep(_ token: String) -> Bool {
        guard let tokenPath else { return true }
        say("Save it for next time, in a file")
        say("that only you can read? The file is")
        say(tokenPath)
        while true {
            guard let answer = ask("y or n, then Enter: ") else { return false }
            switch Self.word(answer) {
            case "y", "yes":
                if let why = save(token) {
                    say("It could not be saved: \(why).")
                    say("It is used this time only.")
                } else {
                    say("Saved.")
                }
                return true
            case "n", "no": return true
            default: continue
            }
        }
    }

    /// A text in lines of at most 40 columns.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: " ").reduce(into: []) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= 40 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
    }

    private static func word(_ text: String) -> String { trimmed(text).lowercased() }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
