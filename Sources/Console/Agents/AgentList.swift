/// The screen of the account's agents: what of it is shown, and where the selection is.
struct AgentList: Sendable {
    enum State: Hashable, Sendable {
        case loading
        case loaded
        /// In words why.
        case failed(String)
    }

    var state = State.loading
    /// As the platform has them.
    var platform: [AgentName] = []
    var filterText = ""
    /// The filter's line while it is being typed.
    var field: TextField?
    var cursor = ListCursor<String>()
    /// How many calls each has up, by its id in lower case.
    var up: [String: Int] = [:]

    /// The agents that the filter shows: each word in a name, an id or a status.
    func rows(_ book: AgentBook) -> [AgentName] {
        let words = filterText.lowercased().split(whereSeparator: \.isWhitespace)
        if words.isEmpty { return book.all }
        return book.all.filter { agent in
            let text = "\(agent.name)\n\(agent.id)\n\(agent.status ?? "")".lowercased()
            return words.allSatisfy { text.contains($0) }
        }
    }
}
