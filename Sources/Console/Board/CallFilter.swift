import CallBoard
import Campaigns
import Piopiy

/// What the board is narrowed to: words that match any column, and terms that match one.
///
/// `ringing 9188` · `state:talking` · `to:9188*` · `from:919999999999` · `agent:bdd3` · `flag:rec` · `campaign:spring` · `time>2m` · `time<30s`. A `-`
/// in front turns a term round. All must hold.
struct CallFilter: Hashable, Sendable {
    /// Why a filter cannot be used, in words that say what would be right.
    struct Mistake: Error, Hashable, Sendable {
        let words: String
    }

    enum Term: Hashable, Sendable {
        case word(String)
        case column(Column, String)
        case longer(Duration)
        case shorter(Duration)

        var isOfTime: Bool {
            switch self {
            case .longer, .shorter: true
            case .word, .column: false
            }
        }
    }

    enum Column: String, CaseIterable, Hashable, Sendable {
        case state, to, from, agent, flag, campaign
    }

    struct Condition: Hashable, Sendable {
        let term: Term
        let isNegated: Bool
    }

    let conditions: [Condition]
    /// In which country numbers are typed and told that have no country code.
    let plan: NumberPlan

    static let keys = Column.allCases.map { "\($0.rawValue):" } + ["time>", "time<"]

    /// Everything matches.
    init() { (conditions, plan) = ([], .international) }

    /// - Throws: ``Mistake``.
    init(_ text: String, plan: NumberPlan = .international) throws(Mistake) {
        var conditions: [Condition] = []
        for part in text.split(whereSeparator: \.isWhitespace) {
            let isNegated = part.hasPrefix("-") && part.count > 1
            let term = try Self.term(isNegated ? part.dropFirst() : part)
            conditions.append(Condition(term: term, isNegated: isNegated))
        }
        self.conditions = conditions
        self.plan = plan
    }

    var isEmpty: Bool { conditions.isEmpty }

    private static func term(_ text: Substring) throws(Mistake) -> Term {
        let lower = text.lowercased()
        if lower.hasPrefix("time") {
            let rest = lower.dropFirst(4)
            if let sign = rest.first, sign == ">" || sign == "<" {
                guard let length = length(rest.dropFirst()) else {
                    throw Mistake(words: "\(text): write a duration such as time>2m, time<30s or time>1h")
                }
                return sign == ">" ? .longer(length) : .shorter(length)
            }
        }
        guard let colon = lower.firstIndex(of: ":") else { return .word(lower) }
        let key = String(lower[..<colon])
        guard let column = Column(rawValue: key) else {
            throw Mistake(words: "\(key): is not a column; the columns are \(keys.joined(separator: " "))")
        }
        let value = String(lower[lower.index(after: colon)...])
        if value.isEmpty { throw Mistake(words: "\(key): needs a value after the colon") }
        if column == .state, !Self.states.contains(where: { $0.hasPrefix(value) }) {
            throw Mistake(words: "state:\(value) is not a state; the states are \(Self.states.joined(separator: ", "))")
        }
        return .column(column, value)
    }

    static let states = ["placing", "queued", "ringing", "talking", "unknown", "ended"]

    private static func length(_ text: Substring) -> Duration? {
        guard let unit = text.last else { return nil }
        let scale = ["s": 1, "m": 60, "h": 3600][String(unit)]
        let digits = scale == nil ? text : text.dropLast()
        guard let number = Int(digits), number >= 0, number < 1_000_000 else { return nil }
        return .seconds(number * (scale ?? 1))
    }

    func matches(_ call: Call, now: Timestamp, names: AgentBook) -> Bool {
        holdsAtAnyTime(call, names: names) && holds(call, at: now)
    }

    /// Whether what does not depend on the time holds. It is the larger part of the work, and stays as it is while the call
    /// does.
    func holdsAtAnyTime(_ call: Call, names: AgentBook) -> Bool {
        conditions.allSatisfy { $0.term.isOfTime || holds($0.term, call, names) != $0.isNegated }
    }

    /// Whether what depends on the time holds.
    func holds(_ call: Call, at now: Timestamp) -> Bool {
        conditions.allSatisfy { condition in
            switch condition.term {
            case .longer(let length): (call.duration(at: now).map { $0 > length } ?? false) != condition.isNegated
            case .shorter(let length): (call.duration(at: now).map { $0 < length } ?? false) != condition.isNegated
            case .word, .column: true
            }
        }
    }

    private func holds(_ term: Term, _ call: Call, _ names: AgentBook) -> Bool {
        switch term {
        case .word(let word):
            return holds(word, call, names)
        case .column(.state, let value): return Self.holds(.state, call, names) { $0.hasPrefix(value) }
        case .column(.campaign, let value):
            let name = Self.word(ofCampaign: Words.variable(Campaign.variableName, of: call))
            // Whole: what is hung up by it must be of no other campaign.
            return value.hasSuffix("*") ? name.hasPrefix(value.dropLast()) : name == value
        case .column(let column, let value):
            let isHeld = Self.holds(column, call, names) { text in
                if value.hasSuffix("*") { return text.hasPrefix(value.dropLast()) }
                if value.hasPrefix("*") { return text.hasSuffix(value.dropFirst()) }
                return text.contains(value)
            }
            return isHeld || isTold(value, in: column, call)
        case .longer, .shorter: return true
        }
    }

    /// Whether a number of the call is the wanted one in another form: `to:+9170*` finds 9170…, and `to:9170*` finds
    /// +9170….
    private func isTold(_ value: String, in column: Column, _ call: Call) -> Bool {
        let told: String? =
            switch column {
            case .to: call.to
            case .from: call.from
            case .state, .agent, .flag, .campaign: nil
            }
        // As digits alone both are in one form already, where no country is set.
        guard let told else { return false }
        if plan.country == nil, NormalizedNumber.isPlain(told), NormalizedNumber.isPlain(value) { return false }
        return NumberPattern(value, plan: plan)?.matches(told) ?? false
    }

    /// A campaign's name as a filter has it, in which words end at blanks.
    static func word(ofCampaign name: String) -> String {
        String(name.lowercased().map { $0.isWhitespace ? "_" : $0 })
    }

    /// Whether a word stands in what is shown of a call. Ids are found by their beginning: in the middle of one any few digits
    /// stand by chance, and those of our own references are the time, the same in all.
    private func holds(_ word: String, _ call: Call, _ names: AgentBook) -> Bool {
        let columns: [Column] = [.state, .to, .from, .flag]
        if columns.contains(where: { Self.holds($0, call, names) { $0.contains(word) } || isTold(word, in: $0, call) })
        {
            return true
        }
        if names.name(of: call.agentID)?.lowercased().contains(word) ?? false { return true }
        let ids = [call.agentID, call.callID?.text, call.requestID?.text, call.ref?.text]
        if word.count >= 4, ids.contains(where: { $0?.lowercased().hasPrefix(word) ?? false }) { return true }
        if call.operator?.lowercased().contains(word) ?? false { return true }
        guard var variables = call.variables?.lowercased() else { return false }
        if let ref = call.ref { variables = variables.replacing(ref.text.lowercased(), with: "") }
        return variables.contains(word)
    }

    /// Whether a column's text is as wanted; an agent has two, its id and its name.
    private static func holds(_ column: Column, _ call: Call, _ names: AgentBook, _ fits: (String) -> Bool) -> Bool {
        switch column {
        case .state: fits(Words.stage(call))
        case .to: fits(call.to?.lowercased() ?? "")
        case .from: fits(call.from?.lowercased() ?? "")
        case .agent:
            fits(call.agentID?.lowercased() ?? "")
                || names.name(of: call.agentID).map { fits($0.lowercased()) } ?? false
        case .flag: fits(Words.flags(call, ascii: true).lowercased())
        case .campaign: fits(Words.variable(Campaign.variableName, of: call).lowercased())
        }
    }

    // MARK: Completion

    enum Completion: Hashable, Sendable {
        case text(String)
        /// Several begin so; in words which.
        case choices(String)
    }

    /// Fills in what begins with the last word: a column's name, or a state behind `state:`.
    static func completion(of text: String) -> Completion? {
        let start = text.lastIndex(of: " ").map { text.index(after: $0) } ?? text.startIndex
        let word = text[start...].lowercased()
        let states = states.map { "state:\($0) " }
        let candidates = (word.hasPrefix("state:") ? states : keys).filter { $0.hasPrefix(word) }
        guard let first = candidates.first else { return nil }
        let common = candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        guard common.count > word.count else { return .choices(candidates.joined(separator: " ")) }
        return .text(text[..<start] + common)
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
