import HashTreeCollections
import Piopiy
import TestSupport
import Testing

@testable import CallBoard

/// A board and the time, for tests that read as a story: something comes in, something is to be done, the board shows it.
struct Story {
    var state: BoardState
    var now = Timestamp(milliseconds: 1_725_942_870_000)
    private var random = SplitMix64(seed: 7)

    init(endedStay: Duration = .seconds(30), retiredLimit: Int = 20_000) {
        state = BoardState(endedStay: endedStay, retiredLimit: retiredLimit)
    }

    static let callID = CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f")
    static let requestID = FakePlatform.requestID

    static func call(to number: String = "918888888888") throws -> AICall {
        try AICall(
            callerID: "919999999999",
            toNumber: number,
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        )
    }

    /// A second goes by with every input.
    @discardableResult
    mutating func send(_ input: BoardInput) -> [BoardEffect] {
        now = now + .seconds(1)
        return state.apply(input, now: now)
    }

    @discardableResult
    mutating func send(_ event: PlatformEvent) -> [BoardEffect] { send(.webhook(.events([event]))) }

    mutating func wait(_ duration: Duration) {
        now = now + duration
        _ = state.apply(.tick, now: now)
    }

    mutating func newRef() -> CallRef { CallRef(at: now, using: &random) }

    /// Places a call up to where its request is under way.
    mutating func place(to number: String = "918888888888", allowRepeat: Bool = false) throws -> CallRef {
        let ref = newRef()
        let call = try Self.call(to: number)
        #expect(
            send(.command(.place(ref, call, allowRepeat: allowRepeat))) == [.record(ref, call, allowsBusy: allowRepeat)]
        )
        #expect(send(.recorded(ref, failure: nil)) == [.send(ref, call)])
        return ref
    }

    func event(
        _ status: PlatformEvent.Status,
        kind: PlatformEvent.Kind = .live,
        call: CallID? = callID,
        request: RequestID? = nil,
        ref: CallRef? = nil,
        leg: PlatformEvent.Leg? = nil
    ) -> PlatformEvent {
        PlatformEvent(
            kind: kind,
            status: status,
            callID: call,
            requestID: request,
            leg: leg,
            at: now,
            variables: ref.map { [CallRef.variableName: .string($0.text)] } ?? [:]
        )
    }

    func call(_ ref: CallRef) -> Call? { state.snapshot.call(CallKey(ref)) }
    func stage(_ ref: CallRef) -> Call.Stage? { call(ref)?.stage }
    var rows: [Call] { state.snapshot.order.compactMap { state.snapshot.call($0) } }
    var lastMessage: BoardMessage? { state.snapshot.messages.last }

    static let accepted = FakePlatform.accepted
    static let doubt = Outcome<Acceptance>.unknown(Doubt(.timedOut(.seconds(10))))
    static let hungUp = FakePlatform.hungUp
}

extension [BoardEffect] {
    /// Without what is only written.
    var requests: [BoardEffect] {
        filter {
            switch $0 {
            case .keepHangUp, .write: false
            case .record, .send, .hangUp, .transfer: true
            }
        }
    }
}

/// What must hold of every board at every moment.
func expectSound(_ state: BoardState, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
    let snapshot = state.snapshot
    var counts = BoardSnapshot.Counts()
    for key in snapshot.order {
        switch snapshot.calls[key]?.stage {
        case .placing: counts.placing += 1
        case .queued: counts.queued += 1
        case .ringing: counts.ringing += 1
        case .talking: counts.talking += 1
        case .unknown: counts.unknown += 1
        case .ended: counts.ended += 1
        case nil: Issue.record("a row without a call", sourceLocation: sourceLocation)
        }
    }
    #expect(snapshot.counts == counts, comment, sourceLocation: sourceLocation)
    #expect(Set(snapshot.order).count == snapshot.order.count, comment, sourceLocation: sourceLocation)
    for (key, call) in snapshot.calls {
        #expect(call.key == key, comment, sourceLocation: sourceLocation)
        #expect(snapshot.order.contains(key) != call.isRetired, comment, sourceLocation: sourceLocation)
        #expect(call.isEnded || !call.isRetired, comment, sourceLocation: sourceLocation)
    }
    // The index has what a look at every call finds.
    var byNumber: [NumberTail: Set<CallKey>] = [:]
    for call in snapshot.calls.values {
        for tail in call.numberTails { byNumber[tail, default: []].insert(call.key) }
    }
    let index = Dictionary(uniqueKeysWithValues: snapshot.keysByNumber.map { ($0.key, Set($0.value)) })
    #expect(index == byNumber, comment, sourceLocation: sourceLocation)
    for key in Set(snapshot.calls.values.flatMap(\.toldNumbers).compactMap { NormalizedNumber($0) }) {
        let scanned = NumberAvailability(of: key, in: snapshot.calls.values, at: state.steady)
        #expect(
            snapshot.availability(of: key, at: state.steady) == scanned,
            comment,
            sourceLocation: sourceLocation
        )
    }
}
