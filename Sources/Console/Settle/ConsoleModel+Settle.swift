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

    static let unknownRequestWords = "what was sent is not known here, so it cannot be placed again"

    mutating func openSettle() {
        guard mayAct("settled") else { return }
        guard let key = subject, let call = snapshot.call(key) else {
            sayNothingSelected()
            return
        }
        guard call.needsWord else {
            say("the call to \(call.to ?? "?") is not in doubt", .info)
            return
        }
        showSettle(key)
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
        if case .placeAgain = question { question = nil }
        say("the call to \(call?.to ?? "?") is no longer in doubt: \(call.map { Words.stage($0) } ?? "gone")", .info)
    }

    mutating func pressSettle(_ key: Key) -> [ConsoleEffect] {
        guard case .settle(let shown) = layers.last, let call = snapshot.call(shown) else { return [] }
        if case .character(let character) = key, let digit = character.wholeNumberValue, digit > 0 {
            guard digit <= min(9, settleChoices.count) else {
                say("there is no call \(digit) to choose", .warning)
                return []
            }
            let id = settleChoices[digit - 1]
            guard snapshot.candidates(for: call.key).contains(where: { $0.callID == id }) else {
                say("call \(digit) has turned out to be another one's", .warning)
                return []
            }
            layers.removeLast()
            return [.send(.settle(call.key, .isCall(id)))]
        }
        let action = settings.keymap.action(for: key, in: .settle)
        if !call.isInDoubt, [.wasPlaced, .wasNotPlaced, .placeAgain].contains(action) {
            say("the call to \(call.to ?? "?") was placed: that is known", .info)
            return []
        }
        switch action {
        case .close: layers.removeLast()
        case .isOver:
            layers.removeLast()
            return [.send(.settle(call.key, .isOver))]
        case .wasPlaced:
            layers.removeLast()
            return [.send(.settle(call.key, .wasPlaced))]
        case .wasNotPlaced:
            layers.removeLast()
            return [.send(.settle(call.key, .wasNotPlaced))]
        case .placeAgain:
            if call.request == nil {
                say(Self.unknownRequestWords, .warning)
            } else {
                question = .placeAgain(call.key)
            }
        case .some(let action): return common(action)
        case nil: break
        }
        return []
    }

    /// The yes to ringing a number again whose first call is in doubt.
    mutating func placeAgain(_ key: CallKey) -> [ConsoleEffect] {
        guard let call = snapshot.call(key), call.isInDoubt, call.request != nil else {
            say("that call is no longer in doubt; nothing was placed", .warning)
            return []
        }
        let ref = newRef()
        layers.removeAll { if case .settle = $0 { true } else { false } }
        selection = CallKey(ref)
        firstRow = 0
        return [.send(.placeAgain(call.key, as: ref))]
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
        if !call.isInDoubt { add("Known", "it was placed; the platform has told nobody its id") }
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
        add("", "It may be one of these calls, which nobody here placed:", .title)
        if choices.isEmpty {
            add("", "  none is known yet; webhooks or records may still tell of one", .dim)
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
        for action in call.isInDoubt ? [Action.wasPlaced, .wasNotPlaced, .placeAgain, .isOver] : [.isOver] {
            guard let binding = settings.keymap.named(in: .settle).first(where: { $0.action == action }) else {
                continue
            }
            add("  \(binding.key.name)", action.explanation)
        }
        return lines
    }
}
