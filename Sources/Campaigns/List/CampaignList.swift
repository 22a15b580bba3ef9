import Piopiy

/// A campaign as it is about to be begun: the rows of a file, checked, and how to ring them.
public struct CampaignList: Hashable, Sendable {
    public let name: String
    /// The file, as it was given.
    public let source: String
    public let rows: [CampaignRow]
    public let pace: Campaign.Pace
    /// Lines of the file that are not among the rows, as they break a rule.
    public let leftOut: [Int]
    /// The same for the same calls in the same order, whatever the campaign is called, so that a list is known again.
    public let digest: String

    /// What holds for rows that do not say otherwise.
    public struct Defaults: Hashable, Sendable {
        public var callerID: String?
        public var agentID: String?
        public var options: CallOptions
        public var variables: Variables
        /// The ids of agents by their names in lower case, for cells of the column `agent` that hold a name. A name
        /// with several ids is ambiguous.
        public var agentNames: [String: [String]]
        /// In which country the list's numbers are written that have no country code.
        public var plan: NumberPlan

        public init(
            callerID: String? = nil,
            agentID: String? = nil,
            options: CallOptions = CallOptions(),
            variables: Variables = [:],
            agentNames: [String: [String]] = [:],
            plan: NumberPlan = .international
        ) {
            self.agentNames = agentNames
            self.plan = plan
            self.callerID = callerID
            self.agentID = agentID
            self.options = options
            self.variables = variables
        }
    }

    /// What is wrong with a row.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        public let line: Int
        /// What is wrong and what would be right.
        public let words: String
        /// Whether the cell of the column `agent` is wrong, so that more names of agents may put it right.
        public let isOfAgent: Bool

        init(line: Int, words: String, isOfAgent: Bool = false) {
            self.line = line
            self.words = words
            self.isOfAgent = isOfAgent
        }

        public var description: String { "line \(line) \(words)" }
    }

    /// Why a file is no list.
    public struct Mistake: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
        /// A proposal that names the columns rightly and leaves the list as it is.
        public let remedy: Remedy?

        init(_ description: String, remedy: Remedy? = nil) {
            self.description = description
            self.remedy = remedy
        }
    }

    /// Names for the columns of a list that does not name them as a campaign needs it. How they are typed is for whoever
    /// shows them.
    public enum Remedy: Hashable, Sendable {
        case map([ListLayout.Renaming])
        case columns([String])
    }

    /// What a file held.
    public struct Reading: Hashable, Sendable {
        public let list: CampaignList
        /// Rows that are left out of it, with the reasons.
        public let problems: [Problem]

        public init(list: CampaignList, problems: [Problem]) {
            self.list = list
            self.problems = problems
        }
    }

    /// The list without some numbers.
    public func without(_ numbers: Set<String>) -> CampaignList {
        let left = rows.filter { !numbers.contains($0.call.toNumber.digits) }
        let renumbered = left.enumerated().map { CampaignRow(number: $0 + 1, line: $1.line, call: $1.call) }
        let gone = rows.filter { numbers.contains($0.call.toNumber.digits) }.map(\.line)
        return CampaignList(
            name: name,
            source: source,
            rows: renumbered,
            pace: pace,
            leftOut: (leftOut + gone).sorted()
        )
    }

    /// The most rows of a list.
    public static let mostRows = 200_000

    /// Reads a list of comma-separated values, whose first line names the columns: `to` (or `to_number`, `number`, `phone`), and
    /// as it likes `from`, `agent`, `max_duration_sec`, `ring_timeout_sec` and `record`; every other column is a variable of
    /// the calls, `key:=` one whose cells are JSON.
    ///
    /// - Parameters:
    ///   - bytes: the file, UTF-8.
    ///   - layout: names for columns that the first line does not name rightly, or not at all.
    ///   - allowRepeats: whether a number may stand in several rows. It is then rung as often, each time when the call before
    ///     has been over for a minute.
    /// - Throws: ``Mistake`` for a file that cannot be read as a list at all.
    public static func read(
        _ bytes: [UInt8],
        name: String,
        source: String,
        defaults: Defaults,
        pace: Campaign.Pace,
        layout: ListLayout = ListLayout(),
        allowRepeats: Bool = false
    ) throws(Mistake) -> Reading {
        if let problem = Campaign.problem(withName: name) { throw Mistake("The campaign's name \(problem).") }
        if let problem = ForeignFile.problem(with: bytes) { throw Mistake("\(source) \(problem).") }
        do {
            let (rows, problems) = try rows(bytes, campaign: name, defaults, layout, allowRepeats: allowRepeats)
            if rows.isEmpty, problems.isEmpty { throw Mistake("\(source) has no numbers to dial.") }
            return Reading(
                list: CampaignList(name: name, source: source, rows: rows, pace: pace, leftOut: problems.map(\.line)),
                problems: problems
            )
        } catch let mistake as Mistake {
            throw mistake
        } catch let mistake as CSVReader.Mistake {
            throw Mistake("\(source), line \(mistake.line) \(mistake.words).", remedy: mistake.remedy)
        } catch {
            throw Mistake("\(source): \(error).")
        }
    }

    private static func rows(
        _ bytes: [UInt8],
        campaign: String,
        _ defaults: Defaults,
        _ layout: ListLayout,
        allowRepeats: Bool
    ) throws -> ([CampaignRow], [Problem]) {
        var reader = CSVReader(bytes) { CampaignColumns.isHead($0, layout) }
        var beginning = reader
        guard let head = try reader.nextFilled() else { return ([], []) }
        var ahead = reader
        let sample = try? ahead.nextFilled()
        let columns = try CampaignColumns(head, sample: sample, layout: layout, defaults, campaign: campaign)
        if layout.columns != nil { swap(&reader, &beginning) }
        var rows: [CampaignRow] = []
        var problems: [Problem] = []
        var lines: [NormalizedNumber: Int] = [:]
        while let record = try reader.next() {
            if record.isEmpty { continue }
            guard rows.count < mostRows else {
                throw CSVReader.Mistake(
                    line: record.line,
                    words: "is one row more than the \(mostRows) that a list may have; split the list"
                )
            }
            do throws(ValidationError) {
                let call = try columns.call(record)
                let key = NormalizedNumber(call.toNumber)
                if !allowRepeats, let before = lines[key] {
                    throw ValidationError(
                        field: "to_number",
                        "\(call.toNumber) is already in line \(before); a list dials nobody twice"
                    )
                }
                lines[key] = record.line
                rows.append(CampaignRow(number: rows.count + 1, line: record.line, call: call))
            } catch {
                let isOfAgent = columns.agentField == error.field
                problems.append(Problem(line: record.line, words: "\(error)", isOfAgent: isOfAgent))
            }
        }
        return (rows, problems)
    }

    /// - Parameter rows: numbered from 1.
    public init(name: String, source: String, rows: [CampaignRow], pace: Campaign.Pace, leftOut: [Int] = []) {
        self.leftOut = leftOut
        self.name = name
        self.source = source
        self.rows = rows
        self.pace = pace
        digest = Self.digest(rows)
    }

    private static func withoutName(_ json: JSONValue) -> JSONValue {
        guard var members = json.object, var variables = members["variables"]?.object else { return json }
        variables[Campaign.variableName] = nil
        members["variables"] = .object(variables)
        return .object(members)
    }

    /// FNV-1a of 64 bits over the calls as they are sent.
    private static func digest(_ rows: [CampaignRow]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for row in rows {
            for byte in (try? withoutName(row.call.json).bytes()) ?? [] {
                hash ^= UInt64(byte)
                hash &*= 0x100_0000_01B3
            }
            hash &*= 0x100_0000_01B3
        }
        return String(hash, radix: 16)
    }
}
