import Piopiy

/// The ids that a former run's results say are done, so that running a file again rings nobody twice.
struct DoneOperations {
    enum Beginning: Equatable {
        case new
        case doneBefore
        /// Another line of this run has the same id.
        case begunHere
    }

    /// What must not be begun again: it happened, or it may have, or the platform said no.
    static let outcomes: Set<String> = ["accepted", "ok", "unknown", "refused"]

    private var done: Set<JSONValue> = []
    /// Of those, the ones that may have been done.
    private var doubtful: Set<JSONValue> = []
    private var begun: Set<JSONValue> = []

    /// Notes that the operation with this id is begun now, and says whether it was before.
    /// - Parameter isRepeatable: whether doing it twice is as good as once, so that a doubt is a reason to do it again.
    mutating func begin(_ id: JSONValue, isRepeatable: Bool) -> Beginning {
        let id = Self.normal(id)
        if done.contains(id), !(isRepeatable && doubtful.contains(id)) { return .doneBefore }
        return begun.insert(id).inserted ? .new : .begunHere
    }

    /// Takes in one line of a former run's results.
    /// - Throws: what is wrong with it. What cannot be read, or has one key twice, might tell of a call that was
    ///   placed.
    mutating func take(_ line: LineSplitter.Line) throws(ValidationError) {
        guard case .bytes(let bytes) = line.content, let json = try? JSONValue(strictlyParsing: bytes),
            let outcome = json["outcome"]?.string
        else {
            throw ValidationError(
                field: "line \(line.number)",
                "is not a result line; it may stand for a placed call. Find out what it was, then correct or remove "
                    + "the line"
            )
        }
        guard Self.outcomes.contains(outcome) else { return }
        guard let id = json["id"] else {
            throw ValidationError(
                field: "line \(line.number)",
                "has no id, so its operation cannot be matched; remove the done lines from both files"
            )
        }
        done.insert(Self.normal(id))
        // Where a later run has settled it, it is settled.
        if outcome == "unknown" { doubtful.insert(Self.normal(id)) } else { doubtful.remove(Self.normal(id)) }
    }

    /// Reads a former run's results to their end.
    static func read(_ path: String) async throws(CommandFailure) -> DoneOperations {
        var done = DoneOperations()
        do {
            var reader = LineReader(try ByteSource(path: path))
            while let line = try await reader.next() { try done.take(line) }
            return done
        } catch let error as ValidationError {
            throw CommandFailure(status: .invalid, message: "\(path), \(error).")
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The id as it is once it has been written and read again: 1.0 and 1 are the same number, and are written alike.
    static func normal(_ id: JSONValue) -> JSONValue {
        let id = (try? JSONValue(parsing: id.serialized())) ?? id
        if case .number(let number) = id, let integer = Int(exactly: number) { return .integer(integer) }
        return id
    }
}
