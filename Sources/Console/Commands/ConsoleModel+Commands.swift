import CallBoard
import Piopiy
import Terminal

/// Commands by name. Each goes by the functions that the keys go by, so that it asks and refuses as they do.
extension ConsoleModel {
    static let readOnlyWords = "this console is read-only: every action that affects calls is disabled"

    /// Carries a command out.
    ///
    /// What it acts on is fixed here: the calls that it names, or those that are marked or selected now.
    /// - Throws: ``CommandMistake`` when nothing was done.
    mutating func run(_ line: ConsoleCommandLine) throws(CommandMistake) -> [ConsoleEffect] {
        notice = nil
        if settings.isReadOnly, line.actsOnCalls { throw CommandMistake(Self.readOnlyWords) }
        let effects = try carryOut(line)
        if !line.staysOnScreen { leavePagers() }
        return effects
    }

    private mutating func carryOut(_ line: ConsoleCommandLine) throws(CommandMistake) -> [ConsoleEffect] {
        switch line {
        case .perform(let action): return perform(action)
        case .call(let words): return try place(words)
        case .hangUp(let names, let cause, let reason): return try hangUp(names, cause: cause, reason: reason)
        case .transfer(let words): return try transfer(words)
        case .settle(let name, let verdict): return try settle(name, verdict)
        case .mark(let names): try mark(names)
        case .unmark(let names): marked.subtract(try keys(names))
        case .show(let name): open(.details(try call(name).key))
        case .copyID(let name):
            guard let id = try call(name).callID else { throw CommandMistake("the call id is not known yet") }
            say("the call id was sent to the clipboard", .info)
            return [.copy(id.text)]
        case .calls: break
        case .filter(let text): try narrow(to: text)
        case .sort(let column, let isReversed):
            order = CallOrder(column: column, isReversed: isReversed)
            refreshRows()
            scrollToSelection()
        case .preset(let name):
            presets.wanted = name
            return [.run(.presets)]
        case .theme(let name): return [.run(.theme(name))]
        case .columns(let chosen):
            settings.columns = chosen
            columns = Columns(width: size.width, chosen: chosen)
        case .callAgain(let name): callAgain(try call(name))
        case .history(let words):
            layers.removeAll { $0 == .history }
            _ = try checked(words)
            return openHistory(narrowedTo: words)
        case .campaign(let words): return try run(words)
        case .help(let entry): say("\(entry.usage): \(entry.explanation)", .info)
        }
        return []
    }

    private mutating func leavePagers() {
        layers.removeAll { layer in
            switch layer {
            case .details, .messages, .help, .hangUpReport, .history, .pastCall, .agents, .presets: true
            case .campaigns, .campaign, .campaignPlan, .campaignProblems: true
            default: false
            }
        }
    }

    // MARK: Naming calls

    private var finder: CallFinder {
        CallFinder(snapshot: snapshot, numbers: callNumbers, hasNumbers: hasCallNumbers)
    }

    /// The call of that name; the selected one, or the one whose details are shown, when there is none.
    func call(_ name: String?) throws(CommandMistake) -> Call {
        if let name { return try finder.call(name) }
        guard let call = subject.flatMap({ snapshot.call($0) }) else {
            throw CommandMistake(
                rows.isEmpty
                    ? "there is no call" + hint(.newCall) { "; \($0) places one" }
                    : "select a call or name one"
            )
        }
        return call
    }

    /// The calls of those names, each once.
    private func keys(_ names: [String]) throws(CommandMistake) -> [CallKey] {
        var keys: [CallKey] = []
        for name in names {
            let key = try finder.call(name).key
            if !keys.contains(key) { keys.append(key) }
        }
        return keys
    }

    // MARK: What is done

    /// With all that a call needs it is placed; else the form opens with what was given.
    private mutating func place(_ words: CallWords) throws(CommandMistake) -> [ConsoleEffect] {
        guard words.isWhole else {
            var new = try words.filled(form.isUnfinished ? CallForm() : form, book: book)
            new.focus = new.firstEmpty
            replaceForm(with: FormReplacement(form: new, said: nil))
            return []
        }
        var whole = try words.filled(CallForm(), book: book)
        guard let call = whole.validated() else {
            let wrong = whole.fields.first { whole.problems[$0] != nil }
            throw CommandMistake(
                "\(wrong?.label.lowercased() ?? "the call") \(wrong.flatMap { whole.problems[$0] } ?? "is wrong")"
            )
        }
        guard snapshot.availability(of: call.toNumber, at: steady).isFree else {
            question = .ringAgain(call, isForm: false)
            return []
        }
        return send(call, allowRepeat: false)
    }

    /// Places a call that the form has no part in. Its draft stays as it is, but what was empty there is offered next time.
    mutating func send(_ call: AICall, allowRepeat: Bool) -> [ConsoleEffect] {
        if !form.isUnfinished {
            if form.caller.isEmpty { form.setNumber(call.callerID.digits, in: .caller) }
            if form.agent.isEmpty { form.agent.text = call.agentID.text }
            form.begin()
        }
        book.note(call)
        let ref = newRef()
        layers = []
        selection = CallKey(ref)
        firstRow = 0
        return [.send(.place(ref, call, allowRepeat: allowRepeat))]
    }

    private mutating func hangUp(_ names: [String], cause: String?, reason: String?) throws(CommandMistake)
        -> [ConsoleEffect]
    {
        if !names.isEmpty { return askHangUp(of: try keys(names), cause: cause, reason: reason) }
        let chosen = hangUpSubjects
        if chosen.isEmpty { throw CommandMistake("select a call or name one") }
        return askHangUp(of: chosen, cause: cause, reason: reason)
    }

    private mutating func transfer(_ words: TransferWords) throws(CommandMistake) -> [ConsoleEffect] {
        let call = try call(words.call)
        if let why = whyNotTransferable(call) { throw CommandMistake(why) }
        var dialog = try words.filled(TransferForm(call: call.key, plan: book.plan))
        guard words.isWhole else {
            transfer = dialog
            layers.append(.transfer(call.key))
            return []
        }
        guard let id = call.callID, let request = dialog.validated(id, readFile: settings.readFile) else {
            let wrong = dialog.focus
            let label = wrong.label.isEmpty ? "the transfer" : wrong.label.lowercased()
            throw CommandMistake("\(label) \(dialog.problems[wrong] ?? "is wrong")")
        }
        return [.send(.transfer(call.key, request))]
    }

    private mutating func settle(
        _ name: String?,
        _ verdict: ConsoleCommandLine.Verdict?
    ) throws(CommandMistake) -> [ConsoleEffect] {
        let call = try call(name)
        let to = call.to ?? "?"
        if verdict == .takeBack || verdict == nil && call.word != nil && !call.needsWord {
            askTakeBack(call)
            return []
        }
        guard call.needsWord else { throw CommandMistake("the call to \(to) is not in doubt") }
        if !call.isInDoubt, let verdict, [.wasPlaced, .wasNotPlaced, .again].contains(verdict) {
            throw CommandMistake("the call to \(to) is known to have been placed")
        }
        switch verdict {
        case nil: showSettle(call.key)
        case .wasPlaced: askSettle(call, .wasPlaced)
        case .wasNotPlaced: askSettle(call, .wasNotPlaced)
        case .isOver: askSettle(call, .isOver)
        case .isCall(let text): askSettle(call, .isCall(try candidate(text, for: call)))
        case .again:
            guard call.request != nil else { throw CommandMistake(Self.unknownRequestWords) }
            question = .placeAgain(call.key, knowing: whatIsUp(like: call))
        case .takeBack: break
        }
        return []
    }

    /// The id of a call that the one in doubt may be: no other is taken.
    private func candidate(_ text: String, for call: Call) throws(CommandMistake) -> CallID {
        let candidates = snapshot.candidates(for: call.key)
        let ids = candidates.compactMap(\.callID)
        let fitting = ids.filter { $0.text.lowercased().hasPrefix(text.lowercased()) }
        if fitting.count == 1, text.count >= 4 { return fitting[0] }
        if let named = try? finder.call(text), let id = candidates.first(where: { $0.key == named.key })?.callID {
            return id
        }
        if ids.isEmpty {
            throw CommandMistake("no matching call is known yet; a webhook or a record may still bring one")
        }
        throw CommandMistake(
            "“\(text)” does not name exactly one of the possible calls: "
                + "\(ids.prefix(5).map(\.text).joined(separator: ", "))"
        )
    }

    private mutating func mark(_ names: [String]) throws(CommandMistake) {
        let keys = try keys(names)
        for key in keys {
            if let call = snapshot.call(key), call.isEnded {
                throw CommandMistake("the call to \(call.to ?? "?") has ended; nothing was marked")
            }
        }
        marked.formUnion(keys)
        say("\(marked.count) \(marked.count == 1 ? "call is" : "calls are") marked", .info)
    }

    private mutating func narrow(to text: String) throws(CommandMistake) {
        setFilter(try checked(text))
        selectOnlyRow()
    }

    /// A filter's words, if they are any.
    func checked(_ text: String) throws(CommandMistake) -> String {
        do throws(CallFilter.Mistake) {
            _ = try CallFilter(text, plan: book.plan)
            return text
        } catch {
            throw CommandMistake(error.words)
        }
    }
}

extension ConsoleCommandLine {
    /// Whether it places, hands over, settles or hangs up, which a read-only console does not.
    var actsOnCalls: Bool {
        switch self {
        case .perform(let action): action.actsOnCalls
        case .call, .callAgain, .hangUp, .transfer, .settle, .preset, .campaign: true
        default: false
        }
    }

    /// Whether it leaves details, messages and help open that it was typed over.
    fileprivate var staysOnScreen: Bool {
        switch self {
        case .perform(let action): !action.isAboutList
        case .mark, .unmark, .calls, .filter, .sort, .columns: false
        default: true
        }
    }
}

extension Action {
    /// Whether it leads to a call that is placed, handed over, settled or hung up.
    var actsOnCalls: Bool {
        switch self {
        case .newCall, .hangUp, .hangUpWith, .transfer, .settle, .callAgain, .presets, .send, .place, .wasPlaced,
            .wasNotPlaced, .placeAgain,
            .isOver, .takeBack, .pauseCampaign, .resumeCampaign, .stopCampaign, .faster, .slower:
            true
        default: false
        }
    }

    /// Whether it is about the board's list, which has to be seen then.
    fileprivate var isAboutList: Bool {
        switch self {
        case .mark, .markAll, .unmark, .filter, .sort, .reverse, .up, .down, .pageUp, .pageDown, .top, .bottom: true
        default: false
        }
    }
}

extension CallForm {
    /// The first field that must be filled in and is not; the button when there is none.
    var firstEmpty: FormField {
        let needed: [FormField] = [.destination, .caller, .agent]
        return needed.first { text(of: $0)?.isEmpty ?? false } ?? .place
    }
}
