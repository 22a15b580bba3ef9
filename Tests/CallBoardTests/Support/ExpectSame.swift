import Testing

/// Compares what is too big to be printed; the seed is enough to look at it again.
func expectSame<Value: Equatable>(
    _ value: Value,
    _ expected: Value,
    _ seed: UInt64,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    if value != expected { Issue.record("they differ, seed \(seed)", sourceLocation: sourceLocation) }
}
