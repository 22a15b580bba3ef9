import Piopiy

/// What the last four digits of a `to_number` choose to happen.
enum MagicEnding: String, CaseIterable, Sendable {
    case busy = "0001"
    /// It rings until its ring timeout.
    case neverAnswered = "0002"
    case failsAfterRinging = "0003"
    /// HTTP 200 with an `error` body.
    case refusedWith200 = "0004"
    /// HTTP 403.
    case forbidden = "0005"
    /// The call is placed, and the connection closed without an answer.
    case closesConnection = "0006"
    /// The call is placed, and the request answered after ``lateAnswer``.
    case answersLate = "0007"
    /// 429 once a number, then accepted.
    case rateLimitedOnce = "0008"
    /// The call is placed, and the request answered with 502.
    case badGateway = "0009"
    /// The call is placed, and the request answered with 503 and `Retry-After`, as a proxy before the platform does
    /// when the platform's answer is late.
    case unavailable = "0010"
    /// Events arrive twice and out of order.
    case scrambledEvents = "0011"
    /// No live events, only a late CDR.
    case onlyLateRecord = "0012"
    /// The call is placed, and the request answered with 200 and a body that is not JSON.
    case unreadableAnswer = "0013"
    /// The call's recording breaks off half-way when it is fetched for the first time.
    case brokenRecording = "0014"
    /// The call is placed, the connection closed without an answer, and nothing is ever told of the call: its placement
    /// stays in doubt.
    case neverHeardOf = "0015"

    init?(_ number: PhoneNumber) {
        self.init(rawValue: String(number.digits.suffix(4)))
    }

    /// How long `0007` keeps its caller waiting, at speed 1.
    static let lateAnswer: Duration = .seconds(30)
    /// How long after the call's end the CDR of `0012` comes, at speed 1.
    static let lateRecord: Duration = .seconds(60)
}
