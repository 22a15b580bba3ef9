/// That numbers of a list were rung before.
public struct RungBefore: Hashable, Sendable {
    public let count: Int
    /// The campaigns' names, the latest first.
    public let by: [String]

    public init(count: Int, by: [String]) {
        self.count = count
        self.by = by
    }
}
