/// The names of agents, from the platform and from the configuration.
public struct AgentBook: Hashable, Sendable {
    /// By name, those without one last.
    private(set) var all: [AgentName] = []
    private var byID: [String: AgentName] = [:]
    private var byName: [String: [AgentName]] = [:]

    public init() {}

    /// - Parameters:
    ///   - platform: as the account has them.
    ///   - configured: as the operator names them, which goes before what the account calls them.
    public init(platform: [AgentName], configured: [AgentName]) {
        for agent in platform { byID[agent.id.lowercased()] = agent }
        for agent in configured {
            let key = agent.id.lowercased()
            byID[key] = AgentName(id: byID[key]?.id ?? agent.id, name: agent.name, status: byID[key]?.status)
        }
        all = byID.values.sorted { one, other in
            if one.name.isEmpty != other.name.isEmpty { return other.name.isEmpty }
            return (one.name.lowercased(), one.id) < (other.name.lowercased(), other.id)
        }
        byName = Dictionary(grouping: all.filter { !$0.name.isEmpty }) { $0.name.lowercased() }
    }

    var isEmpty: Bool { all.isEmpty }

    func agent(_ id: String?) -> AgentName? { id.flatMap { byID[$0.lowercased()] } }

    /// The name of an id; `nil` for one that has none.
    func name(of id: String?) -> String? {
        agent(id).flatMap { $0.name.isEmpty ? nil : $0.name }
    }

    /// What is shown for an id: its name, else the id.
    func shown(_ id: String?) -> String? { name(of: id) ?? id }

    /// The agents that have a name, in either letter case.
    func named(_ name: String) -> [AgentName] { byName[name.lowercased()] ?? [] }

    /// What the form takes for an agent: its name, or where others have the same or there is none, its id.
    func word(for agent: AgentName) -> String { named(agent.name).count == 1 ? agent.name : agent.id }

    /// What a name stands for.
    public enum Match: Hashable, Sendable {
        case one(AgentName)
        /// Two or more agents have the name, in the order of their ids.
        case several([AgentName])
        /// No agent has it; the one name that it may be a slip of.
        case none(nearest: String?)
    }

    /// The agents with a name, in either letter case.
    public func match(_ name: String) -> Match {
        let found = named(name)
        switch found.count {
        case 0: return .none(nearest: Spelling.nearest(to: name, among: all.map(\.name).filter { !$0.isEmpty }))
        case 1: return .one(found[0])
        default: return .several(found)
        }
    }

    /// Says that a name does not tell who is meant, with the ids to choose from.
    public static func severalWords(_ name: String, _ agents: [AgentName]) -> String {
        let ids = agents.prefix(4).map(\.id).joined(separator: ", ")
        let more = agents.count > 4 ? " and \(agents.count - 4) more" : ""
        return "“\(name)” is the name of \(agents.count) agents; give the id: \(ids)\(more)"
    }

    /// Ids by name in lower case; several for a name that several agents have.
    public var idsByName: [String: [String]] { byName.mapValues { $0.map(\.id) } }
}
