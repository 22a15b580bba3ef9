import Foundation

/// With it the first ten calls of a sandbox talk for more than 70 s each, so that none ends under a test that a busy
/// machine holds up.
let patientSeed = 4740

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
    // Where other tests keep the machine busy, time passes in which nobody could look: only looks count.
    var looks = 0
    while true {
        if let value = try await look() { return value }
        looks += 1
        if ContinuousClock.now > end, looks > 200 { throw TimedOut(description: "waited in vain for \(what)") }
        try await Task.sleep(for: .milliseconds(20))
    }
}
