import CallBoard
import Piopiy
import Terminal

/// How questions are asked, answered and closed.
extension ConsoleModel {
    /// A question as it is asked now. Its words tell of the calls as they are known at this moment.
    func prompt(_ question: Question) -> ConsolePrompt {
        switch question {
        case .hangUp(let key): return ConsolePrompt(words: hangUpQuestion(key), yes: .yOrEnter)
        case .hangUpMarked(let keys):
            let live = stillUp(keys)
            let hidden = live.count - live.filter { rows.contains($0) }.count
            let unseen = hidden > 0 ? " (\(hidden) not shown)" : ""
            let words = "Hang up \(live.count) marked \(live.count == 1 ? "call" : "calls")\(unseen): \(numbers(live))?"
            return ConsolePrompt(words: words, yes: .y)
        case .hangUpNamed(let keys, _, _):
            if keys.count == 1 { return ConsolePrompt(words: hangUpQuestion(keys[0]), yes: .yOrEnter) }
            return ConsolePrompt(words: "Hang up \(keys.count) calls: \(numbers(keys))?", yes: .y)
        case .takeBackHangUp(let key):
            let to = snapshot.call(key)?.to ?? "?"
            return ConsolePrompt(words: "Take back the hang-up of \(to), which waits for its call id?", yes: .t)
        case .placeAgain(let key, _): return ConsolePrompt(words: placeAgainQuestion(key), yes: .y)
        case .settle(let key, let settlement, _): return ConsolePrompt(words: settleQuestion(key, settlement), yes: .y)
        case .takeBack(let key): return ConsolePrompt(words: takeBackQuestion(key), yes: .y)
        case .ringAgain(let call, _):
            let number = call.toNumber.digits
            let availability = snapshot.availability(of: call.toNumber, at: steady)
            let why = availability.conflict.map { conflictWords($0) }
            return ConsolePrompt(words: "\(number) \(why ?? "was called before"). Dial it again?", yes: .y)
        case .replaceForm:
            let to = form.destination.isEmpty ? "" : " to \(form.destination.text)"
            return ConsolePrompt(words: "The form holds a call\(to) that was not placed. Replace it?", yes: .y)
        case .replacePreset(let name): return ConsolePrompt(words: "There is a preset “\(name)”. Replace it?", yes: .y)
        case .deletePreset(let name): return ConsolePrompt(words: "Delete the preset “\(name)”?", yes: .y)
        case .startCampaign, .resumeCampaign, .stopCampaign:
            return ConsolePrompt(words: campaignQuestion(question) ?? "", yes: .y)
        case .quit:
            let words = "\(goingOn.isEmpty ? "No calls are up any more." : goingOn) Quit?"
            return ConsolePrompt(words: words, yes: quittingEndsCalls ? .e : .y)
        }
    }

    /// Whether calls end with the console: the sandbox's do, the platform's go on.
    var quittingEndsCalls: Bool {
        let counts = snapshot.counts
        return settings.isSandbox && counts.placing + counts.up + counts.unknown > 0
    }

    // MARK: Answers

    /// Takes a key for the question that is open.
    mutating func answer(_ key: Key) -> [ConsoleEffect] {
        guard let asked = question else { return [] }
        guard prompt(asked).isYes(key) else {
            decline()
            // It is pressed to see what is asked.
            return settings.keymap.action(for: key, in: .board) == .redraw ? [.redraw] : []
        }
        guard isDeliberate(after: askedOn) else {
            decline("nothing was done: \(key.name) came before the question was shown")
            return []
        }
        return agree()
    }

    /// The yes to the question that is open.
    mutating func agree() -> [ConsoleEffect] {
        guard let asked = question else { return [] }
        question = nil
        switch asked {
        case .hangUp(let call): return [.send(.hangUp(call, cause: nil, reason: nil))]
        case .takeBackHangUp(let call): return [.send(.takeBackHangUp(call))]
        case .hangUpMarked(let calls): return hangUp(calls, cause: nil, reason: nil)
        case .hangUpNamed(let calls, let cause, let reason): return hangUp(calls, cause: cause, reason: reason)
        case .placeAgain(let call, let known): return placeAgain(call, knowing: known)
        case .settle(let call, let settlement, let known): return settle(call, settlement, knowing: known)
        case .takeBack(let call):
            layers.removeAll { if case .settle = $0 { true } else { false } }
            return [.send(.settle(call, .takenBack))]
        case .replaceForm(let replacement): takeForm(replacement)
        case .replacePreset(let name): return replacePreset(name)
        case .deletePreset(let name): return deletePreset(name)
        case .ringAgain(let call, true): return place(call, allowRepeat: true)
        case .ringAgain(let call, false): return send(call, allowRepeat: true)
        case .startCampaign, .resumeCampaign, .stopCampaign: return agreeToCampaign(asked)
        case .quit: return [.quit]
        }
        return []
    }

    /// Closes the question that is open, and says so. What was said before of another call must not stand there in its
    /// place.
    mutating func decline(_ words: String? = nil) {
        let isList = question == .startCampaign
        if isList { dropCampaignPlan() }
        let waiting: CallKey? = if case .takeBackHangUp(let key) = question { key } else { nil }
        question = nil
        if let last = snapshot.messages.last, last.level == .info { dismissed = last.id }
        if let waiting, words == nil {
            say("the hang-up of \(snapshot.call(waiting)?.to ?? "?") still waits", .info)
            return
        }
        say(words ?? (isList ? "nothing was done: nobody is dialed" : "nothing was done"), .info)
    }

    // MARK: Drawing

    /// - Returns: where the cursor stands, behind the question.
    func drawPrompt(_ prompt: ConsolePrompt, _ canvas: inout Canvas) -> Point {
        let y = size.height - 2
        let style = settings.theme[.warning]
        canvas.fill(Rect(x: 0, y: y, width: size.width, height: 1), style: settings.theme[.text])
        // However narrow it is, what answers are taken is seen.
        var used = canvas.write(prompt.words, x: 3, y: y, style: style, width: size.width - 5 - prompt.answers.count)
        used += canvas.write(prompt.answers, x: 3 + used, y: y, style: style)
        return Point(x: min(size.width - 1, 3 + used + 1), y: y)
    }

    // MARK: Words

    private func numbers(_ keys: [CallKey]) -> String {
        keys.prefix(3).compactMap { snapshot.call($0)?.to }.joined(separator: ", ") + (keys.count > 3 ? ", …" : "")
    }

    private func hangUpQuestion(_ key: CallKey) -> String {
        let call = snapshot.call(key)
        let time = call?.duration(at: steady).map { " \(ClockText.length($0))" } ?? ""
        let waits = call?.callID == nil ? " once its id is known" : ""
        let again = call.map { isOverdue($0) } ?? false ? ", hung up before" : ""
        return "Hang up \(call?.to ?? "?") (\(call.map { Words.stage($0) } ?? "?")\(time)\(again))\(waits)?"
    }

    /// Why a number is asked about before it is rung, in words that follow it.
    private func conflictWords(_ conflict: NumberAvailability.Conflict) -> String {
        guard conflict.reason == .mayStillBeUp else { return conflict.words }
        let ago = conflict.call.placedAt.map { ", dialed \(ClockText.length(now - $0)) ago" } ?? ""
        return "may still be up\(ago)"
    }
}
