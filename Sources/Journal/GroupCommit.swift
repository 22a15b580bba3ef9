import CallBoard
import GRDB

/// Gathers what is to be written while a transaction runs, and writes all of it in the next: a burst of webhooks costs a
/// few transactions, not one each, and each is on disk before its sender is answered.
actor GroupCommit {
    /// Something to be written, and whoever waits for it.
    private struct Job {
        let lines: [JournalLine]
        let isWebhook: Bool
        let done: CheckedContinuation<[Bool], any Error>
    }

    /// The most jobs of one transaction, so that the first of them does not wait for ever.
    private static let most = 1024

    private let database: any DatabaseWriter
    private let write: @Sendable (Database, [JournalLine], _ isWebhook: Bool) throws -> [Bool]
    private var waiting: [Job] = []
    private var isRunning = false

    init(
        _ database: any DatabaseWriter,
        write: @escaping @Sendable (Database, [JournalLine], _ isWebhook: Bool) throws -> [Bool]
    ) {
        self.database = database
        self.write = write
    }

    /// Writes, and returns when it is on disk.
    /// - Returns: of each line whether it is new.
    func submit(_ lines: [JournalLine], isWebhook: Bool) async throws -> [Bool] {
        try await withCheckedThrowingContinuation { done in
            waiting.append(Job(lines: lines, isWebhook: isWebhook, done: done))
            guard !isRunning else { return }
            isRunning = true
            // A task of its own: whoever gives up waiting must not take the others' writing with it.
            Task { await drain() }
        }
    }

    private func drain() async {
        while !waiting.isEmpty {
            let jobs = Array(waiting.prefix(Self.most))
            waiting.removeFirst(jobs.count)
            await run(jobs)
        }
        isRunning = false
    }

    private func run(_ jobs: [Job]) async {
        do {
            let batch = jobs.map { ($0.lines, $0.isWebhook) }
            let results = try await database.write { [write] db in
                try batch.map { try write(db, $0.0, $0.1) }
            }
            for (job, result) in zip(jobs, results) { job.done.resume(returning: result) }
        } catch {
            guard jobs.count > 1, Self.canBeOnesFault(error) else {
                for job in jobs { job.done.resume(throwing: error) }
                return
            }
            // One of them may be the reason: each has a try of its own.
            for job in jobs { await run([job]) }
        }
    }

    /// Whether the others may fare better without the one that failed. On a full disk a small job may fit where all do not;
    /// a file that is held by others or cannot be written fails each of them, and each would wait as long as all did.
    private static func canBeOnesFault(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return true }
        return switch error.resultCode {
        case _ where error.isOfOthers: false
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN, .SQLITE_CORRUPT, .SQLITE_NOTADB: false
        default: true
        }
    }
}
