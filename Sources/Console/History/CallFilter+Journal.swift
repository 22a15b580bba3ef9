import CallBoard
import Piopiy

extension CallFilter {
    /// What a journal is asked for, so that it gives all calls that the filter shows, and few others.
    ///
    /// What a journal cannot tell (lengths of time, what is turned round by a `-`) is left out; the filter decides.
    func query(names: AgentBook) -> CallQuery {
        var query = CallQuery()
        query.plan = plan
        for condition in conditions where !condition.isNegated {
            switch condition.term {
            case .longer, .shorter: break
            case .column(.state, let value):
                query.conditions.append(
                    CallQuery.Condition(states: Set(Self.states.filter { $0.hasPrefix(value) }))
                )
            case .column(.flag, let value):
                if let ends = Self.ends(holding: value) {
                    query.conditions.append(CallQuery.Condition(states: Self.live, ends: ends))
                }
            case .column(.to, let value), .column(.from, let value):
                query.conditions.append(
                    CallQuery.Condition(text: Self.bare(value), digits: NumberPattern(value, plan: plan)?.searchDigits)
                )
            case .column(.campaign, let value):
                // As it stands in the variables' JSON, where quotation marks and backslashes look otherwise.
                let pieces = Self.bare(value).split { "_\"\\".contains($0) }
                guard let longest = pieces.max(by: { $0.count < $1.count }) else { continue }
                query.conditions.append(CallQuery.Condition(text: String(longest)))
            case .column(.agent, let value):
                query.conditions.append(
                    CallQuery.Condition(text: Self.bare(value), agentIDs: Self.agents(value, names))
                )
            case .word(let word):
                guard !"ended".contains(word), let ends = Self.ends(holding: word) else { continue }
                query.conditions.append(
                    CallQuery.Condition(
                        text: word,
                        digits: NumberPattern(word, plan: plan)?.searchDigits,
                        states: Self.live,
                        ends: ends,
                        agentIDs: Self.agents(word, names)
                    )
                )
            }
        }
        return query
    }

    /// Calls that have not ended are few, and their flags are known here alone: the journal gives all of them.
    private static let live = Set(states.filter { $0 != "ended" })

    /// The ends whose words hold a text; `nil` where ended calls may show it that the journal cannot tell apart.
    private static func ends(holding text: String) -> Set<String>? {
        let bare = bare(text)
        if Words.noRecord.contains(bare) { return nil }
        return Set(Call.End.allCases.filter { Words.end($0).contains(bare) }.map(\.rawValue))
    }

    private static func bare(_ value: String) -> String { value.filter { $0 != "*" } }

    private static func agents(_ text: String, _ names: AgentBook) -> Set<String> {
        let text = bare(text)
        return Set(names.all.filter { $0.name.lowercased().contains(text) }.map(\.id))
    }
}
