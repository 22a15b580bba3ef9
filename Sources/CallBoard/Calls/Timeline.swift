import Piopiy

/// One line of a call's history: when, who said it, and what.
public struct TimelineEntry: Hashable, Comparable, Sendable {
    /// Who said it.
    public enum Teller: Int, Hashable, Sendable {
        case console
        case platform
        case cdr
        /// The operator, in their own word.
        case person
    }

    /// By the clock of who said it.
    public let at: Timestamp
    /// Who said it.
    public let teller: Teller
    /// May hold text from outside, so any character.
    public let text: String

    public init(at: Timestamp, teller: Teller, text: String) {
        self.at = at
        self.teller = teller
        self.text = text
    }

    public static func < (a: TimelineEntry, b: TimelineEntry) -> Bool {
        (a.at, a.teller.rawValue, a.text) < (b.at, b.teller.rawValue, b.text)
    }
}

/// What is known to have happened, earliest first, each thing once.
///
/// It keeps the earliest ``limit`` entries: "the k smallest of a union" does not depend on the order of joining, and a
/// flood of events cannot fill the memory.
struct Timeline: Joinable, Hashable, Sendable {
    static let limit = 200

    private(set) var entries: [TimelineEntry] = []

    init(_ entries: TimelineEntry...) { self.entries = entries.sorted() }

    /// - Parameter entries: in any order.
    init(stored entries: [TimelineEntry]) {
        self.init()
        for entry in entries.sorted() { insert(entry) }
    }

    mutating func join(_ other: Timeline) {
        for entry in other.entries { insert(entry) }
    }

    private mutating func insert(_ entry: TimelineEntry) {
        // Most entries are the newest, so the search starts at the end.
        var index = entries.endIndex
        while index > 0, entry < entries[index - 1] { index -= 1 }
        if index > 0, entries[index - 1] == entry { return }
        entries.insert(entry, at: index)
        if entries.count > Self.limit { entries.removeLast() }
    }
}
