import CallBoard
import Console
import Piopiy

/// Turns what an operator calls an agent into its id, by the names that the console knows: the configuration's and the
/// account's.
///
/// The account is asked once, and only when a text is not an id. Who talks to a customer is never guessed: a name that
/// two agents have is an error that lists both.
struct AgentNames: Sendable {
    let book: AgentBook
    /// Why the account's agents are not among the names.
    let missing: String?

    /// Whether a text has to be looked up.
    static func isName(_ text: String?) -> Bool {
        guard let text, !text.isEmpty, UUIDText.problem(with: text) != nil else { return false }
        // As long as an id, it is a mistyped id, and is told what is wrong with it.
        return text.utf8.count != 36
    }

    /// - Parameters:
    ///   - context: says where the account is, and has the configuration's names.
    ///   - wanted: the account is not asked when the configuration and the account could not both have a say, that is
    ///     when none of these is a name.
    static func load(_ context: CommandContext, for wanted: [String?]) async -> AgentNames {
        await find(context, for: wanted).names
    }

    /// The same, for a command that cannot go on without these names.
    /// - Throws: why the account's agents could not be loaded, where one of the names is not like any of the
    ///   configuration's: what is wrong then is not the name.
    static func require(
        _ context: CommandContext,
        for wanted: [String?]
    ) async throws(CommandFailure) -> AgentNames {
        let (names, failure) = await find(context, for: wanted)
        guard let failure else { return names }
        for case let name? in wanted where isName(name) {
            guard case .none(nil) = names.book.match(name) else { continue }
            let words = "The agent “\(name)” could not be looked up. \(failure.message)"
            throw CommandFailure(status: failure.status, message: words)
        }
        return names
    }

    private static func find(
        _ context: CommandContext,
        for wanted: [String?]
    ) async -> (names: AgentNames, failure: CommandFailure?) {
        let configured = context.settings.agents.map { AgentName(id: $0.id, name: $0.name) }
        guard wanted.contains(where: { isName($0) }) else {
            return (AgentNames(book: AgentBook(platform: [], configured: configured), missing: nil), nil)
        }
        do throws(CommandFailure) {
            let book = AgentBook(platform: try await ask(context), configured: configured)
            return (AgentNames(book: book, missing: nil), nil)
        } catch {
            let names = AgentNames(
                book: AgentBook(platform: [], configured: configured),
                missing: "the account's agents could not be loaded: \(error.message)"
            )
            return (names, error)
        }
    }

    private static func ask(_ context: CommandContext) async throws(CommandFailure) -> [AgentName] {
        if let why = context.settings.addresses.whyNotAccount {
            throw CommandFailure(status: .badConfiguration, message: why)
        }
        var configuration = try context.clientConfiguration()
        // A name is a comfort: it is not worth a long wait.
        configuration.retries = .never
        let client = try CommandContext.client(try context.token().token, configuration)
        let outcome = await client.agents.list()
        await client.shutdown()
        guard case .accepted(let agents) = outcome else {
            let status = ExitStatus(outcome)
            throw CommandFailure(
                // Nothing was to happen: who was not answered has not been told.
                status: status == .unknown ? .notSent : status,
                message: ResultLine(reading: outcome).message ?? outcome.name
            )
        }
        return agents.map { AgentName(id: $0.id, name: $0.name ?? "", status: $0.status) }
    }

    /// The id of an agent: as it was given, or of the one agent that is called so.
    /// - Parameter field: what an error calls it.
    func id(of text: String, field: String) throws(ValidationError) -> String {
        guard Self.isName(text) else { return text }
        switch book.match(text) {
        case .one(let agent): return agent.id
        case .several(let agents):
            throw ValidationError(field: field, AgentBook.severalWords(text, agents))
        case .none(let nearest):
            let meant = nearest.map { "; did you mean “\($0)”?" } ?? "; use an agent's name or its id (a UUID)"
            let why = missing.map { " (\($0))" } ?? ""
            throw ValidationError(field: field, "is not the name of an agent: “\(text)”\(meant)\(why)")
        }
    }

    /// The ids that each name stands for, for lists.
    var idsByName: [String: [String]] { book.idsByName }
}
