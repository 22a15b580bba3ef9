import CallBoard
import GRDB

/// Gathers what is to be written while a transaction runs, and writes all of it in the next: a burst of webhooks or
/// placements costs a few transactions, not one each, and each is on disk before whoever waits for it is answered.
actor GroupCommit {
    /// Something to be written, and whoever waits for it.
    private struct Job: Sendable {
        /// Writes, and gives what tells whoever waits that it is on disk.
        let run: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    /// The most jobs of one transaction, so that the first of them does not wait for ever.
    private static let most = 1024

    private let database: any DatabaseWriter
    private let metrics = JournalMetrics()
    private var waiting: [Job] = []
    private var isRunning = false

    init(_ database: any DatabaseWriter) { self.database = database }

    /// Writes in a transaction that others may share, and returns when it is on disk.
    /// - Parameter write: does all of it or throws; it may be done again, alone, when others of the transaction fail.
    func submit<Value: Sendable>(_ write: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        let asked = ContinuousClock.now
        return try await withCheckedThrowingContinuation { (done: CheckedContinuation<Value, any Error>) in
            let job = Job(
                run: { [metrics] db in
                    let value = try write(db)
                    return {
                        metrics.committed(askedAt: asked)
                        done.resume(returning: value)
                    }
                },
                fail: { [metrics] error in
                    // A rule that refuses a write, such as that of busy numbers, is not a failure of the journal.
                    if error is DatabaseError { metrics.failed() }
                    done.resume(throwing: error)
                }
            )
            waiting.append(job)
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
            let answers = try await database.write { db in try jobs.map { try $0.run(db) } }
            for answer in answers { answer() }
        } catch {
            guard jobs.count > 1, Self.canBeOnesFault(error) else {
                for job in jobs { job.fail(error) }
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
