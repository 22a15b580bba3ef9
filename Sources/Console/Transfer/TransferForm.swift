import CallBoard
import Piopiy
import Terminal

/// Why a pipeline's file cannot be used, in words that follow its name: "is not there".
public struct PipelineFileProblem: Error, Hashable, Sendable {
    public let words: String

    public init(_ words: String) { self.words = words }
}

/// The dialog that hands a call over: what was typed, where the focus is, and what is wrong with it.
struct TransferForm: Hashable, Sendable {
    enum Field: Hashable, Sendable, CaseIterable {
        case kind, target, caller, ringTimeout, confirm, summary, send

        var label: String {
            switch self {
            case .kind: "Kind"
            case .target: "To"
            case .caller: "Caller id"
            case .ringTimeout: "Ring timeout"
            case .confirm: "Confirm"
            case .summary: "Summary"
            case .send: ""
            }
        }

        var hint: String {
            switch self {
            case .kind: "Space changes it; typed text goes into To"
            case .target: ""
            case .caller: "shown to the person; optional"
            case .ringTimeout: "5–120 s; empty: the platform's default"
            case .confirm: "the person must press 1 first"
            case .summary: "text for the person; optional"
            case .send: ""
            }
        }
    }

    let call: CallKey
    /// A person is rung while the agent talks on; else the caller is handed over at once.
    var isWarm = true
    /// A phone number, a SIP address, or for a blind transfer a pipeline's file.
    var target = TextField(limit: 512)
    var caller = TextField(limit: 32)
    var ringTimeout = TextField(limit: 4)
    var confirm = false
    var summary = TextField(limit: 500)
    var focus = Field.kind
    var problems: [Field: String] = [:]

    /// In which country numbers are typed that have no country code.
    let plan: NumberPlan

    init(call: CallKey, plan: NumberPlan = .international) {
        self.call = call
        self.plan = plan
    }

    /// The fields in the order of Tab.
    var fields: [Field] {
        isWarm ? Field.allCases : [.kind, .target, .caller, .send]
    }

    func text(of field: Field) -> TextField? {
        switch field {
        case .target: target
        case .caller: caller
        case .ringTimeout: ringTimeout
        case .summary: summary
        case .kind, .confirm, .send: nil
        }
    }

    private mutating func setText(_ text: TextField, of field: Field) {
        switch field {
        case .target: target = text
        case .caller: caller = text
        case .ringTimeout: ringTimeout = text
        case .summary: summary = text
        case .kind, .confirm, .send: break
        }
        problems[field] = nil
    }

    // MARK: Keys

    mutating func move(by step: Int) {
        problems[.send] = nil
        problems[.confirm] = nil
        let fields = fields
        let index = fields.firstIndex(of: focus) ?? 0
        focus = fields[(index + step + fields.count) % fields.count]
    }

    /// Takes a key that no binding of the dialog claims.
    /// - Returns: whether the transfer should now be sent (Enter on the button).
    mutating func take(_ key: Key) -> Bool {
        switch (focus, key) {
        case (.send, .enter): return true
        case (.kind, .character(" ")), (.kind, .left), (.kind, .right):
            isWarm.toggle()
            problems = [:]
        case (.confirm, .character(" ")), (.confirm, .left), (.confirm, .right): confirm.toggle()
        // Whoever types at once types whom it is for.
        case (.kind, .character), (.kind, .paste):
            focus = .target
            return take(key)
        case (.target, .character(" ")) where target.isEmpty:
            problems[.target] = "cannot begin with a space; Space changes the kind, one line above"
        case (_, .enter), (_, .down): move(by: 1)
        case (_, .up): move(by: -1)
        case (_, .character(let character)): insert(String(character))
        case (.target, .paste(let text)), (.caller, .paste(let text)): pasteNumber(text)
        case (_, .paste(let text)): insert(text.split(whereSeparator: \.isNewline).joined(separator: " "))
        default:
            guard var field = text(of: focus), field.edit(key) else { return false }
            setText(field, of: focus)
        }
        return false
    }

    /// The target may be an address or a file, which goes in as it is; two lines with digits never become one target.
    private mutating func pasteNumber(_ pasted: String) {
        guard let field = text(of: focus) else { return }
        do throws(NumberPaste.Refusal) {
            let line = try NumberPaste.oneLine(pasted)
            let whole = field.text + line
            let isNumber = !whole.contains(where: { $0.isLetter || $0 == "@" }) && !"./~".contains(whole.first ?? "0")
            insert(focus == .target && !isNumber ? line : try number(in: pasted, field))
        } catch {
            problems[focus] = error.problem
        }
    }

    /// The digits that are put in for a paste, and the plus where it has to be seen.
    private func number(in pasted: String, _ field: TextField) throws(NumberPaste.Refusal) -> String {
        let digits = try NumberPaste.insertion(of: pasted, into: field, plan: plan)
        return field.isEmpty && NumberPaste.hasCountryCode(pasted, plan) ? "+\(digits)" : digits
    }

    private mutating func insert(_ text: String) {
        guard var field = self.text(of: focus) else {
            problems[focus] = focus == .send ? ButtonWords.leftOut(text) : "changes with Space; “\(text)” was ignored"
            return
        }
        let fitted = field.insert(text)
        setText(field, of: focus)
        if !fitted { problems[focus] = "is limited to \(field.limit) characters; the rest was cut off" }
    }

    /// What the button does, in words.
    var summaryOfEffect: String {
        let to = typed.isEmpty ? "" : " to \(typed)"
        return isWarm
            ? "Warm transfer\(to): the agent talks on while they are called"
            : "Blind transfer\(to): the caller leaves the agent now, for good"
    }

    // MARK: Checking

    typealias ReadFile = @Sendable (String) -> Result<String, PipelineFileProblem>

    /// Checks everything and makes the transfer of it. The first wrong field gets the focus.
    mutating func validated(_ id: CallID, readFile: ReadFile) -> CallTransferRequest? {
        problems = [:]
        do throws(Wrong) {
            return isWarm ? .warm(try warm(id)) : .blind(try blind(id, readFile))
        } catch {
            focus = error.field
            problems[error.field] = error.problem
            return nil
        }
    }

    private struct Wrong: Error {
        let field: Field
        let problem: String
    }

    private var typed: String { Self.trimmed(target.text) }
    private var isSIP: Bool { typed.lowercased().hasPrefix("sip:") || typed.lowercased().hasPrefix("sips:") }
    /// A number begins with a digit, or with a sign that a digit follows; whatever else is not a SIP address is a file.
    private var isFile: Bool {
        if isSIP || typed.lowercased().hasPrefix("tel:") { return false }
        guard let first = typed.first(where: { !$0.isWhitespace && !"'+-().".contains($0) }) else { return false }
        return !first.isNumber
    }

    private func number(_ text: String, _ field: Field) throws(Wrong) -> String {
        do throws(NumberRefusal) {
            return try NumberReading.read(text, plan: plan).digits
        } catch {
            throw Wrong(field: field, problem: error.problem)
        }
    }

    private func callerID() throws(Wrong) -> String? {
        Self.trimmed(caller.text).isEmpty ? nil : try number(caller.text, .caller)
    }

    private func warm(_ id: CallID) throws(Wrong) -> WarmTransfer {
        if isFile {
            throw Wrong(
                field: .target,
                problem: "must be a number or sip:name@host; a pipeline file works only with a blind transfer"
            )
        }
        let target: WarmTransfer.Target
        if isSIP {
            target = .sip(uri: typed)
        } else {
            let digits = try number(typed, .target)
            do throws(ValidationError) {
                target = .number(try PhoneNumber(validating: digits))
            } catch {
                throw Wrong(field: .target, problem: error.problem)
            }
        }
        var seconds: Int?
        if !ringTimeout.isEmpty {
            let range = WarmTransfer.ringTimeoutRange
            guard let number = Int(ringTimeout.text) else {
                let problem = "must be a whole number of seconds from \(range.lowerBound) to \(range.upperBound)"
                throw Wrong(field: .ringTimeout, problem: problem)
            }
            if let problem = CallOptions.problem(with: number, in: range) {
                throw Wrong(field: .ringTimeout, problem: problem)
            }
            seconds = number
        }
        let told = Self.trimmed(summary.text)
        let caller = try callerID()
        do throws(ValidationError) {
            return try WarmTransfer(
                callID: id,
                target: target,
                callerID: caller,
                ringTimeout: seconds,
                confirm: confirm ? true : nil,
                summary: told.isEmpty ? nil : told
            )
        } catch {
            throw Wrong(field: .send, problem: "\(error)")
        }
    }

    private func blind(_ id: CallID, _ readFile: ReadFile) throws(Wrong) -> BlindTransfer {
        var pipeline: Pipeline?
        var digits = ""
        if isFile {
            if !Self.trimmed(caller.text).isEmpty {
                throw Wrong(field: .caller, problem: "does not apply to a pipeline, which has its own; leave it empty")
            }
            pipeline = try self.pipeline(readFile)
        } else if !isSIP {
            digits = try number(typed, .target)
        }
        let caller = try callerID()
        do throws(ValidationError) {
            if let pipeline { return try BlindTransfer(callID: id, pipeline: pipeline) }
            let endpoint: Endpoint = isSIP ? .sip(typed) : Endpoint(.pstn(try PhoneNumber(validating: digits)))
            return try BlindTransfer(callID: id, to: endpoint, callerID: caller)
        } catch {
            throw Wrong(field: .target, problem: "\(error)")
        }
    }

    private func pipeline(_ readFile: ReadFile) throws(Wrong) -> Pipeline {
        let text: String
        switch readFile(typed) {
        case .success(let read): text = read
        case .failure(let problem): throw Wrong(field: .target, problem: problem.words)
        }
        let json: JSONValue
        do {
            json = try JSONValue(strictlyParsing: text.utf8)
        } catch {
            let twice = JSONValue.repeatedKey(in: error).map {
                "is a file that has the key \($0) twice; give each key once"
            }
            throw Wrong(field: .target, problem: twice ?? "is a file that is not JSON; it must be an array of actions")
        }
        do throws(ValidationError) {
            return try Pipeline(json: json, needsCallerID: false)
        } catch {
            throw Wrong(field: .target, problem: "is a file with an error: \(error)")
        }
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
