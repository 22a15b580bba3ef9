import Piopiy

/// What an operator asks of the board.
public enum BoardCommand: Sendable {
    /// Place a call.
    /// - `ref`: made by whoever asks, so that it knows the row before there is one. It is made anew for each call.
    /// - `allowRepeat`: the operator has said yes to ringing a number again that is up, or was just rung.
    case place(CallRef, AICall, allowRepeat: Bool)
    /// Hang a call up; if its id is not known yet, as soon as it is.
    case hangUp(CallKey, cause: String?, reason: String?)
    /// Take a hang-up back that waits for its call's id, whoever asked for it.
    case takeBackHangUp(CallKey)
    /// Hand a call over. The request names the call id, so it can only be made once that is known.
    case transfer(CallKey, CallTransferRequest)
    /// Say what became of a call in doubt.
    case settle(CallKey, Settlement)
    /// Place a call in doubt again, whether or not it was placed: the operator has said yes to that. The ref is made by
    /// whoever asks, as in ``place(_:_:allowRepeat:)``.
    case placeAgain(CallKey, as: CallRef)
}

/// All that can happen to a board.
enum BoardInput: Sendable {
    case command(BoardCommand)
    /// The intent is in the journal, or could not be written there.
    case recorded(CallRef, failure: String?)
    /// The placement may not leave, and its intent is not in the journal.
    case notAdmitted(CallRef, NotSent)
    case outcome(CallRef, Outcome<Acceptance>)
    /// A placement of a campaign is admitted: its intent is in the journal, and it leaves now.
    case begun(CallRef, AICall)
    /// A placement of a campaign has its outcome. The campaign tells people of it, so the board gives no message.
    case begunOutcome(CallRef, Outcome<Acceptance>)
    case hangUpOutcome(CallKey, Outcome<ActionReceipt>)
    /// A hang-up that waits is in the journal, since a moment by the clock of its facts; or could not be written there.
    case hangUpKept(CallKey, at: Timestamp, failure: String?)
    /// Hang-ups that wait, and are this board's to send now.
    case adopted([AdoptedHangUp])
    /// The journal did not take an operator's word.
    case notSettled(JournalLine, TooEarlyToSettle)
    case transferOutcome(CallKey, CallTransferRequest, Outcome<TransferReceipt>)
    case webhook(WebhookPayload)
    /// What others wrote into the journal, or what asking the platform told.
    /// - `operators`: who placed the calls whose intents are among them.
    case lines([JournalLine], operators: [CallRef: String] = [:])
    /// Calls as the journal has them, at start.
    case restored([StoredCall])
    case feed(BoardFeed)
    /// The platform answered a question.
    case polled(Timestamp)
    /// The platform was asked about a call, and answered that it is as the board has it.
    case confirmed(CallKey)
    /// Time went on.
    case tick
    /// Something to tell the operator that is about no call.
    case note(BoardMessage.Level, String)
}

/// What a board wants done. It never does anything itself.
enum BoardEffect: Sendable, Equatable {
    /// Dial: have the intent admitted, then say so with ``BoardInput/recorded(_:failure:)``, and go on if a
    /// ``send(_:_:)`` comes of it. The line beside it, if there is one, is written in the same breath: both or neither.
    case record(CallRef, AICall, beside: JournalLine? = nil, allowsBusy: Bool = false)
    /// The placement may leave: its intent is recorded.
    case send(CallRef, AICall)
    case hangUp(CallKey, HangUp)
    /// Write a hang-up that waits for its call's id, then say so with ``BoardInput/hangUpKept(_:at:failure:)``.
    case keepHangUp(CallKey, JournalLine)
    case transfer(CallKey, CallTransferRequest)
    /// Write what was said already.
    case write(JournalLine)
}

/// What tells the board of calls.
public enum BoardFeed: Hashable, Sendable {
    /// Nothing does: a call that was placed is not heard of again.
    case nothing
    /// Webhooks, heard by this console.
    case webhooks
    /// Webhooks, heard by another console or `piopiy listen` on this host.
    case journal
    /// No webhooks; the platform is asked.
    case polling
}

/// A line for the operator.
public struct BoardMessage: Hashable, Sendable, Identifiable {
    /// How much it matters.
    public enum Level: Hashable, Sendable {
        case info, warning, error
    }

    /// Counts up from 1; a gap means that older messages were dropped.
    public let id: Int
    /// By this machine's clock.
    public let at: Timestamp
    /// How much it matters.
    public let level: Level
    /// May hold text from outside, so any character.
    public let text: String
    /// The call that it is about.
    public let call: CallKey?
}
