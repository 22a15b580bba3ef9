import DequeModule
import Piopiy

/// The messages that were sent, for tests to look at; the oldest goes first when there are too many.
struct MessageLog: Sendable {
    struct Entry: Sendable {
        let at: Timestamp
        let message: TextMessage
    }

    private var entries: Deque<Entry> = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func add(_ message: TextMessage, at: Timestamp) {
        entries.append(Entry(at: at, message: message))
        if entries.count > limit { entries.removeFirst() }
    }

    /// The entries, oldest first.
    var json: JSONValue {
        .array(
            entries.map { entry in
                [
                    "at": .integer(Int(entry.at.milliseconds)), "to": .string(entry.message.to.digits),
                    "text": .string(entry.message.text),
                ]
            }
        )
    }
}
