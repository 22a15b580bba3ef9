/// Reads a JSON object strictly: each key is asked for by name, and ``finish()`` refuses whatever was not asked for.
struct ObjectReader {
    private let members: [String: JSONValue]
    private let field: String
    private var known: Set<String> = []

    /// - Parameter field: the object's own place, empty for the request itself.
    init(_ json: JSONValue, field: String = "") throws(ValidationError) {
        guard let members = json.object else {
            throw ValidationError(field: field.isEmpty ? "body" : field, "is \(json.kind); it takes an object")
        }
        self.members = members
        self.field = field
    }

    func path(_ key: String) -> String { field.isEmpty ? key : "\(field).\(key)" }

    mutating func value(_ key: String) -> JSONValue? {
        known.insert(key)
        return members[key]
    }

    mutating func string(_ key: String) throws(ValidationError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw wrong(key, value, takes: "a string") }
        return text
    }

    mutating func requiredString(_ key: String) throws(ValidationError) -> String {
        guard let text = try string(key) else {
            throw ValidationError(field: path(key), "is missing; it takes a string")
        }
        return text
    }

    /// A whole number. A boolean is none, nor is a number with a fraction.
    mutating func integer(_ key: String) throws(ValidationError) -> Int? {
        guard let value = value(key) else { return nil }
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
            throw ValidationError(field: path(unknown), "is not known here; the keys are \(names)")
        }
    }

    private func wrong(_ key: String, _ value: JSONValue, takes: String) -> ValidationError {
        ValidationError(field: path(key), "is \(value.kind); it takes \(takes)")
    }
}
