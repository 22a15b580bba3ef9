import Piopiy
import Synchronization

@testable import CallBoard

/// What happened, in order.
final class Log: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

/// A journal that refuses to write for whoever was cancelled, as a database would.
struct FakeJournal: CallJournal {
    var onRecord: @Sendable (JournalLine) async throws -> Void = { _ in }

    var onAdmit: @Sendable (TaggedPlacement, PlacementTerms) async throws -> Admission = { _, _ in .admitted(until: nil)
    }

    func admit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        beside line: JournalLine?,
        at now: Timestamp
    ) async throws -> Admission {
        let admission = try await onAdmit(placement, terms)
        if admission.isAdmitted { try await record([line, placement.intent(at: now)].compactMap(\.self)) }
        return admission
    }

    func readmit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        at now: Timestamp
    ) async throws -> Admission {
        let admission = try await onAdmit(placement, terms)
        if admission.isAdmitted { try await record([.readmitted(placement.ref, at: now)]) }
        return admission
    }

    func conclude(_ ref: CallRef, _ outcome: Outcome<Acceptance>, at now: Timestamp) async throws {
        try await record([.outcome(outcome, ref: ref, at: now)])
    }

    func knows(_ id: CallID, newest: Bool) async throws -> Bool { true }

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

extension CallBoard {
    /// The first snapshot of which `condition` holds.
    func wait(until condition: (BoardSnapshot) -> Bool) async -> BoardSnapshot? {
        for await snapshot in snapshots() where condition(snapshot) { return snapshot }
        return nil
    }
}
