import Piopiy

/// Reads `--var`: `key=text`, or `key:=json` for a number, true or false.
enum VariableArguments {
    /// - Parameter field: what an error calls them.
    static func parse(
        _ arguments: [String],
        field: String = "variables"
    ) throws(ValidationError) -> Variables? {
        var variables: Variables = [:]
        for argument in arguments {
            let (key, value) = try parse(argument, in: field)
            guard variables.updateValue(value, forKey: key) == nil else {
                throw ValidationError(field: "\(field).\(key)", "is given twice; give each key once")
            }
        }
        return variables.isEmpty ? nil : variables
    }

    private static func parse(
        _ argument: String,
        in name: String
    ) throws(ValidationError) -> (String, VariableValue) {
        guard let equals = argument.firstIndex(of: "=") else {
            throw ValidationError(field: name, "has \"\(argument)\" without a =; write key=text or key:=json")
        }
        var key = argument[..<equals]
        let text = String(argument[argument.index(after: equals)...])
        let isJSON = key.hasSuffix(":")
        if isJSON { key = key.dropLast() }
        let field = "\(name).\(key)"
        guard isJSON else { return (String(key), .text(text)) }
        let json: JSONValue
        do {
            json = try JSONValue(strictlyParsing: text.utf8)
        } catch {
            let what = JSONValue.repeatedKey(in: error).map { "has the key \($0) twice" } ?? "is not JSON"
            throw ValidationError(field: field, "\(what); it must be a quoted string, a finite number, true or false")
        }
        return (String(key), try VariableValue(json, field: field))
    }
}
