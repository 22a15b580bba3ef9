/// Reads a JSON object strictly: each key is asked for by name, and ``finish()`` refuses whatever was not asked for.
struct ObjectReader {
    private let members: [String: JSONValue]
    private let field: String
    /// Whether a `null` stands for a key that isn't there, as `None` does in the arguments of the official SDK.
    private let nullIsAbsent: Bool
    private var known: Set<String> = []

    /// - Parameter field: the object's own place, empty for the request itself.
    init(_ json: JSONValue, field: String = "", nullIsAbsent: Bool = false) throws(ValidationError) {
        guard let members = json.object else {
            throw ValidationError(field: field.isEmpty ? "body" : field, "is \(json.kind); it must be an object")
        }
        self.members = members
        self.field = field
        self.nullIsAbsent = nullIsAbsent
    }

    func path(_ key: String) -> String { field.isEmpty ? key : "\(field).\(key)" }

    mutating func value(_ key: String) -> JSONValue? {
        known.insert(key)
        let value = members[key]
        return nullIsAbsent && value == .null ? nil : value
    }

    mutating func string(_ key: String) throws(ValidationError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw wrong(key, value, takes: "a string") }
        return text
    }

    mutating func requiredString(_ key: String) throws(ValidationError) -> String {
        guard let text = try string(key) else { throw missing(key, takes: "a string") }
        return text
    }

    func missing(_ key: String, takes: String) -> ValidationError {
        ValidationError(field: path(key), "is missing; it must be \(takes)")
    }

    mutating func requiredUUID(_ key: String) throws(ValidationError) -> String {
        let text = try requiredString(key)
        if let problem = UUIDText.problem(with: text) { throw ValidationError(field: path(key), problem) }
        return text
    }

    mutating func requiredArray(_ key: String) throws(ValidationError) -> [JSONValue] {
        guard let value = value(key) else { throw missing(key, takes: "an array") }
        guard let elements = value.array else { throw wrong(key, value, takes: "an array") }
        return elements
    }

    /// One of a few words.
    mutating func choice<Choice>(_ key: String, as type: Choice.Type = Choice.self) throws(ValidationError) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let text = try string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue).joined(separator: " or ")
        throw ValidationError(field: path(key), "is not one of its words; it must be \(words)")
    }

    /// A number, as it was written. A boolean is none.
    mutating func number(_ key: String) throws(ValidationError) -> JSONValue? {
        guard let value = value(key) else { return nil }
        guard value.isNumber else { throw wrong(key, value, takes: "a number") }
        return value
    }

    /// A whole number. A boolean is none, nor is a number with a fraction.
    mutating func integer(_ key: String) throws(ValidationError) -> Int? {
        guard let value = value(key) else { return nil }
        if case .bigInteger = value {
            throw ValidationError(field: path(key), "has too many digits; it must be a smaller whole number")
        }
        guard case .integer(let number) = value else { throw wrong(key, value, takes: "a whole number") }
        return number
    }

    mutating func bool(_ key: String) throws(ValidationError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .bool(let flag) = value else { throw wrong(key, value, takes: "true or false") }
        return flag
    }

    mutating func variables(_ key: String) throws(ValidationError) -> Variables? {
        guard let value = value(key) else { return nil }
        guard let members = value.object else { throw wrong(key, value, takes: "an object") }
        var variables: Variables = [:]
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            variables[name] = try VariableValue(member, field: "\(path(key)).\(name)")
        }
        return variables
    }

    /// Refuses the keys that nobody asked for.
    func finish() throws(ValidationError) {
        if let unknown = members.keys.filter({ !known.contains($0) }).min() {
            let names = known.sorted().joined(separator: ", ")
            // An empty key has to be seen to be found.
            let shown = unknown.isEmpty ? "\"\"" : unknown
            throw ValidationError(field: path(shown), "is not known here; the keys are \(names)")
        }
    }

    private func wrong(_ key: String, _ value: JSONValue, takes: String) -> ValidationError {
        ValidationError(field: path(key), "is \(value.kind); it must be \(takes)")
    }
}

extension JSONValue {
    /// Whether it is a number of any size. A boolean is none.
    var isNumber: Bool { kind == "a number" }
}
