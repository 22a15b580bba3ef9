import Piopiy

extension World {
    /// A transfer that is asked for, after the request was found valid.
    func transfer(_ callID: String, _ order: TransferOrder) -> Reply {
        guard let call = store[callID], call.isUp else { return Self.noSuchCall(callID) }
        if let running = transfers.running(of: call.callID) {
            return .json(
                status: 409,
                [
                    "error": "transfer_in_progress",
                    "message": "A transfer of this call is running. Wait until it has ended.",
                    "request_id": .string(running.requestID), "call_id": .string(call.callID),
                ]
            )
        }
        let transfer = Transfer(
            number: transfers.count + 1,
            callID: call.callID,
            order: order,
            seed: seed,
            at: now()
        )
        guard transfers.add(transfer) else { return Self.comeAgain(429, "too_many_transfers") }
        begin(transfer)
        switch order.ending {
        case .closesConnection: return .closed
        case .badGateway: return .html(status: 502, "<html><body><h1>502 Bad Gateway</h1></body></html>\n")
        default:
            return .json(
                status: 200,
                [
                    "message": "transfer_queued", "request_id": .string(transfer.requestID),
                    "call_id": .string(call.callID),
                ]
            )
        }
    }

    /// `GET /v3/transfers/{id}`.
    func transferStatus(_ id: String) -> Reply {
        guard let transfer = transfers[id] else { return Self.noSuchTransfer }
        if let settledAt = transfer.settledAt {
            let age = (now() - settledAt) / .seconds(1) * speed
            if age > Self.keepsTransfers / .seconds(1) { return Self.noSuchTransfer }
        }
        return .json(status: 200, transfer.json)
    }

    /// `GET /_sandbox/transfers`. Written outside the actor, as it takes a while when there are thousands.
    nonisolated var transferList: JSONValue {
        get async { .array(await transfers.all.map(\.json)) }
    }

    /// How long a transfer can be asked about after it has settled (source: PyPI piopiy-agent 1.2.1).
    static let keepsTransfers: Duration = .seconds(15 * 60)

    private static let noSuchTransfer = Reply.error(
        404,
        "transfer_not_found",
        "No transfer has this id: it ended more than 15 minutes ago, or never existed."
    )

    // MARK: A transfer's life

    /// From the request to the ringing.
    static let transferDelay: Duration = .milliseconds(300)

    nonisolated func live(_ transfer: Transfer) async {
        let order = transfer.order
        guard (try? await pause(Self.transferDelay)) != nil else { return }
        if order.hangsUp {
            await settle(transfer.requestID, reason: nil)
            return await hangUp(after: transfer)
        }
        guard order.target != nil else { return await settle(transfer.requestID, reason: nil) }
        await start(transfer.requestID)
        let rings: Duration =
            switch order.ending {
            case .noAnswer: .seconds(order.ringTimeout)
            case .some(let ending) where !ending.rings: .milliseconds(200)
            default: CallScript.ringing
            }
        guard (try? await pause(rings)) != nil else { return }
        await settle(transfer.requestID, reason: order.ending?.reason)
    }

    private func start(_ id: String) {
        guard let transfer = transfers.change(id, { $0.start() }), let call = store[transfer.callID], call.isUp else {
            return
        }
        let at = now()
        report(call.event(of: transfer, at: at), of: call, waits: false)
        if transfer.order.ending?.rings != false {
            for status in ["out_started", "out_ringing"] {
                report(call.legEvent(status, of: transfer, at: at), of: call, waits: false)
            }
        }
    }

    private func settle(_ id: String, reason: String?) {
        let at = now()
        guard let transfer = transfers.change(id, { $0.settle(reason, at: at) }), let call = store[transfer.callID],
            call.isUp
        else { return }
        if transfer.order.target != nil {
            let statuses =
                switch reason {
                case nil: ["out_answered", "out_bridged"]
                case "busy": ["busy"]
                case "no_answer", "rejected": ["out_missed"]
                default: ["failed"]
                }
            for status in statuses {
                report(call.legEvent(status, of: transfer, at: at), of: call, waits: false)
            }
        }
        report(call.event(of: transfer, at: at), of: call, waits: false)
        // In a blind transfer the agent has left: nobody is there to go on with.
        if reason != nil, !transfer.order.isWarm { hangUp(after: transfer) }
    }

    private func hangUp(after transfer: Transfer) {
        let at = now()
        guard let call = store.change(transfer.callID, { $0.take(.ended(.completed), at: at) }) else { return }
        conclude(call, at: at)
    }

    /// The caller has gone while somebody was rung.
    func abandonTransfer(of call: SandboxCall, at: Timestamp) {
        guard let running = transfers.running(of: call.callID),
            let transfer = transfers.change(running.requestID, { $0.settle("unreachable", at: at) })
        else { return }
        report(call.event(of: transfer, at: at), of: call, waits: false)
    }
}
