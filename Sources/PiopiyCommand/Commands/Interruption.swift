import UnixSignals

/// Runs `work`; SIGINT, SIGTERM and SIGHUP cancel it, and what it then returns is returned all the same. A request that
/// was on its way when Ctrl-C came has an outcome too, and the operator must hear it. A signal that the process was
/// started to ignore cancels nothing.
func untilInterrupted<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
    let heeded = ProcessSignals.heeded(.sigint, .sigterm, .sighup)
    guard !heeded.isEmpty else { return await work() }
    let signals = await UnixSignalsSequence(trapping: heeded)
    let worker = Task { await work() }
    let watcher = Task {
        for await _ in signals { worker.cancel() }
    }
    defer { watcher.cancel() }
    return await worker.value
}
