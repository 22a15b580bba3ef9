import Campaigns
import Piopiy

@testable import CallBoard
@testable import Console

extension [BoardCommand] {
    /// The references of the calls that were asked to be placed, in order.
    var placedRefs: [CallRef] {
        compactMap { if case .place(let ref, _, _) = $0 { ref } else { nil } }
    }
}

extension BoardEffect {
    /// The hang-up that it sends, if it does.
    var hangUp: HangUp? { if case .hangUp(_, let request) = self { request } else { nil } }
}

extension ConsoleEffect {
    /// What it wants looked up or kept, if it does.
    var errand: ConsoleErrand? { if case .run(let errand) = self { errand } else { nil } }
}

extension ConsoleErrand {
    /// The page of past calls that it asks for.
    var history: HistoryAsk? { if case .history(let ask) = self { ask } else { nil } }

    /// The list that it wants read.
    var listRead: CampaignAsk? { if case .campaign(.read(let ask)) = self { ask } else { nil } }

    /// The list that it wants rung.
    var listToRing: CampaignList? { if case .campaign(let errand) = self { errand.listToRing } else { nil } }
}

extension CampaignErrand {
    /// The list that it wants rung.
    var listToRing: CampaignList? { if case .start(let list) = self { list } else { nil } }
}

extension ConsoleCommandLine {
    /// The words of a `call`.
    var call: CallWords? { if case .call(let words) = self { words } else { nil } }

    /// The words of a `transfer`.
    var transfer: TransferWords? { if case .transfer(let words) = self { words } else { nil } }
}
