import Foundation

struct TimedOut: Error, CustomStringConvertible {
    let description: String
}

/// Waits until something holds, looking again and again; the deadline is for a slow machine, not a measure.
func wait<Value>(
    for what: String,
    deadline: Duration = .seconds(60),
    _ look: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + deadline
    while true {
        if let value = try await look() { return value }
        if ContinuousClock.now > end { throw TimedOut(description: "waited in vain for \(what)") }
        try await Task.sleep(for: .milliseconds(20))
    }
}
