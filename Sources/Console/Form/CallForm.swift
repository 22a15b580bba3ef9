import CallBoard
import Piopiy
import Terminal

/// The form for a new call: what was typed, where the focus is, and what is wrong with it.
struct CallForm: Hashable, Sendable {
    var caller = TextField(limit: 32)
    var destination = TextField(limit: 32)
    var agent = TextField(limit: 64)
    var maxDuration = TextField(limit: 6)
    var ringTimeout = TextField(limit: 6)
    var record = RecordChoice.standard
    /// Whether the fields under "more" are shown. They are sent only while they are.
    var showsMore = false
    var appID = TextField(limit: 128)
    var failoverAgent = TextField(limit: 64)
    /// The last one is always empty, for the next.
    var variables: [VariableRow] = [VariableRow()]

    var focus = FormField.caller
    /// What is wrong, under the field where it is wrong.
    var problems: [FormField: String] = [:]
    /// What was typed into a field of digits and left out. A number with a digit missing is mostly a number too, somebody
    /// else's: it is not taken until the field was looked at and changed.
    var leftOut: [FormField: String] = [:]
    /// Numbers as they were typed, where signs were typed among their digits.
    var typedNumbers: [FormField: TypedNumber] = [:]
    /// The fields whose text was typed or changed here; what came from elsewhere can be hidden.
    var typed: Set<FormField> = []
    /// Whether the JSON that would be sent is shown.
    var showsPreview = false
    /// First visible line of it.
    var previewTop = 0
    /// What fields are completed from; nothing of it is sent.
    var book = AddressBook()
    /// Whether suggestions for the field with the focus are shown.
    var isListing = false
    /// The suggestion that was gone to.
    var chosen: Suggestion?
    /// What was in it when it was begun; see ``isUnfinished``.
    private(set) var begun: String?

    static let variableLimit = 50

    /// The fields in the order of Tab.
    var fields: [FormField] {
        [.caller, .destination, .agent, .maxDuration, .ringTimeout, .record]
            + variables.indices.flatMap { [.variableKey($0), .variableType($0), .variableValue($0)] }
            + [.more] + (showsMore ? [.appID, .failoverAgent] : []) + [.place]
    }

    /// The form for the next call: the values of this one, without the destination, so that nobody is rung again by a
    /// slip.
    func forNextCall() -> CallForm {
        var form = self
        form.destination.text = ""
        form.problems = [:]
        form.leftOut = [:]
        // That the caller id has its country code.
        form.typedNumbers = book.plan.country == nil ? [:] : form.typedNumbers.filter { $0.key == .caller }
        form.typed = []
        form.showsPreview = false
        form.focus = form.caller.isEmpty ? .caller : .destination
        form.closeSuggestions()
        form.begin()
        return form
    }

    /// What is in it now was not typed: nobody would miss it.
    mutating func begin() { begun = kept(withDestination: true) }

    /// Whether something was typed that was not placed.
    var isUnfinished: Bool { kept(withDestination: true) != begun }

    // MARK: Focus

    mutating func move(by step: Int) {
        leave(focus)
        closeSuggestions()
        let fields = fields
        let index = fields.firstIndex(of: focus) ?? 0
        focus = fields[(index + step + fields.count) % fields.count]
        if focus.variableRow.map({ !variables.indices.contains($0) }) ?? false { focus = .place }
    }

    /// Checks the field that is left, if anything is in it.
    private mutating func leave(_ field: FormField) {
        if case .variableKey(let row) = field, !variables[row].isEmpty { problems[field] = problem(with: field) }
        guard let text = text(of: field), !text.isEmpty else {
            problems[field] = nil
            leftOut[field] = nil
            typedNumbers[field] = nil
            return
        }
        problems[field] = problem(with: field)
    }

    // MARK: Preview

    mutating func showPreview() {
        showsPreview = true
        previewTop = 0
    }

    /// The JSON that would be sent, or why there is none yet.
    var previewLines: [String] {
        do {
            // The board adds its own reference when it is placed; until then there is none to show.
            let call = try call()
            let made = "(made when the call is placed)"
            let request = ((try? call.with(CallRef.variableName, .text(made))) ?? call).request
            let body = try request.body?.text(pretty: true) ?? ""
            return ["\(request.method.rawValue) \(request.path)"] + body.split(separator: "\n").map(String.init)
        } catch {
            return ["Not ready: \(error)"]
        }
    }

    /// - Parameter page: lines that are visible at once.
    mutating func scrollPreview(_ key: Key, page: Int) {
        let step =
            switch key {
            case .up: -1
            case .down: 1
            case .pageUp: -page
            case .pageDown: page
            default: 0
            }
        previewTop = max(0, min(previewTop + step, previewLines.count - page))
    }

    // MARK: Text

    func text(of field: FormField) -> TextField? {
        switch field {
        case .caller: caller
        case .destination: destination
        case .agent: agent
        case .maxDuration: maxDuration
        case .ringTimeout: ringTimeout
        case .variableKey(let row): variables[row].key
        case .variableValue(let row): variables[row].value
        case .appID: appID
        case .failoverAgent: failoverAgent
        case .record, .variableType, .more, .place: nil
        }
    }

    mutating func setText(_ text: TextField, of field: FormField) {
        switch field {
        case .caller: caller = text
        case .destination: destination = text
        case .agent: agent = text
        case .maxDuration: maxDuration = text
        case .ringTimeout: ringTimeout = text
        case .variableKey(let row): variables[row].key = text
        case .variableValue(let row): variables[row].value = text
        case .appID: appID = text
        case .failoverAgent: failoverAgent = text
        case .record, .variableType, .more, .place: break
        }
        problems[field] = nil
        isListing = true
        chosen = nil
        if let last = variables.last, !last.isEmpty, variables.count < Self.variableLimit {
            variables.append(VariableRow())
        }
    }

    /// Puts a number into a field that has its country code for certain, wherever it came from. The field holds digits
    /// alone: beside them is kept that a `+` belongs before them, where they could be read without.
    mutating func setNumber(_ digits: String, in field: FormField) {
        guard var text = text(of: field) else { return }
        text.text = digits
        switch field {
        case .caller: caller = text
        case .destination: destination = text
        default: return
        }
        typedNumbers[field] = book.plan.country == nil ? nil : TypedNumber("+\(digits)")
    }

    mutating func removeVariable() {
        guard let row = focus.variableRow, variables.count > 1, row < variables.count - 1 else { return }
        variables.remove(at: row)
        // What was wrong in the rows below belongs to other rows now.
        problems = problems.filter { $0.key.variableRow == nil }
        focus = .variableKey(min(row, variables.count - 1))
    }

    // MARK: Checking

    /// What is wrong with one field as it is now.
    func problem(with field: FormField) -> String? {
        if let left = leftOut[field], text(of: field)?.isEmpty == false {
            return "may lack a digit: “\(left)” was typed and ignored; check and correct it"
        }
        return switch field {
        case .caller, .destination: numberProblem(field)
        case .agent: book.agentProblem(agent.text)
        case .maxDuration: Self.secondsProblem(maxDuration.text, in: CallOptions.maxDurationRange)
        case .ringTimeout: Self.secondsProblem(ringTimeout.text, in: CallOptions.ringTimeoutRange)
        case .variableKey(let row): keyProblem(row)
        case .variableValue(let row): valueProblem(row)
        case .appID: appIDProblem
        case .failoverAgent: failoverProblem
        case .record, .variableType, .more, .place: nil
        }
    }

    /// The number in a field, with the signs that were typed in it.
    private func written(_ field: FormField) -> String {
        guard let text = text(of: field), !text.isEmpty else { return "" }
        guard let typed = typedNumbers[field], typed.isOf(text.characters) else { return text.text }
        return typed.text
    }

    private func numberProblem(_ field: FormField) -> String? {
        let written = written(field)
        guard let problem = book.numberProblem(written) else { return nil }
        if written == text(of: field)?.text { return problem }
        return "\(problem). It was typed as “\(written)”; Ctrl-U clears the field"
    }

    private var appIDProblem: String? {
        appID.isEmpty && !failoverAgent.isEmpty ? "is empty; a failover needs the app id" : nil
    }

    private var failoverProblem: String? {
        if failoverAgent.isEmpty {
            return appID.isEmpty ? nil : "is empty; an app id works only with a failover"
        }
        if let problem = book.agentProblem(failoverAgent.text) { return problem }
        let isSame = book.agentID(failoverAgent.text)?.lowercased() == book.agentID(agent.text)?.lowercased()
        return isSame ? "is the same as the agent above; choose another one" : nil
    }

    private static func secondsProblem(_ text: String, in range: ClosedRange<Int>) -> String? {
        if text.isEmpty { return nil }
        guard let seconds = Int(text) else {
            return "must be a whole number of seconds from \(range.lowerBound) to \(range.upperBound)"
        }
        return CallOptions.problem(with: seconds, in: range)
    }

    private func keyProblem(_ row: Int) -> String? {
        if variables[row].isEmpty { return nil }
        let key = variables[row].key.text
        if key.isEmpty { return "is empty; the value beside it needs a key" }
        if variables[..<row].contains(where: { $0.key.text == key }) {
            return "appears twice; give each key once"
        }
        return VariableKey.problem(with: key)
    }

    private func valueProblem(_ row: Int) -> String? {
        guard !variables[row].isEmpty else { return nil }
        do throws(ValidationError) {
            _ = try variables[row].json(field: "value")
            return nil
        } catch {
            return error.problem
        }
    }

    /// Checks everything and makes the call of it. The first wrong field gets the focus.
    mutating func validated() -> AICall? {
        closeSuggestions()
        problems = [:]
        for field in fields { problems[field] = problem(with: field) }
        if let wrong = fields.first(where: { problems[$0] != nil }) {
            focus = wrong
            return nil
        }
        do throws(ValidationError) {
            return try call()
        } catch {
            // Every rule was checked above; should the SDK know one more, it is shown and not lost.
            focus = .place
            problems[.place] = "\(error)"
            return nil
        }
    }

    /// The call that the form describes.
    func call() throws(ValidationError) -> AICall {
        let options = CallOptions(
            maxDuration: Int(maxDuration.text),
            ringTimeout: Int(ringTimeout.text),
            record: record.value
        )
        var values: Variables = [:]
        for row in variables where !row.isEmpty {
            values[row.key.text] = try row.json(field: "variables.\(row.key.text)")
        }
        var failover: Failover?
        if showsMore, !failoverAgent.isEmpty {
            failover = try Failover(agentID: book.agentID(failoverAgent.text) ?? failoverAgent.text)
        }
        return try AICall(
            callerID: try PhoneNumber(reading: written(.caller), plan: book.plan, field: "caller_id").digits,
            toNumber: try PhoneNumber(reading: written(.destination), plan: book.plan, field: "to_number").digits,
            agentID: book.agentID(agent.text) ?? agent.text,
            options: options.isEmpty ? nil : options,
            variables: values.isEmpty ? nil : values,
            appID: showsMore && !appID.isEmpty ? appID.text : nil,
            failover: failover
        )
    }
}
