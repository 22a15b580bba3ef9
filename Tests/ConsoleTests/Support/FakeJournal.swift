import Piopiy
import TestSupport

@testable import CallBoard
@testable import Console

/// Past calls that are asked for page by page, as a journal gives them.
struct FakeJournal {
    /// The newest first.
    let calls: [StoredCall]

    init(_ calls: [StoredCall]) {
        self.calls = calls.sorted { $0.call.seenAt > $1.call.seenAt }
    }

    func page(_ query: CallQuery) -> HistoryPage {
        let found = calls.filter { stored in
            let isBehind =
                query.before.map { before in
                    stored.position.map { ($0.at, $0.row) < (before.at, before.row) } ?? false
                } ?? true
            return isBehind && query.conditions.allSatisfy { Self.holds($0, stored.call) }
        }
        return HistoryPage(calls: Array(found.prefix(query.limit)))
    }

    private static func holds(_ condition: CallQuery.Condition, _ call: Call) -> Bool {
        let texts = [
            call.to, call.from, call.agentID, call.callID?.text, call.requestID?.text, call.ref?.text, call.variables,
            call.operator,
        ]
        let search = texts.compactMap(\.self).joined(separator: "\n").lowercased()
        return condition.states.contains(call.stage.word)
            || call.stage.ending.map { condition.ends.contains($0) } ?? false
            || call.agentID.map { condition.agentIDs.contains($0) } ?? false
            || condition.text.map { $0.isEmpty || search.contains($0) } ?? false
            || condition.digits.map { digits in
                [call.to, call.from].contains { $0.flatMap { NormalizedNumber($0) }?.digits.contains(digits) ?? false }
            } ?? false
    }
}

extension StoredCall {
    /// A call that was placed here and ended.
    static func past(
        _ number: Int,
        to: String? = nil,
        agent: String = Desk.agent,
        options: CallOptions? = nil,
        variables: Variables = [:],
        failover: String? = nil,
        end: CallFacts.EndClaim = .busy,
        talked: Double = 0
    ) throws -> StoredCall {
        var random = SplitMix64(seed: UInt64(number))
        let at = Timestamp(milliseconds: 1_699_900_000_000 + Int64(number) * 1000)
        let ref = CallRef(at: at, using: &random)
        var tagged = variables
        tagged[CallRef.variableName] = .text(ref.text)
        let request = try AICall(
            callerID: Desk.caller,
            toNumber: to ?? "91888888\(1000 + number)",
            agentID: agent,
            options: options,
            variables: tagged,
            appID: failover == nil ? nil : "app-1",
            failover: failover.map { try Failover(agentID: $0) }
        )
        var facts = CallFacts(intent: request, ref: ref, at: at)
        facts.ends = [end]
        facts.ended = Earliest(at)
        facts.ownIDs = [CallID(Desk.id(number)): Earliest(at)]
        facts.talkSeconds = Ranked(talked, from: .placement, at: at)
        let call = Call(key: CallKey(ref), facts: facts, request: request, seenAt: at)
        return StoredCall(
            account: "test",
            call: call,
            request: nil,
            position: CallPosition(at: at, row: Int64(number))
        )
    }
}
