import Piopiy

/// The building blocks of a merge that does not care about order: joining is commutative, associative and idempotent in
/// each of them, and so in whatever is made of them.
protocol Joinable {
    mutating func join(_ other: Self)
}

extension Joinable {
    func joined(_ other: Self) -> Self {
        var whole = self
        whole.join(other)
        return whole
    }
}

extension Set: Joinable {
    mutating func join(_ other: Self) { formUnion(other) }
}

/// A moment that keeps its earliest value.
struct Earliest: Joinable, Hashable, Comparable, Sendable {
    private(set) var at: Timestamp?

    init(_ at: Timestamp? = nil) { self.at = at }

    mutating func join(_ other: Earliest) {
        guard let theirs = other.at else { return }
        at = at.map { min($0, theirs) } ?? theirs
    }

    /// The earlier first; no moment at all comes last.
    static func < (a: Earliest, b: Earliest) -> Bool {
        guard let ours = a.at else { return false }
        return b.at.map { ours < $0 } ?? true
    }
}

/// A moment that keeps its latest value.
struct Newest: Joinable, Hashable, Sendable {
    private(set) var at: Timestamp?

    init(_ at: Timestamp? = nil) { self.at = at }

    mutating func join(_ other: Newest) {
        guard let theirs = other.at else { return }
        at = at.map { max($0, theirs) } ?? theirs
    }
}

/// A value of which the best ``Source`` wins, and among equals the earliest.
struct Ranked<Value: Hashable & Comparable & Sendable>: Joinable, Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        var source: Source
        var at: Timestamp
        var value: Value
    }

    private(set) var entry: Entry?

    init() {}

    init(_ value: Value?, from source: Source, at: Timestamp) {
        entry = value.map { Entry(source: source, at: at, value: $0) }
    }

    init(_ entry: Entry?) { self.entry = entry }

    var value: Value? { entry?.value }

    mutating func join(_ other: Ranked) {
        guard let theirs = other.entry else { return }
        guard let ours = entry else {
            entry = theirs
            return
        }
        if (theirs.source.rawValue, theirs.at, theirs.value) < (ours.source.rawValue, ours.at, ours.value) {
            entry = theirs
        }
    }
}

/// A value of which the latest wins; of equally late ones the greater.
struct Latest<Value: Hashable & Comparable & Sendable>: Joinable, Hashable, Sendable {
    private(set) var at: Timestamp?
    private(set) var value: Value?

    init() {}

    init(_ value: Value, at: Timestamp) {
        self.at = at
        self.value = value
    }

    mutating func join(_ other: Latest) {
        guard let theirAt = other.at, let theirs = other.value else { return }
        guard let ourAt = at, let ours = value else {
            self = other
            return
        }
        if (theirAt, theirs) > (ourAt, ours) { self = other }
    }
}

/// Where a fact comes from; lower is believed first.
enum Source: Int, Hashable, Comparable, Sendable {
    case placement
    /// A CDR, for what nobody knows before it: talk time, rate, recording.
    case account
    case live
    case cdr

    static func < (a: Source, b: Source) -> Bool { a.rawValue < b.rawValue }
}
