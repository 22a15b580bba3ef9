/// Keys that came together: nothing was shown between the first of them and the last.
///
/// A person presses a key, looks, and presses the next one. A paste that the terminal does not mark as one, a script
/// or a link that stalled delivers many at once. Whoever asks a question can tell from the burst whether a key may
/// answer it:
///
/// ```swift
/// let isAnswer = burst.isAlone && (burst.frame ?? 0) >= frameWithTheQuestion
/// ```
///
/// `frame` says what the terminal had been given. How long the terminal and the network took to show it is not known
/// here.
public struct KeyBurst: Hashable, Sendable {
    /// The keys in the order in which they were typed; at least one.
    public var keys: [Key]
    /// The newest frame that the terminal had been given whole before these keys were read, by the number that
    /// ``TerminalSession/draw(_:as:)`` got. Keys that waited unread while that frame was sent are on the frame before
    /// it. `nil` when there was none, as after a stop.
    public var frame: Int?
    /// Whether the burst came within ``closest`` of the keys before it: the rest of something that was torn on its way.
    public var follows: Bool

    /// Makes a burst.
    public init(_ keys: [Key], frame: Int? = nil, follows: Bool = false) {
        self.keys = keys
        self.frame = frame
        self.follows = follows
    }

    /// Keys that are closer together than this were not typed one after the other by a person who looked in between.
    public static let closest = Duration.milliseconds(20)

    /// Whether it is one key that nothing came with or shortly before.
    public var isAlone: Bool { keys.count == 1 && !follows }
}

/// Makes bursts of the keys that are read, from the moments at which they came.
struct BurstCollector: Sendable {
    private var last: ContinuousClock.Instant?

    /// Adds keys to the events that wait to be handed over: to the burst at their end where nothing was shown since.
    mutating func add(_ keys: [Key], frame: Int?, at now: ContinuousClock.Instant, to queue: inout [TerminalEvent]) {
        guard !keys.isEmpty else { return }
        let follows = last.map { $0.duration(to: now) < KeyBurst.closest } ?? false
        last = now
        if case .keys(var burst) = queue.last, burst.frame == frame {
            burst.keys += keys
            queue[queue.count - 1] = .keys(burst)
        } else {
            queue.append(.keys(KeyBurst(keys, frame: frame, follows: follows)))
        }
    }
}
