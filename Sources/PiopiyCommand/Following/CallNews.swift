import CallBoard
import Piopiy

/// Gathers what is told of one call among everything that webhooks tell, and folds it on a board of its own.
///
/// Events can come before the placement's answer, and out of order: one that has only a call id may come before the one
/// that says whose id it is. So what is not known to be of this call is kept for a while, and looked at again.
actor CallNews {
    /// So many events that may yet turn out to be this call's are kept.
    static let limit = 2000

    private let board: CallBoard
    private let ref: CallRef?
    private var requestID: RequestID?
    private var callIDs: Set<CallID> = []
    private var strangers: [PlatformEvent] = []
    /// Whether the platform said in an event that the call ended: a poll can only say that it is not there.
    private(set) var heardEnd = false
    /// Whether any webhook has come that could be read, whosever call it was about.
    private(set) var hearsAnything = false
    /// How many webhooks have come that could not be read.
    private(set) var unreadable = 0

    init(board: CallBoard, ref: CallRef?) {
        self.board = board
        self.ref = ref
    }

    /// The placement was accepted: its ids are known now.
    func placed(_ acceptance: Acceptance, at: Timestamp) async {
        requestID = acceptance.requestID
        if let id = acceptance.callID { callIDs.insert(id) }
        // One event that has all ids, so that whatever comes under one of them joins the same row.
        await take(event(.other("accepted"), at: at))
        await lookAgain()
    }

    /// What another process of this host wrote into the journal.
    func read(_ line: JournalLine) async {
        switch line.kind {
        case .event, .unreadable: await hear(WebhookDecoder.decode(line.body, receivedAt: line.at))
        case .poll, .record:
            guard isOurs(line) else { return }
            if line.kind == .record { heardEnd = true }
            await board.follow([line])
        default: break
        }
    }

    private func isOurs(_ line: JournalLine) -> Bool {
        if let ref, line.ref == ref { return true }
        if let requestID, line.requestID == requestID { return true }
        if let id = line.callID, callIDs.contains(id) { return true }
        return false
    }

    func hear(_ payload: WebhookPayload) async {
        guard case .events(let events) = payload else {
            unreadable += 1
            return
        }
        hearsAnything = true
        for event in events {
            if isOurs(event) {
                await take(event)
                await lookAgain()
            } else {
                strangers.append(event)
                if strangers.count > Self.limit { strangers.removeFirst(strangers.count - Self.limit) }
            }
        }
    }

    /// What a poll found: it rings, or it was answered.
    func saw(_ status: PlatformEvent.Status, at: Timestamp) async { await take(event(status, at: at)) }

    /// A poll found that it is not there any more, which does not tell how it ended.
    func sawEnd(at: Timestamp) async { await board.receive(.events([event(.ended, at: at)])) }

    /// The id to ask for, once one is known.
    func callID() async -> CallID? { await call()?.callID ?? callIDs.min() }

    /// The id of the request that placed it, once the platform has answered.
    func placementID() -> RequestID? { requestID }

    func call() async -> Call? { Self.call(await board.snapshot) }

    /// The one call of the board; rows that have not been found to be one yet are told by the oldest.
    static func call(_ snapshot: BoardSnapshot) -> Call? {
        snapshot.order.first.flatMap { snapshot.call($0) }
    }

    private func event(_ status: PlatformEvent.Status, at: Timestamp) -> PlatformEvent {
        var event = PlatformEvent(kind: .live, status: status, callID: callIDs.min(), requestID: requestID, at: at)
        if let ref { event.variables[CallRef.variableName] = .string(ref.text) }
        return event
    }

    private func isOurs(_ event: PlatformEvent) -> Bool {
        if let ref, event.variables[CallRef.variableName]?.looseText == ref.text { return true }
        if let requestID, event.kind != .transfer, event.requestID == requestID { return true }
        if let id = event.callID, callIDs.contains(id) { return true }
        return false
    }

    private func take(_ event: PlatformEvent) async {
        if let id = event.callID, event.leg != .b { callIDs.insert(id) }
        if event.leg != .b, event.kind != .transfer {
            switch event.status {
            case .ended, .noAnswer, .busy, .failed, .rejected, .cancelled: heardEnd = true
            default: if event.kind == .cdr { heardEnd = true }
            }
        }
        await board.receive(.events([event]))
    }

    private func lookAgain() async {
        while let index = strangers.firstIndex(where: { isOurs($0) }) {
            await take(strangers.remove(at: index))
        }
    }
}
