import Piopiy

/// What will happen to a call, unless somebody hangs it up: timed steps, decided when it is placed.
struct CallScript: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case started
        case ringing
        case answered
        case ended(CallEnd)
    }

    struct TimedStep: Hashable, Sendable {
        /// Time since the call was placed, at speed 1.
        var after: Duration
        var step: Step
    }

    /// How the platform tells of it.
    enum Telling: Hashable, Sendable {
        /// Live events as they happen, then the CDR.
        case live
        /// Everything twice and out of order.
        case scrambled
        /// Nothing but a CDR, a while after the end.
        case lateRecord
        /// Nothing at all: no events, no CDR, no record in look-ups.
        case nothing
    }

    var steps: [TimedStep]
    var telling: Telling = .live

    /// From the placement to its first event, and from there to the ringing.
    static let startDelay: Duration = .milliseconds(200)
    static let ringDelay: Duration = .milliseconds(300)
    static let ringing: Duration = .seconds(2)
    static let talkSeconds = 20...120
    /// How long a pipeline takes that only plays something.
    static let playedOffSeconds = 5
    /// How long a call that nobody answers rings when its options don't say.
    static let defaultRingTimeout = 30

    init(_ call: AICall, using generator: inout SeededGenerator) { self.init(CallOrder(call), using: &generator) }

    /// The life of `call`, its random parts drawn from `generator`.
    init(_ call: CallOrder, using generator: inout SeededGenerator) {
        let ending = MagicEnding(call.toNumber)
        // Drawn for every call, so that what a number chooses does not shift what is drawn after it.
        let talk = Int.random(in: Self.talkSeconds, using: &generator)

        let ringingAt = Self.startDelay + Self.ringDelay
        var steps = [TimedStep(after: Self.startDelay, step: .started)]
        switch ending {
        case .busy:
            steps.append(TimedStep(after: ringingAt, step: .ended(.busy)))
        case .neverAnswered:
            let timeout = Duration.seconds(call.options?.ringTimeout ?? Self.defaultRingTimeout)
            steps.append(TimedStep(after: ringingAt, step: .ringing))
            steps.append(TimedStep(after: ringingAt + timeout, step: .ended(.noAnswer)))
        case .failsAfterRinging:
            steps.append(TimedStep(after: ringingAt, step: .ringing))
            steps.append(TimedStep(after: ringingAt + Self.ringing, step: .ended(.failed)))
        default:
            let answeredAt = ringingAt + Self.ringing
            let wished = call.isPlayedOff ? Self.playedOffSeconds : talk
            let talk = Duration.seconds(min(wished, call.options?.maxDuration ?? .max))
            steps.append(TimedStep(after: ringingAt, step: .ringing))
            steps.append(TimedStep(after: answeredAt, step: .answered))
            steps.append(TimedStep(after: answeredAt + talk, step: .ended(.completed)))
        }
        self.steps = steps
        switch ending {
        case .scrambledEvents: telling = .scrambled
        case .onlyLateRecord: telling = .lateRecord
        case .neverHeardOf: telling = .nothing
        default: telling = .live
        }
    }
}

/// How a call of the sandbox ended. The names are those of the console's board.
enum CallEnd: String, Hashable, Sendable {
    case completed, noAnswer, busy, failed, cancelled
}
