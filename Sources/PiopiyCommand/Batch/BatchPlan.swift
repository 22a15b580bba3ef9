import CallBoard
import Piopiy

/// One operation that a line asks for, ready to begin.
struct BatchJob: Sendable {
    var line: Int
    var id: JSONValue?
    var operation: Operation
    /// What a placement was tagged with.
    var ref: CallRef?
    /// By what the journal knows a placement, tagged or not.
    var journalRef: CallRef?

    var subject: String? { operation.toNumber?.digits ?? operation.callID?.text }

    func result(_ line: ResultLine) -> BatchResult {
        var line = line
        line.ref = ref
        return BatchResult(line: self.line, id: id, subject: subject, result: line)
    }
}

/// Decides what a line asks for. Nothing here sends anything.
struct BatchPlan {
    enum Step: Sendable {
        case begin(BatchJob)
        /// It breaks a rule.
        case invalid(BatchResult)
        /// A former run has done it.
        case skip
    }

    /// Whether placements are tagged with a `console_ref`.
    var addsRef = true
    /// In which country numbers are written that have no country code.
    var numberPlan = NumberPlan.international
    /// What former runs have done; `nil` when nobody asked.
    var done: DoneOperations?
    var now: @Sendable () -> Timestamp = { .now }
    private var random = SystemRandomNumberGenerator()
    private var recent = RecentIDs()

    init(addsRef: Bool = true, numberPlan: NumberPlan = .international, done: DoneOperations? = nil) {
        self.addsRef = addsRef
        self.numberPlan = numberPlan
        self.done = done
    }

    mutating func step(_ line: LineSplitter.Line) -> Step {
        guard case .bytes(let bytes) = line.content else {
            return invalid(line, nil, ValidationError(field: "line", "is longer than 1 MiB"))
        }
        let json: JSONValue
        do {
            json = try JSONValue(strictlyParsing: bytes)
        } catch {
            guard let path = JSONValue.repeatedKey(in: error) else {
                return invalid(line, nil, ValidationError(field: "line", "is not JSON; \(Self.example)"))
            }
            // The last of two ids is no id: the result has the line's number then.
            let id = path == "id" ? nil : (try? JSONValue(parsing: bytes)).flatMap { Self.id($0["id"]) }
            return invalid(line, id, Self.repeatedKey(path))
        }
        let id = Self.id(json["id"])
        do throws(ValidationError) {
            let operation = try Self.operation(json, numberPlan)
            if done != nil {
                guard let id else {
                    throw ValidationError(field: "id", "is missing; with --skip-done every line needs one")
                }
                switch done?.begin(id, isRepeatable: operation.isRepeatable) {
                case .doneBefore: return .skip
                case .begunHere:
                    throw ValidationError(
                        field: "id",
                        "is also the id of an earlier line; with --skip-done every line needs its own"
                    )
                case .new, nil: break
                }
            }
            // A line that is in the file twice would ring its number twice.
            if operation.isPlacement, let id, !recent.insert(id) {
                throw ValidationError(
                    field: "id",
                    "is also the id of an earlier line; to dial twice on purpose, give each line its own id, or none"
                )
            }
            return .begin(try job(operation, line.number, id))
        } catch {
            return invalid(line, id, error)
        }
    }

    /// - Parameter path: from the line's beginning; arguments are called as the platform calls them.
    private static func repeatedKey(_ path: String) -> ValidationError {
        let field = path.hasPrefix("args.") ? String(path.dropFirst("args.".count)) : path
        return ValidationError(field: field, "appears twice in this line; give it once")
    }

    private static let example = #"write {"op":"ai.call","args":{…},"id":"…"}"#

    private static func operation(_ json: JSONValue, _ plan: NumberPlan) throws(ValidationError) -> Operation {
        guard let members = json.object else {
            throw ValidationError(field: "line", "is \(json.kind); \(example)")
        }
        if let unknown = members.keys.filter({ !["op", "args", "id"].contains($0) }).min() {
            throw ValidationError(field: unknown, "is not known here; the keys of a line are op, args and id")
        }
        if let given = members["id"], given != .null, id(given) == Optional.none {
            throw ValidationError(field: "id", "is \(given.kind); it must be a string or a number")
        }
        guard let name = members["op"] else {
            throw ValidationError(field: "op", "is missing; it must be the name of an operation, such as ai.call")
        }
        guard case .string(let name) = name else {
            throw ValidationError(field: "op", "is \(name.kind); it must be the name of an operation, such as ai.call")
        }
        let arguments = members["args"] ?? [:]
        guard arguments.object != nil else {
            throw ValidationError(field: "args", "is \(arguments.kind); it must be an object")
        }
        return try Operation(name: name, arguments: try completed(arguments, plan))
    }

    /// The arguments with their numbers completed, where a country is set; else they are as the platform takes them.
    private static func completed(_ arguments: JSONValue, _ plan: NumberPlan) throws(ValidationError) -> JSONValue {
        guard plan.country != nil, var members = arguments.object else { return arguments }
        for key in ["to_number", "caller_id", "to"] {
            guard let text = members[key]?.string else { continue }
            members[key] = .string(try PhoneNumber(reading: text, plan: plan, field: key).digits)
        }
        return .object(members)
    }

    private mutating func job(
        _ operation: Operation,
        _ line: Int,
        _ id: JSONValue?
    ) throws(ValidationError) -> BatchJob {
        guard operation.isPlacement else { return BatchJob(line: line, id: id, operation: operation) }
        let ref = CallRef(at: now(), using: &random)
        guard addsRef else { return BatchJob(line: line, id: id, operation: operation, journalRef: ref) }
        let name = CallRef.variableName
        guard operation.variables?[name] == nil else {
            throw ValidationError(
                field: "variables.\(name)",
                "is reserved for the console; with --no-console-ref you can set it yourself"
            )
        }
        let tagged = try operation.with(name, .text(ref.text))
        return BatchJob(line: line, id: id, operation: tagged, ref: ref, journalRef: ref)
    }

    private func invalid(_ line: LineSplitter.Line, _ id: JSONValue?, _ error: ValidationError) -> Step {
        .invalid(BatchResult(line: line.number, id: id, result: ResultLine(invalid: error)))
    }

    /// The id, when it is one; a null is none.
    private static func id(_ json: JSONValue?) -> JSONValue? {
        switch json {
        case nil, .null?, .bool?, .array?, .object?: Optional.none
        case let id?: id
        }
    }
}
