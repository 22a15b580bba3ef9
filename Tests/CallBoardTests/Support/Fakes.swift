import Piopiy
import Synchronization

@testable import CallBoard

/// What happened, in order.
final class Log: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

/// A door that a task waits at until it is opened, or the task cancelled.
struct Gate: Sendable {
    private let channel = AsyncStream.makeStream(of: Never.self)

    func open() { channel.continuation.finish() }
    func wait() async { for await _ in channel.stream {} }
}

struct FakePlatform: CallPlatform {
    var onPlace: @Sendable (AICall) async -> Outcome<Acceptance> = { _ in Story.accepted }
    var onHangUp: @Sendable (HangUp) async -> Outcome<ActionReceipt> = { _ in Story.hungUp }
    var onTransfer: @Sendable (CallTransferRequest) async -> Outcome<TransferReceipt> = { _ in
        .accepted(TransferReceipt(status: 200, requestID: RequestID("T1")))
    }

    func place(_ call: AICall) async -> Outcome<Acceptance> { await onPlace(call) }
    func hangUp(_ hangUp: HangUp) async -> Outcome<ActionReceipt> { await onHangUp(hangUp) }
    func transfer(_ transfer: CallTransferRequest) async -> Outcome<TransferReceipt> { await onTransfer(transfer) }
}

/// A journal that refuses to write for whoever was cancelled, as a database would.
struct FakeJournal: CallJournal {
    var onRecord: @Sendable (JournalLine) async throws -> Void = { _ in }

    func record(_ lines: [JournalLine]) async throws {
        try Task.checkCancellation()
        for line in lines { try await onRecord(line) }
    }
}

extension JournalLine {
    /// What kind of line, and how it ended where that is what it tells.
    var word: String {
        let outcome = (try? JSONValue(parsing: body))?["outcome"]?.string
        return switch kind {
        case .intent: "intent"
        case .outcome: "outcome \(outcome ?? "?")"
        case .hangUp: "hangUp"
        case .hangUpOutcome: "hangUpOutcome \(outcome ?? "?")"
        case .transfer: "transfer"
        case .transferOutcome: "transferOutcome \(outcome ?? "?")"
        default: kind.rawValue
        }
    }
}

/// A clock on which each ``tick()`` ends one sleep, whichever comes first.
struct TickClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration = .zero

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    private let ticks = AsyncStream.makeStream(of: Void.self)

    var now: Instant { Instant() }
    var minimumResolution: Duration { .zero }

    func tick() { ticks.continuation.yield() }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        for await _ in ticks.stream { return }
        throw CancellationError()
    }
}

/// Wall-clock time that stands still until it is moved.
final class ManualTime: Sendable {
    private let time = Mutex(Timestamp(milliseconds: 1_725_942_870_000))

    var now: Timestamp { time.withLock { $0 } }
    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}

extension CallBoard {
    /// The first snapshot of which `condition` holds.
    func wait(until condition: (BoardSnapshot) -> Bool) async -> BoardSnapshot? {
        for await snapshot in snapshots() where condition(snapshot) { return snapshot }
        return nil
    }
}
