import CallBoard
import Piopiy

/// The form for ringing again, with the values of a call.
extension CallForm {
    /// - Parameter call: one that was placed here, or one that is only known from events.
    /// - Returns: the form, and what is to be said of it: what is not known, and what is other than it was.
    static func again(_ call: Call, book: AddressBook) -> (form: CallForm, said: String?) {
        var form = CallForm()
        form.book = book
        var said: String?
        if let request = call.request {
            form.fill(request)
            if (try? form.call())?.json != Self.untagged(request.json) {
                said = "not everything fits into the form; check the variables"
            }
        } else {
            said = form.fillWithWhatIsKnown(of: call)
        }
        // Never on the button: an Enter more than was meant must not ring anybody. The number to be rung is what to look at.
        form.focus = form.caller.isEmpty ? .caller : .destination
        form.begin()
        return (form, said)
    }

    /// What was sent, without the reference that each call has of its own.
    private static func untagged(_ sent: JSONValue) -> JSONValue {
        guard var members = sent.object, var variables = members["variables"]?.object else { return sent }
        variables[CallRef.variableName] = nil
        members["variables"] = variables.isEmpty ? nil : .object(variables)
        return .object(members)
    }

    private mutating func fill(_ call: AICall) {
        setNumber(call.callerID.digits, in: .caller)
        setNumber(call.toNumber.digits, in: .destination)
        agent.text = call.agentID.text
        maxDuration.text = call.options?.maxDuration.map { "\($0)" } ?? ""
        ringTimeout.text = call.options?.ringTimeout.map { "\($0)" } ?? ""
        record = call.options?.record.map { $0 ? .yes : .no } ?? .standard
        if let failover = call.failover {
            showsMore = true
            appID.text = call.appID ?? ""
            failoverAgent.text = failover.agentID.text
        }
        fill((call.variables ?? [:]).mapValues(\.json))
    }

    /// - Returns: what is to be said.
    private mutating func fillWithWhatIsKnown(of call: Call) -> String {
        // Whoever called in is called back: the number that they rang is one of ours.
        let isInbound = call.direction == .inbound
        fill(.caller, (isInbound ? call.to : call.from) ?? "")
        fill(.destination, (isInbound ? call.from : call.to) ?? "")
        agent.text = call.agentID ?? ""
        if let text = call.variables, let json = try? JSONValue(parsing: text.utf8) { fill(json.object ?? [:]) }
        let way = isInbound ? "the call was inbound, so this calls back; " : ""
        return "\(way)its options are not known here; check them"
    }

    private mutating func fill(_ values: [String: JSONValue]) {
        let kept = values.filter { $0.key != CallRef.variableName }.sorted { $0.key < $1.key }
        let rows = kept.prefix(Self.variableLimit).compactMap { VariableRow(key: $0.key, json: $0.value) }
        variables = rows + (rows.count < Self.variableLimit ? [VariableRow()] : [])
    }

    /// Takes a number as an event has it. What is not one, or may be two, stays as it is, for the operator to see.
    private mutating func fill(_ field: FormField, _ text: String) {
        if let number = try? NumberReading.read(text, plan: book.plan) {
            setNumber(number.digits, in: field)
        } else if field == .caller {
            caller.text = text
        } else {
            destination.text = text
        }
    }
}

extension VariableRow {
    /// A variable that was sent; `nil` for what a variable cannot be.
    init?(key: String, json: JSONValue) {
        let kind: Kind
        let text: String
        switch json {
        case .string(let string): (kind, text) = (.text, string)
        case .bool(let flag): (kind, text) = (.flag, flag ? "yes" : "no")
        case .integer(let number): (kind, text) = (.number, "\(number)")
        case .bigInteger(let digits): (kind, text) = (.number, digits)
        case .number(let number): (kind, text) = (.number, "\(number)")
        case .null, .array, .object: return nil
        }
        self.init()
        self.key.text = key
        value.text = text
        // The type only where it would be guessed wrong.
        if self.kind != kind { chosenKind = kind }
    }
}
