import CallBoard
import Campaigns
import Piopiy

/// The screen of campaigns: what is known of them, and where the selection is.
struct CampaignScreen: Sendable {
    enum State: Hashable, Sendable {
        case loading
        case loaded
        /// In words why.
        case failed(String)
    }

    var state = State.loading
    /// The newest first.
    var all: [Campaign] = []
    /// Those that end with the console.
    var rungHere: Set<Campaign.ID> = []
    var cursor = ListCursor<Campaign.ID>()
    /// What happened to the one whose details are shown.
    var events: [Campaign.ID: [CampaignEvent]] = [:]
    /// The list that is being read to be rung. Any key takes the wish back.
    var wanted: CampaignAsk?
    /// The list that is asked about.
    var pending: CampaignList.Reading?
    /// What is to be seen of it. It is put together once: the list may be long.
    var planLines: [PagerLine] = []
    /// Numbers of it that campaigns have rung before.
    var rungBefore = 0
    /// A list of which nothing is rung, as rows of it break rules.
    var refused: (ask: CampaignAsk, reading: CampaignList.Reading)?
    /// The name of the one that is to be selected when it comes.
    var begun: String?

    var ids: [Campaign.ID] { all.map(\.id) }
    var selected: Campaign? { cursor.selection.flatMap { self[$0] } }
    subscript(_ id: Campaign.ID) -> Campaign? { all.first { $0.id == id } }
}

extension Campaign {
    /// Its state as it is shown.
    var word: String { isInterrupted ? "interrupted" : state.rawValue }

    /// How it stands, in a sentence.
    var standing: String {
        let by = changedBy
        switch state {
        case .running:
            guard let runner else { return "Interrupted: the process that ran it has ended." }
            return "Run by \(runner), \(pace.words)."
        case .paused: return Self.sentence("Paused by \(by)\(why.map { ": \($0)" } ?? "")")
        case .stopped: return Self.sentence("Stopped by \(by)\(why.map { ": \($0)" } ?? "")")
        case .done: return "All numbers were dialed."
        }
    }

    private static func sentence(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }
}

extension CampaignOrder {
    /// What it does, for people.
    var words: String {
        switch self {
        case .pause: Action.pauseCampaign.explanation
        case .resume: Action.resumeCampaign.explanation
        case .stop: Action.stopCampaign.explanation
        }
    }
}

extension Campaign.Pace {
    /// As short as a question needs it.
    var short: String { "\(perMinute)/min, \(atOnce) at once" }
}
