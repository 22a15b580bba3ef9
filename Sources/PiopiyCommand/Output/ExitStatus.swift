import ArgumentParser
import Piopiy

/// The exit codes that scripts rely on; the numbers are those of sysexits.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    /// `call --wait answered`: the call ended without an answer.
    case notAnswered = 1
    /// The input breaks a rule; nothing was sent.
    case invalid = 64
    /// The platform could not be reached, or did not take it; nothing was done.
    case notSent = 69
    /// The terminal's other end is closed, or results cannot be written.
    case outputLost = 74
    /// It may have happened.
    case unknown = 75
    case refused = 76
    /// No token, one that nobody else may read but can, or one that the platform did not accept.
    case noToken = 77
    case badConfiguration = 78

    /// The meaning of the code, as `--help` and the manual give it.
    var meaning: String {
        switch self {
        case .done: "done"
        case .notAnswered: "--wait answered: it ended and nobody had answered"
        case .invalid: "the input breaks a rule; nothing was sent"
        case .notSent: "the platform did not act"
        case .outputLost: "results could not be written, or the terminal was lost"
        case .unknown: "it may have happened; it was not repeated"
        case .refused: "the platform said no"
        case .noToken: "no token, or one that is not private or not accepted"
        case .badConfiguration: "a wrong setting, no terminal, or a limit that is too low"
        }
    }

    /// All codes with their meanings, one a line, for the help.
    static var list: String {
        allCases.map { status in
            let code = "\(status.rawValue)"
            return "  " + code + String(repeating: " ", count: 4 - code.count) + status.meaning
        }.joined(separator: "\n")
    }

    init<Value>(_ outcome: Outcome<Value>) {
        self =
            switch outcome {
            case .accepted: .done
            case .invalid: .invalid
            case .notSent: .notSent
            case .refused(let refusal): refusal.isBadToken ? .noToken : .refused
            case .unknown: .unknown
            }
    }

    /// Of several, the one that asks for the most care: what may have happened comes before what did not.
    static func gravest(_ statuses: [ExitStatus]) -> ExitStatus {
        let order: [ExitStatus] = [.unknown, .noToken, .notSent, .refused, .invalid]
        return order.first { statuses.contains($0) } ?? .done
    }

    /// Ends the command with it, without another word.
    func exit() throws {
        if self != .done { throw ExitCode(rawValue) }
    }
}
