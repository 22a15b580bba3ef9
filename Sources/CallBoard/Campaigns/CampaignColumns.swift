import Piopiy

/// What the columns of a list mean, by its first line, and the call that each row is.
struct CampaignColumns {
    enum Column: Hashable {
        case to, from, agent, maxDuration, ringTimeout, record
        case variable(String, isJSON: Bool)
        /// Without a name, as a separator at the ends of lines makes it: nothing may stand in it.
        case empty
    }

    private let columns: [Column]
    private let names: [String]
    private let defaults: CampaignList.Defaults
    private let campaign: String

    /// By their names in lower case.
    private static let named: [String: Column] = [
        "to": .to, "to_number": .to,
        "from": .from, "caller_id": .from,
        "agent": .agent, "agent_id": .agent,
        "max_duration": .maxDuration, "max_duration_sec": .maxDuration,
        "ring_timeout": .ringTimeout, "ring_timeout_sec": .ringTimeout,
        "record": .record,
    ]

    /// What the number to ring is called by others, where no column is called `to`.
    private static let numbers = ["number", "phone", "phone_number", "destination"]

    /// - Throws: ``CSVReader/Mistake``: a first line that is half understood would ring with the wrong words.
    init(_ head: CSVReader.Record, _ defaults: CampaignList.Defaults, campaign: String) throws(CSVReader.Mistake) {
        func mistake(_ words: String) -> CSVReader.Mistake { CSVReader.Mistake(line: head.line, words: words) }
        let names = head.cells.map { Self.trimmed($0) }
        func known(_ name: String) -> String {
            name.lowercased().replacing(" ", with: "_").replacing("-", with: "_")
        }
        let hasTo = names.contains { Self.named[known($0)] == .to }
        var columns: [Column] = []
        for name in names {
            let word = known(name)
            let column: Column
            if name.isEmpty {
                columns.append(.empty)
                continue
            }
            if let known = Self.named[word] {
                column = known
            } else if !hasTo, Self.numbers.contains(word) {
                column = .to
            } else {
                let isJSON = name.hasSuffix(":=")
                let key = isJSON ? String(name.dropLast(2)) : name
                if key == Campaign.variableName || key == CallRef.variableName {
                    throw mistake("has a column \(key), which is the console's own variable; call it something else")
                }
                if let problem = VariableKey.problem(with: key) {
                    throw mistake(
                        "has a column “\(name)” that cannot be a variable: it \(problem)\(Self.proposal(key))"
                    )
                }
                column = .variable(key, isJSON: isJSON)
            }
            let isTwice = columns.contains { other in
                if case .variable(let one, _) = other, case .variable(let two, _) = column { return one == two }
                return other == column
            }
            if isTwice { throw mistake("names the same column twice (“\(name)”); which of them holds is not guessed") }
            columns.append(column)
        }
        guard columns.contains(.to) else {
            throw mistake(
                "names no column with the numbers to ring; the first line names the columns, one of them to "
                    + "(or to_number, number, phone)"
            )
        }
        for (key, column) in [("from", Column.from), ("agent", .agent)] where !columns.contains(column) {
            let given = column == .from ? defaults.callerID : defaults.agentID
            if given == nil {
                throw mistake("names no column \(key), and \(key) was not given for all rows either")
            }
        }
        self.columns = columns
        self.names = names
        self.defaults = defaults
        self.campaign = campaign
    }

    /// A name that would do; nothing where none can be made of it.
    private static func proposal(_ name: String) -> String {
        var key = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        while key.hasPrefix("_") || key.first?.isNumber == true { key.removeFirst() }
        while key.hasSuffix("_") { key.removeLast() }
        return VariableKey.problem(with: key) == nil ? "; \(key) would do" : ""
    }

    /// The call that a row is.
    /// - Throws: with the name of the column, as the list has it, where it is one's fault.
    func call(_ record: CSVReader.Record) throws(ValidationError) -> AICall {
        do throws(ValidationError) {
            return try checked(record)
        } catch {
            let fields: [(String, Column)] = [
                ("to_number", .to), ("caller_id", .from), ("agent_id", .agent),
                ("options.max_duration_sec", .maxDuration), ("options.ring_timeout_sec", .ringTimeout),
                ("options.record", .record),
            ]
            guard let column = fields.first(where: { $0.0 == error.field })?.1,
                let place = columns.firstIndex(of: column)
            else {
                throw error
            }
            throw ValidationError(field: "“\(names[place])”", error.problem)
        }
    }

    private func checked(_ record: CSVReader.Record) throws(ValidationError) -> AICall {
        guard record.cells.count == columns.count else {
            throw ValidationError(
                field: "row",
                "has \(record.cells.count == 1 ? "1 cell" : "\(record.cells.count) cells"), and the first line names "
                    + "\(columns.count == 1 ? "1 column" : "\(columns.count) columns")"
            )
        }
        var to = ""
        var from = defaults.callerID ?? ""
        var agent = defaults.agentID ?? ""
        var options = defaults.options
        var variables = defaults.variables
        for (column, cell) in zip(columns, record.cells) {
            let text = Self.trimmed(cell)
            // An empty cell says nothing.
            if text.isEmpty { continue }
            switch column {
            case .empty: throw ValidationError(field: "row", "has a cell (\(text)) in a column without a name")
            case .to: to = try Self.digits(text, "to_number")
            case .from: from = try Self.digits(text, "caller_id")
            case .agent: agent = try agentID(text)
            case .maxDuration: options.maxDuration = try Self.seconds(text, "max_duration_sec")
            case .ringTimeout: options.ringTimeout = try Self.seconds(text, "ring_timeout_sec")
            case .record: options.record = try Self.yesOrNo(text, "record")
            case .variable(let key, let isJSON):
                // As it stands: blanks may be meant.
                variables[key] = isJSON ? try Self.json(text, "variables.\(key)") : .text(cell)
            }
        }
        variables[Campaign.variableName] = .text(campaign)
        return try AICall(
            callerID: from,
            toNumber: to,
            agentID: agent,
            options: options.isEmpty ? nil : options,
            variables: variables
        )
    }

    /// What an error calls the column `agent`; `nil` where the list has none.
    var agentField: String? { columns.firstIndex(of: .agent).map { "“\(names[$0])”" } }

    /// An agent's id, or the id of the one agent that a cell names.
    private func agentID(_ text: String) throws(ValidationError) -> String {
        guard let problem = UUIDText.problem(with: text) else { return text }
        let ids = defaults.agentNames[text.lowercased()] ?? []
        switch ids.count {
        case 1: return ids[0]
        case 0:
            // As long as an id, it is a mistyped id.
            let isID = defaults.agentNames.isEmpty || text.utf8.count == 36
            throw ValidationError(field: "agent_id", isID ? problem : "is no agent's name: “\(text)”")
        default:
            let listed = ids.prefix(4).joined(separator: ", ")
            throw ValidationError(
                field: "agent_id",
                "is the name of \(ids.count) agents: “\(text)”; give the id: \(listed)\(ids.count > 4 ? " …" : "")"
            )
        }
    }

    /// A phone number as people write it, without what they write it with. Anything that could make another number of it is
    /// left in, so that the number is refused: a dot (`918888888888.0` is what some spreadsheets make of one), and a zero in
    /// brackets, which is dialled from abroad by nobody.
    private static func digits(_ text: String, _ field: String) throws(ValidationError) -> String {
        if text.contains(where: \.isNewline) {
            throw ValidationError(field: field, "has several lines; write one number in a cell")
        }
        if text.filter({ !$0.isWhitespace }).contains("(0") {
            throw ValidationError(
                field: field,
                "has a zero in brackets (\(text)); write the number with its country code alone"
            )
        }
        var bare = text.filter { !$0.isWhitespace && !"-()\u{2010}\u{2011}\u{2012}\u{2013}\u{2212}".contains($0) }
        if bare.hasPrefix("+") { bare.removeFirst() }
        if let problem = PhoneNumber.problem(with: bare) {
            let isChanged = bare.uppercased().contains("E+") || bare.hasSuffix(".0") || bare.hasSuffix(",0")
            let remedy =
                isChanged
                ? "; a spreadsheet has changed it: give the column the format text and save the list again" : ""
            throw ValidationError(field: field, "\(problem) (it is \(text)\(remedy))")
        }
        return bare
    }

    private static func seconds(_ text: String, _ field: String) throws(ValidationError) -> Int {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let seconds = Int(text) else {
            throw ValidationError(field: "options.\(field)", "is “\(text)”; it takes whole seconds")
        }
        return seconds
    }

    private static func yesOrNo(_ text: String, _ field: String) throws(ValidationError) -> Bool {
        switch text.lowercased() {
        case "yes", "true", "1", "y": return true
        case "no", "false", "0", "n": return false
        default: throw ValidationError(field: "options.\(field)", "is “\(text)”; it takes yes or no")
        }
    }

    private static func json(_ text: String, _ field: String) throws(ValidationError) -> VariableValue {
        guard let json = try? JSONValue(strictlyParsing: text.utf8) else {
            throw ValidationError(
                field: field,
                "is no JSON (“\(text)”); it takes a quoted string, a finite number, or true or false"
            )
        }
        return try VariableValue(json, field: field)
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
