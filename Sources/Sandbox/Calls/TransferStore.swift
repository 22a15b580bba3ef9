import DequeModule
import Piopiy

/// The transfers that are held, the oldest settled ones dropped when there are too many.
struct TransferStore: Sendable {
    private var transfers: [String: Transfer] = [:]
    /// By call, the one that has not settled.
    private var running: [String: String] = [:]
    /// Ids of settled transfers in the order in which they settled.
    private var settled: Deque<String> = []
    private(set) var count = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    subscript(id: String) -> Transfer? { transfers[id] }

    /// The transfer of a call that has not settled.
    func running(of callID: String) -> Transfer? { running[callID].flatMap { transfers[$0] } }

    var all: [Transfer] { transfers.values.sorted { $0.number < $1.number } }

    /// Takes a new transfer in, if there is room or room can be made.
    mutating func add(_ transfer: Transfer) -> Bool {
        while transfers.count >= limit {
            guard let oldest = settled.popFirst() else { return false }
            transfers[oldest] = nil
        }
        count += 1
        transfers[transfer.requestID] = transfer
        running[transfer.callID] = transfer.requestID
        return true
    }

    /// Changes a transfer in place; `change` says whether it did.
    mutating func change(_ id: String, _ change: (inout Transfer) -> Bool) -> Transfer? {
        guard var transfer = transfers[id], change(&transfer) else { return nil }
        transfers[id] = transfer
        if transfer.hasSettled {
            settled.append(id)
            if running[transfer.callID] == id { running[transfer.callID] = nil }
        }
        return transfer
    }
}
