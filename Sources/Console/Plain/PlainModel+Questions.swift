import CallBoard
import Piopiy
import Terminal

/// What the plain console asks, and the answers. The dialogs of the screen are asked here field by field.
extension PlainModel {
    /// Looks what is to be asked now, and asks it once. What needs no answer is printed.
    mutating func ask(_ step: inout PlainStep) {
        while let layer = model.layers.last, !isAsked(layer) {
            tell(layer, &step)
            model.layers.removeLast()
        }
        let now = open
        if now != asked, let now { step.lines.append(words(now)) }
        asked = now
    }

    private func isAsked(_ layer: ConsoleModel.Layer) -> Bool {
        switch layer {
        case .form, .transfer: true
        default: false
        }
    }

    private var open: Asked? {
        if let question = model.question { return .question(question) }
        switch model.layers.last {
        case .form:
            let field = model.form.firstEmpty
            return field == .place ? .place : .field(field)
        case .transfer: return kindIsKnown ? .target : .kind
        default: return nil
        }
    }

    private func words(_ asked: Asked) -> String {
        switch asked {
        case .question(let question): return prompt(question).line
        case .field(.destination): return "which number to call? such as 918888888888; cancel gives up"
        case .field(.caller): return "from which number? such as 919999999999; cancel gives up"
        case .field(.agent): return "which agent? a name or an id; cancel gives up"
        case .field(let field): return "\(field.label.lowercased())? cancel gives up"
        case .place: return placing.line
        case .kind: return "warm (the agent talks on) or blind? cancel gives up"
        case .target:
            return
                "to whom? a number or sip:name@host\(model.transfer?.isWarm == false ? ", or a pipeline file" : ""); "
                + "cancel gives up"
        }
    }

    private var placing: ConsolePrompt { ConsolePrompt(words: "Place \(description)?", yes: .y) }

    /// Whether it is answered by yes or no, and not by a value.
    func isPrompt(_ asked: Asked) -> Bool { prompt(asked) != nil }

    private func prompt(_ asked: Asked) -> ConsolePrompt? {
        switch asked {
        case .question(let question): prompt(question)
        case .place: placing
        case .field, .kind, .target: nil
        }
    }

    /// A question as the screen asks it, with the numbers that calls have here.
    private func prompt(_ question: ConsoleModel.Question) -> ConsolePrompt {
        let prompt = model.prompt(question)
        return ConsolePrompt(words: hangUpWords(question) ?? prompt.words, yes: prompt.yes)
    }

    private func hangUpWords(_ question: ConsoleModel.Question) -> String? {
        let keys: [CallKey]
        switch question {
        case .hangUp(let key): keys = [key]
        case .hangUpMarked(let marked): keys = model.stillUp(marked)
        case .hangUpNamed(let named, _, _): keys = named
        default: return nil
        }
        let calls = keys.map { key in
            let call = model.snapshot.call(key)
            let waits = call?.callID == nil ? ", once its id is known" : ""
            return "\(name(key)), \(call.map { Words.stage($0) } ?? "gone")\(waits)"
        }
        return "Hang up \(calls.joined(separator: "; "))?"
    }

    /// The call in the form.
    private var description: String {
        let form = model.form
        var parts = [
            "a call to \(form.destination.text) from \(form.caller.text), agent \(agentName(form.agent.text))"
        ]
        if !form.maxDuration.isEmpty { parts.append("at most \(form.maxDuration.text) s") }
        if !form.ringTimeout.isEmpty { parts.append("rings up to \(form.ringTimeout.text) s") }
        if let record = form.record.value { parts.append(record ? "recorded" : "not recorded") }
        parts += form.variables.filter { !$0.isEmpty }.map { "\($0.key.text)=\($0.value.text)" }
        return parts.joined(separator: ", ")
    }

    // MARK: Answers

    mutating func answer(_ asked: Asked, _ text: String, _ step: inout PlainStep) {
        let words = text.split(whereSeparator: \.isWhitespace)
        let word = words.count == 1 ? words[0].lowercased() : ""
        if let prompt = prompt(asked) {
            if prompt.isYes(word) {
                agree(asked, &step)
            } else if ["no", "n", "cancel"].contains(word) {
                refuse(asked, "nothing was done", &step)
            } else {
                // A line that was meant for something else is no answer, and no command either.
                let typed = text.isEmpty ? "an empty line" : "“\(Self.trimmed(text))”"
                refuse(asked, "nothing was done: \(typed) is neither \(prompt.yesWord) nor no", &step)
            }
            return
        }
        if word == "cancel" {
            refuse(asked, "nothing was done", &step)
            return
        }
        do throws(CommandMistake) {
            try fill(asked, text, &step)
        } catch {
            step.lines.append("error: \(error.words)")
            step.lines.append(self.words(asked))
        }
    }

    private mutating func agree(_ asked: Asked, _ step: inout PlainStep) {
        if asked == .place {
            step.effects += model.submit()
            let problems = model.form.fields.compactMap { field in
                model.form.problems[field].map { "\(field.label.lowercased()) \($0)" }
            }
            if model.question == nil, !problems.isEmpty {
                step.lines.append("error: not placed: \(problems.joined(separator: "; "))")
                model.layers.removeAll { $0 == .form }
            }
        } else {
            // By what a yes does on the screen, so that nothing is done here that is not done there.
            step.effects += model.agree()
        }
        acknowledgePlacements(&step)
    }

    mutating func refuse(_ asked: Asked, _ words: String, _ step: inout PlainStep) {
        switch asked {
        case .question(.ringAgain(_, isForm: true)), .place, .field:
            model.question = nil
            model.form = model.form.forNextCall()
            model.layers.removeAll { $0 == .form }
        case .question: model.decline()
        case .kind, .target:
            model.transfer = nil
            model.layers.removeAll { if case .transfer = $0 { true } else { false } }
        }
        // It is said here, with what was typed.
        model.notice = nil
        step.lines.append(words)
    }

    private mutating func fill(_ asked: Asked, _ text: String, _ step: inout PlainStep) throws(CommandMistake) {
        let text = Self.trimmed(text)
        switch asked {
        case .field(let field):
            let book = model.book
            switch field {
            case .destination: model.form.setNumber(try CallWords.number(text, "the number", book), in: field)
            case .caller: model.form.setNumber(try CallWords.number(text, "from", book), in: field)
            default: model.form.agent.text = try CallWords.agentID(text, model.book.agents)
            }
        case .kind:
            switch text.lowercased() {
            case "warm": model.transfer?.isWarm = true
            case "blind": model.transfer?.isWarm = false
            default: throw CommandMistake("“\(text)” is neither warm nor blind")
            }
            kindIsKnown = true
        case .target:
            guard text.count <= model.transfer?.target.limit ?? 0 else {
                throw CommandMistake("the target is too long")
            }
            model.transfer?.target.text = text
            step.effects += model.sendTransfer()
            if let dialog = model.transfer, let problem = dialog.problems[dialog.focus] {
                throw CommandMistake("\(dialog.focus.label.lowercased()) \(problem)")
            }
        case .question, .place: break
        }
    }

    static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    // MARK: Screens that are told

    /// Prints what a screen of the console would show.
    private func tell(_ layer: ConsoleModel.Layer, _ step: inout PlainStep) {
        switch layer {
        // What comes of a hang-up is told call by call.
        case .hangUpReport: return
        // The screen shows the list of them once one has begun.
        case .campaigns: return
        case .settle(let key):
            if let call = model.snapshot.call(key) { tellDoubt(call, &step) }
            return
        default: break
        }
        let lines = model.pagerLines
        if lines.isEmpty {
            step.lines.append("that works only on the full screen; help lists the commands")
            return
        }
        for line in lines {
            let label = Self.trimmed(line.label)
            let text = line.text.split(separator: " ").joined(separator: " ")
            if label.isEmpty, text.isEmpty { continue }
            step.lines.append(Self.plain(label.isEmpty ? text : "\(label): \(text)", nil))
        }
    }

    /// What is known of a call in doubt, which calls it may be, and how to say what became of it.
    private func tellDoubt(_ call: Call, _ step: inout PlainStep) {
        let number = numbers[call.key]
        let placed = call.placedAt.map { " at \(clock($0))" } ?? ""
        step.lines.append("\(name(number, call)): placed\(placed) from \(call.from ?? "?")")
        if !call.isInDoubt { step.lines.append("it was placed; its call id is not known") }
        if let why = call.timeline.last(where: { $0.teller == .console && $0.text != "placing" })?.text {
            step.lines.append(why)
        }
        let candidates = model.snapshot.candidates(for: call.key)
        if candidates.isEmpty {
            step.lines.append("no matching call is known yet; a webhook or a record may still bring one")
        }
        for other in candidates {
            let words = "\(Words.stage(other)), from \(other.from ?? "?"), call id \(other.callID?.text ?? "?")"
            step.lines.append("it may be \(name(numbers[other.key], other)): \(words)")
        }
        for action in model.settleActions(call) where action != .placeAgain {
            step.lines.append("settle \(number ?? 0) \(action.rawValue): \(action.explanation)")
        }
        step.lines.append("settle \(number ?? 0) is CALL: it is that call")
        if call.isInDoubt { step.lines.append("settle \(number ?? 0) again: \(Action.placeAgain.explanation)") }
    }
}
