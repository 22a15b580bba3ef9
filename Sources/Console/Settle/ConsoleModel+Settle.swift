import CallBoard
import Piopiy
import Terminal

/// Calls in doubt: the operator's word on what became of them.
extension ConsoleModel {
    /// The call that a key of the board or of the details is about.
    var subject: CallKey? {
        switch layers.last {
        case nil: selection
        case .details(let key): snapshot.resolve(key)
        // What is selected on the board cannot be seen.
        default: nil
        }
    }

    /// The call that may be settled: also one of the history, which is on the board no more.
    private var settleSubject: CallKey? {
        guard case .pastCall = layers.last, let ref = history.opened?.call.ref else { return subject }
        return snapshot.call(CallKey(ref))?.key
    }

    static let unknownRequestWords = "the request is not known here, so it cannot be dialed again"

    mutating func openSettle() {
        guard mayAct("settled") else { return }
        guard let key = settleSubject, let call = snapshot.call(key) else {
            if layers.last == .pastCall {
                say("that call is no longer on the board, so it cannot be settled", .info)
            } else {
                sayNothingSelected()
            }
            return
        }
        if call.word != nil, !call.needsWord { return askTakeBack(call) }
        guard call.needsWord else {
            say("the call to \(call.to ?? "?") is not in doubt", .info)
            return
        }
        showSettle(key)
    }

    /// Whether something was said of the call that can be taken back: no call was placed to the number after it.
    func canTakeBack(_ call: Call) -> Bool {
        call.word.map { snapshot.placedSince($0.at, like: call) == nil } ?? false
    }

    mutating func askTakeBack(_ call: Call) {
        let to = call.to ?? "?"
        guard let word = call.word else {
            say("there is nothing to take back for the call to \(to)", .info)
            return
        }
        if let other = snapshot.placedSince(word.at, like: call) {
            let time = other.placedAt.map { " at \(ClockText.time($0, utcOffset: settings.utcOffset))" } ?? ""
            say("\(to) was called again\(time), so that cannot be taken back", .warning)
            return
        }
        question = .takeBack(call.key)
    }

    mutating func showSettle(_ key: CallKey) {
        open(.settle(key))
        settleChoices = []
        addSettleChoices()
    }

    /// Calls that have become known since the dialog was opened come behind those that are there: a digit that was seen at a
    /// call never means another one.
    mutating func addSettleChoices() {
        guard case .settle(let key) = layers.last else { return }
        let ids = snapshot.candidates(for: snapshot.resolve(key)).compactMap(\.callID)
        settleChoices += ids.filter { !settleChoices.contains($0) }
    }

    /// The dialog goes when the doubt does.
    mutating func closeSettleOfKnownCall() {
        guard case .settle(let key) = layers.last else { return }
        let call = snapshot.call(key)
        guard call?.needsWord != true else { return }
        layers.removeLast()
        switch question {
        case .placeAgain, .settle: question = nil
        default: break
        }
        say(
            "the call to \(call?.to ?? "?") is no longer in doubt: "
                + "\(call.map { Words.stage($0) } ?? "no longer on the board")",
            .info
        )
    }

    mutating func pressSettle(_ key: Key) -> [ConsoleEffect] {
        guard case .settle(let shown) = layers.last, let call = snapshot.call(shown) else { return [] }
        if case .character(let character) = key, let digit = character.wholeNumberValue, digit > 0 {
            guard digit <= min(9, settleChoices.count) else {
                say("there is no choice \(digit)", .warning)
                return []
            }
            let id = settleChoices[digit - 1]
            guard snapshot.candidates(for: call.key).contains(where: { $0.callID == id }) else {
                say("call \(digit) now belongs to another placement", .warning)
                return []
            }
            askSettle(call, .isCall(id))
            return []
        }
        let action = settings.keymap.action(for: key, in: .settle)
        if !call.isInDoubt, [.wasPlaced, .wasNotPlaced, .placeAgain].contains(action) {
            say("the call to \(call.to ?? "?") is known to have been placed", .info)
            return []
        }
        switch action {
        case .close: layers.removeLast()
        case .isOver: askSettle(call, .isOver)
        case .takeBack: askTakeBack(call)
        case .wasPlaced: askSettle(call, .wasPlaced)
        case .wasNotPlaced: askSettle(call, .wasNotPlaced)
        case .placeAgain:
            if call.request == nil {
                say(Self.unknownRequestWords, .warning)
            } else {
                question = .placeAgain(call.key, knowing: whatIsUp(like: call))
            }
        case .some(let action): return common(action)
        case nil: say("\(key.name) does nothing here", .info)
        }
        return []
    }

    // MARK: Questions

    mutating func askSettle(_ call: Call, _ settlement: Settlement) {
        if settlement == .wasNotPlaced, let early = snapshot.tooEarlyToSayNotPlaced(call, at: steady) {
            say("the call to \(call.to ?? "?"): \(early)", .warning)
            return
        }
        question = .settle(call.key, settlement, knowing: whatIsUp(like: call))
    }

    /// The calls that may be the one in doubt, and have not ended as far as is known now.
    func whatIsUp(like call: Call) -> [CallID] {
        snapshot.candidates(for: call.key).filter { !$0.isEnded }.compactMap(\.callID)
    }

    /// The yes to a word on a call in doubt. What has become known since the question was asked is asked about first.
    mutating func settle(_ key: CallKey, _ settlement: Settlement, knowing known: [CallID]) -> [ConsoleEffect] {
        guard let call = snapshot.call(key), call.needsWord else {
            say("that call is no longer in doubt; nothing was done", .warning)
            return []
        }
        guard whatIsUp(like: call) == known else {
            askSettle(call, settlement)
            return []
        }
        layers.removeAll { if case .settle = $0 { true } else { false } }
        return [.send(.settle(call.key, settlement))]
    }

    func settleQuestion(_ key: CallKey, _ settlement: Settlement) -> String {
        guard let call = snapshot.call(key) else { return "Settle a call that no longer exists?" }
        let to = call.to ?? "?"
        let other = snapshot.candidates(for: key).first { !$0.isEnded }
        switch settlement {
        case .isCall(let id):
            let then =
                isHangUpWaiting(call) ? "Its hang-up goes out at once, and that" : "That"
            return "Is it the call \(id.text.prefix(8)) to \(to)? \(then) cannot be taken back."
        case .wasPlaced: return "Count the call to \(to) as placed?"
        case .isOver:
            return other.map { "\(mayBeThis($0)) Mark it as over?" } ?? "Count the call to \(to) as over?"
        case .wasNotPlaced:
            return other.map { "\(mayBeThis($0)) Mark not placed?" } ?? "Count the call to \(to) as not placed?"
        case .placedAgain: return placeAgainQuestion(key)
        case .takenBack: return takeBackQuestion(key)
        }
    }

    func takeBackQuestion(_ key: CallKey) -> String {
        let call = snapshot.call(key)
        return "Take back that the call to \(call?.to ?? "?") \(said(call))?"
    }

    /// What an operator said of the call, and when.
    func takeBackWords(_ call: Call) -> String {
        guard let word = call.word else { return "it was not settled" }
        return "at \(ClockText.time(word.at, utcOffset: settings.utcOffset)) an operator said that it \(said(call))"
    }

    private func said(_ call: Call?) -> String {
        switch call?.word?.settlement {
        case .wasPlaced: "was placed"
        case .wasNotPlaced: "was not placed"
        default: "is over"
        }
    }

    private func mayBeThis(_ other: Call) -> String {
        "\(other.to ?? "?") is \(Words.stage(other)): that may be this call."
    }

    func placeAgainQuestion(_ key: CallKey) -> String {
        let to = snapshot.call(key)?.to ?? "?"
        if let other = snapshot.candidates(for: key).first(where: { !$0.isEnded }) {
            return "\(mayBeThis(other)) Dial it again?"
        }
        return "Dial \(to) again, though it may have been dialed?"
    }

    /// The yes to ringing a number again whose first call is in doubt.
    mutating func placeAgain(_ key: CallKey, knowing known: [CallID]) -> [ConsoleEffect] {
        guard let call = snapshot.call(key), call.isInDoubt, call.request != nil else {
            say("that call is no longer in doubt; nothing was placed", .warning)
            return []
        }
        let up = whatIsUp(like: call)
        guard up == known else {
            question = .placeAgain(key, knowing: up)
            return []
        }
        let ref = newRef()
        layers.removeAll { if case .settle = $0 { true } else { false } }
        selection = CallKey(ref)
        firstRow = 0
        return [.send(.placeAgain(call.key, as: ref))]
    }

    /// What can be said of a call now.
    func settleActions(_ call: Call) -> [Action] {
        if call.isInDoubt { return [.wasPlaced, .wasNotPlaced, .placeAgain, .isOver] }
        return canTakeBack(call) ? [.isOver, .takeBack] : [.isOver]
    }

    // MARK: Drawing

    func settleLines(_ call: Call) -> [PagerLine] {
        var lines: [PagerLine] = []
        func add(_ label: String, _ text: String, _ role: Role = .text) {
            lines.append(PagerLine(label: label, text: text, role: role))
        }
        let width = max(20, size.width - 4 - DetailText.labelWidth)
        let placed = call.placedAt.map { ClockText.time($0, utcOffset: settings.utcOffset) } ?? "?"
        add("Placed", "\(placed), from \(call.from ?? "?") to \(call.to ?? "?")")
        if !call.isInDoubt { add("Known", "it was placed; its call id is not known") }
        if let why = call.timeline.last(where: { $0.teller == .console && $0.text != "placing" })?.text {
            for (index, text) in DetailText.wrapped(settings.masksNumbers ? NumberMask.masked(why) : why, width: width)
                .enumerated()
            {
                add(index == 0 ? "Why" : " ", text, .unknown)
            }
        }
        add("", "")
        let candidates = snapshot.candidates(for: call.key)
        let choices = settleChoices.prefix(9).enumerated().compactMap { index, id in
            candidates.first { $0.callID == id }.map { (index + 1, $0) }
        }
        add("", "It may be one of these calls, which were not placed here:", .title)
        if choices.isEmpty {
            add("", "  none is known yet; a webhook or a record may still bring one", .dim)
        }
        for (digit, other) in choices {
            let time = ClockText.time(
                other.placedAt ?? other.ringingAt ?? other.answeredAt ?? other.seenAt,
                utcOffset: settings.utcOffset
            )
            add("  \(digit)", "\(time)  \(Words.stage(other))  from \(other.from ?? "?")")
            add(" ", "call id \(other.callID?.text ?? "?")", .dim)
        }
        add("", "")
        for action in settleActions(call) {
            guard let binding = settings.keymap.named(in: .settle).first(where: { $0.action == action }) else {
                continue
            }
            add("  \(binding.key.name)", action.explanation)
        }
        let back = hint(.settle) { " with \($0)" }
        add("", "Each asks first. You can take your word back\(back) until the number is called again.", .dim)
        return lines
    }
}
