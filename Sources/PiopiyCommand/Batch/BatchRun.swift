import Piopiy

/// Carries a batch out: so many operations at once, a line read only when one may begin, each result written when it is
/// there.
struct BatchRun: Sendable {
    let source: ByteSource
    let writer: ResultWriter
    let format: OutputFormat
    /// The most operations at once, 1 or more.
    let concurrency: Int
    let perform: @Sendable (BatchJob) async -> Outcome<OperationReceipt>
    /// Told what became of an operation whose result could not be written.
    let onLost: @Sendable (BatchResult) -> Void

    private struct Finished: Sendable {
        var outcome: String
        var status: ExitStatus
        var isWritten: Bool
    }

    func run(_ plan: BatchPlan) async -> BatchSummary {
        await withTaskGroup(of: Finished.self) { group in
            var plan = plan
            var summary = BatchSummary()
            var reader = LineReader(source)
            var underWay = 0

            func take(_ finished: Finished) {
                underWay -= 1
                summary.count(finished.outcome, finished.status)
                if !finished.isWritten { summary.end = .outputLost }
            }

            reading: while true {
                // What has finished while the last line was awaited makes room.
                if underWay == concurrency, let finished = await group.next() { take(finished) }
                guard summary.end == .complete else { break }
                do {
                    guard let line = try await reader.next() else { break }
                    // Nobody is rung whose result could not be kept, and nobody after Ctrl-C.
                    guard !Task.isCancelled else { break reading }
                    guard writer.isOpen else {
                        summary.end = .outputLost
                        break reading
                    }
                    summary.lastLine = line.number
                    switch plan.step(line) {
                    case .skip:
                        summary.skipped += 1
                    case .invalid(let result):
                        underWay += 1
                        group.addTask { await finish(result, .invalid) }
                    case .begin(let job):
                        underWay += 1
                        group.addTask { await carryOut(job) }
                    }
                } catch {
                    summary.end = .inputLost((error as? ByteSource.Failure)?.message ?? "\(error)")
                }
            }
            if Task.isCancelled, summary.end == .complete { summary.end = .interrupted }
            // A reader that went away stops the source before anything here hears of it.
            if writer.hasFailed { summary.end = .outputLost }
            // What waits to be tried again must not leave now that its result would be lost.
            if summary.end == .outputLost { group.cancelAll() }
            while let finished = await group.next() {
                take(finished)
                if summary.end == .outputLost { group.cancelAll() }
            }
            return summary
        }
    }

    private func carryOut(_ job: BatchJob) async -> Finished {
        let outcome = await perform(job)
        return await finish(job.result(ResultLine(operation: outcome, job.operation)), ExitStatus(outcome))
    }

    private func finish(_ result: BatchResult, _ status: ExitStatus) async -> Finished {
        let isWritten = await writer.write(result.text(format) + "\n")
        if !isWritten {
            source.stop()
            onLost(result)
        }
        return Finished(outcome: result.result.outcome, status: status, isWritten: isWritten)
    }
}
