import CallBoard
import Campaigns
import Piopiy

/// What stands behind `campaign`.
enum CampaignWords: Hashable, Sendable {
    case run(CampaignRun)
    /// With the campaign's name; `nil` for the selected one, or the only one that it can be.
    case order(CampaignOrder, String?)
    case pace(String?, perMinute: String?, atOnce: String?)

    static let verbs = ["run"] + CampaignOrder.allCases.map(\.rawValue) + ["pace"]

    init(_ reader: inout WordReader) throws(CommandMistake) {
        guard let verb = reader.next() else {
            throw CommandMistake(
                "campaign needs one of \(Self.verbs.joined(separator: ", ")); campaigns lists the campaigns"
            )
        }
        if verb.keyword == "run" {
            self = .run(try CampaignRun(&reader))
        } else if verb.keyword == "pace" {
            let name = Self.name(&reader, until: ["rate", "at-once"])
            var rate: String?
            var atOnce: String?
            while let word = reader.next() {
                switch word.keyword {
                case "rate": rate = try reader.value(of: "rate", "calls per minute")
                case "at-once": atOnce = try reader.value(of: "at-once", "calls")
                default: throw reader.unexpected(word, keywords: ["rate", "at-once"])
                }
            }
            guard rate != nil || atOnce != nil else {
                throw CommandMistake("pace needs rate N, at-once N or both after the campaign's name")
            }
            self = .pace(name, perMinute: rate, atOnce: atOnce)
        } else if let order = verb.keyword.flatMap({ CampaignOrder(rawValue: $0) }) {
            self = .order(order, Self.name(&reader, until: []))
        } else {
            let meant = Spelling.nearest(to: verb.text, among: Self.verbs).map { "did you mean \($0)?" }
            throw CommandMistake(
                "unknown campaign command “\(verb.text)”; \(meant ?? "use \(Self.verbs.joined(separator: ", "))")"
            )
        }
    }

    /// A name may have blanks in it.
    private static func name(_ reader: inout WordReader, until keywords: [String]) -> String? {
        var words: [String] = []
        while let word = reader.next(unless: keywords) { words.append(word) }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}

/// What stands behind `campaign run`: a file, and keywords in any order.
struct CampaignRun: Hashable, Sendable {
    var file: String
    var name: String?
    var from: String?
    var agent: String?
    var maxDuration: String?
    var ringTimeout: String?
    var record: Bool?
    var perMinute: String?
    var atOnce: String?
    /// Columns by other names, each `NAME=MEANING`.
    var map: [String] = []
    /// The names of all columns, for a list that has none.
    var columns: String?
    var skipsInvalid = false
    var allowsRepeats = false
    var variables: [CallWords.Variable] = []

    static let keywords = [
        "name", "from", "agent", "rate", "at-once", "max", "ring", "record", "no-record", "skip-invalid",
        "allow-repeats", "map", "columns",
    ]

    init(_ reader: inout WordReader) throws(CommandMistake) {
        guard let file = reader.next(unless: Self.keywords) else {
            throw CommandMistake(
                "campaign run needs a list's file, such as campaign run customers.csv; put a name with spaces, or "
                    + "one that is a keyword here, in quotation marks"
            )
        }
        self.file = file
        while let word = reader.next() {
            switch word.keyword {
            case "name": name = try reader.value(of: "name", "the campaign's name")
            case "from": from = try reader.value(of: "from", "a number")
            case "agent": agent = try reader.value(of: "agent", "an agent's name or id")
            case "rate": perMinute = try reader.value(of: "rate", "calls per minute")
            case "at-once": atOnce = try reader.value(of: "at-once", "calls")
            case "max": maxDuration = try reader.value(of: "max", "seconds")
            case "ring": ringTimeout = try reader.value(of: "ring", "seconds")
            case "record", "no-record":
                try reader.once("record or no-record")
                record = word.keyword == "record"
            case "map":
                guard let text = reader.next()?.text else {
                    throw CommandMistake("map needs NAME=MEANING, such as map \"Phone Number=to\"")
                }
                map.append(text)
            case "columns": columns = try reader.value(of: "columns", "comma-separated names")
            case "skip-invalid":
                try reader.once("skip-invalid")
                skipsInvalid = true
            case "allow-repeats":
                try reader.once("allow-repeats")
                allowsRepeats = true
            default:
                guard let variable = CallWords.Variable(word) else {
                    throw reader.unexpected(word, keywords: Self.keywords)
                }
                variables.append(variable)
            }
        }
    }

    /// What is asked for, with names turned into numbers and ids.
    /// - Throws: ``CommandMistake`` for a value that cannot be right.
    func ask(_ book: AddressBook) throws(CommandMistake) -> CampaignAsk {
        var defaults = CampaignList.Defaults()
        defaults.callerID = try from.map { text throws(CommandMistake) in
            try CallWords.number(text, "from", book)
        }
        defaults.agentID = try agent.map { text throws(CommandMistake) in
            try CallWords.agentID(text, book.agents)
        }
        defaults.agentNames = book.agents.idsByName
        defaults.plan = book.plan
        defaults.options = CallOptions(
            maxDuration: try maxDuration.map { text throws(CommandMistake) in
                try CallWords.seconds(text, "max", CallOptions.maxDurationRange)
            },
            ringTimeout: try ringTimeout.map { text throws(CommandMistake) in
                try CallWords.seconds(text, "ring", CallOptions.ringTimeoutRange)
            },
            record: record
        )
        for variable in variables {
            let row = try variable.row()
            guard ![Campaign.variableName, CallRef.variableName].contains(variable.key) else {
                throw CommandMistake("the variable \(variable.key) is reserved for the console; choose another name")
            }
            guard defaults.variables[variable.key] == nil else {
                throw CommandMistake("\(variable.key) appears twice; give each key once")
            }
            do throws(ValidationError) {
                defaults.variables[variable.key] = try row.json(field: variable.key)
            } catch {
                throw CommandMistake("\(error)")
            }
        }
        if let name, let problem = Campaign.problem(withName: name) {
            throw CommandMistake("the campaign's name \(problem)")
        }
        return CampaignAsk(
            file: file,
            name: name,
            defaults: defaults,
            pace: try Self.pace(perMinute: perMinute, atOnce: atOnce, instead: .standard),
            layout: try layout(),
            skipsInvalid: skipsInvalid,
            allowsRepeats: allowsRepeats
        )
    }

    private func layout() throws(CommandMistake) -> ListLayout {
        do throws(ValidationError) {
            return try ListLayout(map: map, columns: columns)
        } catch {
            throw CommandMistake("\(error)")
        }
    }

    /// A pace as it was typed.
    /// - Parameter other: what holds where nothing was.
    static func pace(
        perMinute: String?,
        atOnce: String?,
        instead other: Campaign.Pace
    ) throws(CommandMistake) -> Campaign.Pace {
        do throws(ValidationError) {
            return try Campaign.Pace(
                checking: try number(perMinute, "rate") ?? other.perMinute,
                atOnce: try number(atOnce, "at-once") ?? other.atOnce
            )
        } catch {
            throw CommandMistake("\(error.field.replacing("_", with: "-")) \(error.problem)")
        }
    }

    private static func number(_ text: String?, _ what: String) throws(ValidationError) -> Int? {
        guard let text else { return nil }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text) else {
            throw ValidationError(field: what, "is “\(text)”; it must be a whole number")
        }
        return number
    }
}
