import Piopiy

/// The columns of a list by their names, and the call that each row is.
struct CampaignColumns {
    enum Column: Hashable {
        case to, from, agent, maxDuration, ringTimeout, record
        case variable(String, isJSON: Bool)
        /// Without a name, as a separator at the ends of lines makes it: nothing may stand in it.
        case empty
        /// A column that the layout leaves out, whatever stands in it.
        case leftOut
    }

    private let columns: [Column]
    private let names: [String]
    private let defaults: CampaignList.Defaults
    private let campaign: String
    /// What names the columns.
    private let namer: String

    /// By their names as ``word(_:)`` makes them.
    static let named: [String: Column] = [
        "to": .to, "to_number": .to,
        "from": .from, "caller_id": .from,
        "agent": .agent, "agent_id": .agent,
        "max_duration": .maxDuration, "max_duration_sec": .maxDuration,
        "ring_timeout": .ringTimeout, "ring_timeout_sec": .ringTimeout,
        "record": .record,
    ]

    /// Names that lists give the number to dial, where no column is called `to`.
    static let numbers = ["number", "phone", "phone_number", "destination"]

    /// Reads the first record of a list.
    ///
    /// - Parameters:
    ///   - head: the names of the columns; with names in the layout, the first call.
    ///   - sample: the record behind it, for proposals.
    /// - Throws: ``CSVReader/Mistake`` with everything that is wrong: a list that is half understood would be dialed
    ///   with the wrong words.
    init(
        _ head: CSVReader.Record,
        sample: CSVReader.Record?,
        layout: ListLayout,
        _ defaults: CampaignList.Defaults,
        campaign: String
    ) throws(CSVReader.Mistake) {
        let names = layout.columns ?? head.cells.map { Self.trimmed($0) }
        let (meanings, unknown) = Self.meanings(names, layout)
        var reading = ColumnNames(names, meanings: meanings, unknown: unknown, in: layout)
        if layout.columns == nil {
            if !reading.columns.contains(.to) { try Self.refuseData(head) }
        } else {
            try Self.refuseNames(head, reading.columns)
        }
        if !reading.columns.contains(.to) {
            let meant = sample.flatMap { Self.numberColumn(names, $0) }
            reading.lacks(
                "has no column to (or to_number, number, phone) with the numbers to dial"
                    + (meant.map { "; the column “\($0)” holds numbers" } ?? ""),
                proposing: meant.map { .init(name: $0, meaning: "to") }
            )
        }
        if defaults.callerID == nil, !reading.columns.contains(.from) {
            reading.lacks("has no column from, and no caller id was given for all rows")
        }
        if defaults.agentID == nil, !reading.columns.contains(.agent) {
            reading.lacks("has no column agent, and no agent was given for all rows")
        }
        try reading.finish(line: head.line)
        columns = reading.columns
        self.names = names
        self.defaults = defaults
        self.campaign = campaign
        namer = layout.columns == nil ? "the first line names" : "the option columns names"
    }

    // MARK: Names

    /// Whether a record names the columns as it should, so that its separator is the list's.
    static func isHead(_ record: CSVReader.Record, _ layout: ListLayout) -> Bool {
        if let columns = layout.columns { return record.cells.count == columns.count }
        let words = meanings(record.cells.map { trimmed($0) }, layout).0.map { word($0) }
        return words.contains { named[$0] == .to || numbers.contains($0) }
    }

    /// A name as it is looked up.
    static func word(_ name: String) -> String {
        name.lowercased().replacing(" ", with: "_").replacing("-", with: "_")
    }

    /// The names after renaming, and the renamings that are of no column.
    private static func meanings(_ names: [String], _ layout: ListLayout) -> ([String], unknown: [String]) {
        var meanings = names
        var unknown: [String] = []
        for renaming in layout.renamings {
            // By the very name first; two columns may differ in capitals alone.
            let places = names.indices.filter { names[$0] == renaming.name }
            let alike = places.isEmpty ? names.indices.filter { word(names[$0]) == word(renaming.name) } : places
            if alike.isEmpty { unknown.append(renaming.name) }
            for place in alike { meanings[place] = renaming.meaning }
        }
        return (meanings, unknown)
    }

    /// A list without names: its first call would be lost.
    private static func refuseData(_ head: CSVReader.Record) throws(CSVReader.Mistake) {
        let place = head.cells.firstIndex { (try? NumberReading.read($0)) != nil }
        guard let place else { return }
        let names = head.cells.indices.map { $0 == place ? "to" : "column_\($0 + 1)" }
        throw CSVReader.Mistake(
            line: head.line,
            words: "holds a number (\(trimmed(head.cells[place]))) instead of column names: the list has no header",
            remedy: .columns(names)
        )
    }

    /// A list whose columns are named beside it, and in it.
    private static func refuseNames(_ head: CSVReader.Record, _ columns: [Column]) throws(CSVReader.Mistake) {
        guard head.cells.count == columns.count, let place = columns.firstIndex(of: .to) else { return }
        let cell = trimmed(head.cells[place])
        guard !cell.isEmpty, !cell.contains(where: \.isNumber) else { return }
        throw CSVReader.Mistake(
            line: head.line,
            words: "already names the columns (“\(cell)” is where the number would be); leave out the option columns"
        )
    }

    /// The name of the one column that holds a number in this row.
    private static func numberColumn(_ names: [String], _ row: CSVReader.Record) -> String? {
        let found = zip(names, row.cells).filter { name, cell in
            !name.isEmpty && named[word(name)] == nil && (try? NumberReading.read(cell)) != nil
        }
        return found.count == 1 ? found[0].0 : nil
    }

    // MARK: Rows

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
                "has \(record.cells.count == 1 ? "1 cell" : "\(record.cells.count) cells"), but \(namer) "
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
            case .empty: throw ValidationError(field: "row", "has a value (\(text)) in a column without a name")
            case .leftOut: continue
            case .to: to = try digits(cell, "to_number")
            case .from: from = try digits(cell, "caller_id")
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
            throw ValidationError(field: "agent_id", isID ? problem : "is not the name of an agent: “\(text)”")
        default:
            let listed = ids.prefix(4).joined(separator: ", ")
            throw ValidationError(
                field: "agent_id",
                "is the name of \(ids.count) agents: “\(text)”; give the id: \(listed)\(ids.count > 4 ? " …" : "")"
            )
        }
    }

    /// The digits of a number as people write it.
    private func digits(_ cell: String, _ field: String) throws(ValidationError) -> String {
        do throws(NumberRefusal) {
            return try NumberReading.read(cell, plan: defaults.plan).digits
        } catch {
            throw ValidationError(field: field, "\(error.problem) (the cell holds \(Self.trimmed(cell)))")
        }
    }

    private static func seconds(_ text: String, _ field: String) throws(ValidationError) -> Int {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let seconds = Int(text) else {
            throw ValidationError(field: "options.\(field)", "is “\(text)”; it must be a whole number of seconds")
        }
        return seconds
    }

    private static func yesOrNo(_ text: String, _ field: String) throws(ValidationError) -> Bool {
        switch text.lowercased() {
        case "yes", "true", "1", "y": return true
        case "no", "false", "0", "n": return false
        default: throw ValidationError(field: "options.\(field)", "is “\(text)”; it must be yes or no")
        }
    }

    /// The value of a cell of JSON. A spreadsheet that saves the list writes `true` as `TRUE`.
    private static func json(_ text: String, _ field: String) throws(ValidationError) -> VariableValue {
        switch text.lowercased() {
        case "true": return .flag(true)
        case "false": return .flag(false)
        default: break
        }
        // The apostrophe that keeps a spreadsheet from taking a negative number for a formula.
        let bare = text.hasPrefix("'-") ? text.dropFirst() : text[...]
        guard let json = try? JSONValue(strictlyParsing: bare.utf8) else {
            let isDecimalComma = text.wholeMatch(of: #/-?[0-9]+,[0-9]+/#) != nil
            throw ValidationError(
                field: field,
                "is not JSON (“\(text)”); it must be a quoted string, a finite number"
                    + "\(isDecimalComma ? " with a point instead of the comma" : ""), or true or false"
            )
        }
        return try VariableValue(json, field: field)
    }

    /// A text without blanks and invisible characters at its ends.
    static func trimmed(_ text: String) -> String {
        func isDropped(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
        }
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, isDropped(first) { scalars.removeFirst() }
        while let last = scalars.last, isDropped(last) { scalars.removeLast() }
        return String(scalars)
    }
}
