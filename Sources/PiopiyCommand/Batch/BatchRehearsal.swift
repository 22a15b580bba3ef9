import Piopiy

/// A batch with `--dry-run`: the same decisions and nothing sent, one line after the other, in their order.
///
/// Results are written when what has been read is used up, not each for itself: a hundred thousand lines cost a few
/// hundred writes.
struct BatchRehearsal: Sendable {
    let source: ByteSource
    let writer: ResultWriter
    let format: OutputFormat
    let url: @Sendable (APIRequest) -> String

    /// So many bytes are written at once.
    private static let outputLimit = 65_536

    func run(_ plan: BatchPlan) async -> BatchSummary {
        var plan = plan
        var summary = BatchSummary()
        var reader = LineReader(source)
        var output = ""
        do {
            while true {
                while summary.end == .complete, !Task.isCancelled, let line = reader.ready() {
                    summary.lastLine = line.number
                    guard let (result, status) = result(plan.step(line)) else {
                        summary.skipped += 1
                        continue
                    }
                    summary.count(result.result.outcome, status)
                    output += result.text(format)
                    output += "\n"
                    if output.utf8.count >= Self.outputLimit { await flush(&output, &summary) }
                }
                await flush(&output, &summary)
                guard summary.end == .complete, try await reader.fill() else { break }
            }
        } catch {
            summary.end = .inputLost((error as? ByteSource.Failure)?.message ?? "\(error)")
        }
        if Task.isCancelled, summary.end == .complete { summary.end = .interrupted }
        return summary
    }

    private func flush(_ output: inout String, _ summary: inout BatchSummary) async {
        guard !output.isEmpty else { return }
        if await !writer.write(output) { summary.end = .outputLost }
        output = ""
    }

    private func result(_ step: BatchPlan.Step) -> (BatchResult, ExitStatus)? {
        switch step {
        case .skip: return nil
        case .invalid(let result): return (result, .invalid)
        case .begin(let job):
            let request = job.operation.request
            var line = ResultLine(outcome: "dryRun")
            line.request = ResultLine.request(request, url: url(request))
            return (job.result(line), .done)
        }
    }
}
