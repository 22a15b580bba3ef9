import DequeModule
import Piopiy

/// What the sandbox was asked, for tests to look at. Headers are not kept, so no token is.
struct RequestLog: Sendable {
    struct Entry: Sendable {
        let number: Int
        let at: Timestamp
        let method: String
        let path: String
        /// `nil` while there is no answer, and for good when none is sent.
        var status: Int?
        var body: [UInt8]
    }

    private var entries: Deque<Entry> = []
    private var next = 1
    private var bytes = 0
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    /// - Returns: the entry's number, by which its status is filled in.
    mutating func add(method: String, path: String, at: Timestamp) -> Int {
        entries.append(
            Entry(number: next, at: at, method: method, path: String(path.prefix(512)), body: [])
        )
        next += 1
        trim()
        return next - 1
    }

    mutating func setBody(_ body: [UInt8], of number: Int) {
        guard let index = index(of: number) else { return }
        guard body.count <= limits.loggedBody else { return }
        entries[index].body = body
        bytes += body.count
        trim()
    }

    mutating func setStatus(_ status: Int, of number: Int) {
        if let index = index(of: number) { entries[index].status = status }
    }

    /// Numbers count up by one from entry to entry, so a number tells its place.
    private func index(of number: Int) -> Int? {
        guard let first = entries.first else { return nil }
        let index = number - first.number
        return entries.indices.contains(index) ? index : nil
    }

    private mutating func trim() {
        while entries.count > limits.requests || bytes > limits.requestBytes {
            guard let oldest = entries.popFirst() else { return }
            bytes -= oldest.body.count
        }
    }

    /// The entries, oldest first. A body that is not JSON shows as its text, one that was too long as `null`.
    var json: JSONValue {
        .array(
            entries.map { entry in
                let body: JSONValue
                if entry.body.isEmpty {
                    body = .null
                } else {
                    body = (try? JSONValue(parsing: entry.body)) ?? .string(String(decoding: entry.body, as: UTF8.self))
                }
                return [
                    "at": .integer(Int(entry.at.milliseconds)),
                    "method": .string(entry.method),
                    "path": .string(entry.path),
                    "status": entry.status.map { .integer($0) } ?? .null,
                    "body": body,
                ]
            }
        )
    }
}
