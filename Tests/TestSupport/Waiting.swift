/// Something that a test waited for did not happen.
public struct NeverHappened: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// Waits until something holds.
///
/// ```swift
/// try await eventually("the board is empty") { await board.snapshot.order.isEmpty }
/// ```
/// - Throws: ``NeverHappened`` with the place of the call, so that the test ends there.
public func eventually(
    _ what: String,
    isolation: isolated (any Actor)? = #isolation,
    file: String = #fileID,
    line: Int = #line,
    _ holds: () async throws -> Bool
) async throws {
    _ = try await wait(for: what, isolation: isolation, file: file, line: line) { try await holds() ? true : nil }
}

/// Waits until there is a value, looking again and again, and returns it.
///
/// ```swift
/// let call = try await wait(for: "a call") { try await sandbox.calls().first }
/// ```
/// The deadline is for a slow machine and measures nothing. Where other tests keep the machine busy, time passes in
/// which nobody could look, so that looks count too.
/// - Throws: ``NeverHappened`` with the place of the call, so that the test ends there.
public func wait<Value>(
    for what: String,
    deadline: Duration = .seconds(300),
    isolation: isolated (any Actor)? = #isolation,
    file: String = #fileID,
    line: Int = #line,
    _ look: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + deadline
    var looks = 0
    // Most things happen at once; what takes long is not worth many looks, some of which start a program.
    var pause = Duration.milliseconds(1)
    while true {
        if let value = try await look() { return value }
        looks += 1
        if ContinuousClock.now > end, looks > 500 {
            throw NeverHappened("\(file):\(line): waited in vain for \(what)")
        }
        try await Task.sleep(for: pause)
        pause = min(pause * 2, .milliseconds(20))
    }
}
