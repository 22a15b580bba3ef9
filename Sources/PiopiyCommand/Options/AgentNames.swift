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
        let configured = context.settings.agents.map { AgentName(id: $0.id, name: $0.name) }
        guard wanted.contains(where: { isName($0) }) else {
            return AgentNames(book: AgentBook(platform: [], configured: configured), missing: nil)
        }
        do throws(ServiceFailure) {
            return AgentNames(book: AgentBook(platform: try await ask(context), configured: configured), missing: nil)
        } catch {
            return AgentNames(
                book: AgentBook(platform: [], configured: configured),
                missing: "the account's agents could not be loaded: \(error)"
            )
        }
    }

    private static func ask(_ context: CommandContext) async throws(ServiceFailure) -> [AgentName] {
        if let why = context.settings.addresses.whyNotAccount { throw ServiceFailure(description: why) }
        let client: RestClient
        do throws(CommandFailure) {
            var configuration = try context.clientConfiguration()
            // A name is a comfort: it is not worth a long wait.
            configuration.retries = .never
            client = try CommandContext.client(try context.token().token, configuration)
        } catch {
            throw ServiceFailure(description: error.message)
        }
        let outcome = await client.agents.list()
        await client.shutdown()
        guard case .accepted(let agents) = outcome else {
            throw ServiceFailure(description: ResultLine(reading: outcome).message ?? outcome.name)
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
