import CallBoard
import Piopiy

/// What the plain console has told of a call, so that it tells what is new and nothing twice.
struct CallStory: Hashable, Sendable {
    private let stage: String
    private let hangUp: String?
    private let transfer: String?
    private let transfers: [RequestID: String]
    private let secondLeg: String?

    init(_ call: Call) {
        stage = Self.stage(call)
        hangUp = call.isEnded ? nil : Self.hangUp(call)
        transfer = call.isEnded ? nil : Self.sending(call)
        transfers = Dictionary(uniqueKeysWithValues: call.transfers.map { ($0.requestID, Words.transfer($0)) })
        secondLeg = Self.secondLeg(call)
    }

    /// What is new since an earlier story; all of it when there is none.
    func news(since before: CallStory?) -> [String] {
        var news: [String] = []
        if stage != before?.stage { news.append(stage) }
        if let hangUp, hangUp != before?.hangUp { news.append(hangUp) }
        if let transfer, transfer != before?.transfer { news.append(transfer) }
        for (id, words) in transfers.sorted(by: { $0.key < $1.key }) where words != before?.transfers[id] {
            news.append("transfer \(words)")
        }
        if let secondLeg, secondLeg != before?.secondLeg { news.append(secondLeg) }
        return news
    }

    // MARK: Words

    private static func stage(_ call: Call) -> String {
        switch call.stage {
        case .ended: "ended, " + (Words.ending(call) ?? "no record says how")
        case .unknown: "unknown: it may have been placed; it is not repeated"
        default: Words.stage(call)
        }
    }

    static func hangUp(_ call: Call) -> String? {
        switch call.hangUp {
        case .none where call.hangUpWaitsElsewhere: "hang-up waiting for the call id, in another console"
        case .none where call.isHangUpInterrupted: "hang-up not sent: its console ended"
        case .none: nil
        case .waiting: "hang-up waiting for the call id"
        case .sending: "hanging up"
        case .accepted: "hang-up accepted"
        case .failed: "not hung up"
        }
    }

    static func sending(_ call: Call) -> String? {
        switch call.transferState {
        case .none: nil
        case .sending: "sending the transfer"
        case .failed: "transfer not sent or in doubt"
        }
    }

    static func secondLeg(_ call: Call) -> String? {
        switch call.secondLeg {
        case .ringing: "second leg ringing"
        case .joined: "second leg joined"
        case .failed, .left, nil: nil
        }
    }
}
