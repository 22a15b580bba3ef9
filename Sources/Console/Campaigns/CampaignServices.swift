import CallBoard
import Campaigns
import Piopiy

/// What the console is asked to ring as a campaign.
public struct CampaignAsk: Hashable, Sendable {
    /// The list's path, as it was typed.
    public let file: String
    /// `nil` for the file's own.
    public let name: String?
    public let defaults: CampaignList.Defaults
    public let pace: Campaign.Pace
    /// How the list's columns are named, where the list does not say it rightly.
    public let layout: ListLayout
    /// Ring the rows that keep the rules, and leave out the others.
    public let skipsInvalid: Bool
    /// A number may stand in several rows.
    public let allowsRepeats: Bool

    public init(
        file: String,
        name: String? = nil,
        defaults: CampaignList.Defaults,
        pace: Campaign.Pace,
        layout: ListLayout = ListLayout(),
        skipsInvalid: Bool = false,
        allowsRepeats: Bool = false
    ) {
        self.file = file
        self.name = name
        self.defaults = defaults
        self.pace = pace
        self.layout = layout
        self.skipsInvalid = skipsInvalid
        self.allowsRepeats = allowsRepeats
    }
}

/// What is wanted done about campaigns outside of the console.
public enum CampaignErrand: Hashable, Sendable {
    /// Read a list; nothing is rung.
    case read(CampaignAsk)
    /// Keep it, and begin to ring it.
    case start(CampaignList)
    case order(CampaignOrder, Campaign.ID)
    case change(Campaign.Pace, Campaign.ID)
    /// Read what happened to a campaign.
    case events(Campaign.ID)

    /// Whether it rings somebody or changes what is rung.
    var acts: Bool {
        switch self {
        case .start, .order, .change: true
        case .read, .events: false
        }
    }
}

/// What the console is told of campaigns.
public enum CampaignNews: Sendable {
    /// All of them, the newest first, and which of them are rung from here.
    case all([Campaign], rungHere: Set<Campaign.ID> = [])
    /// They cannot be read; in words why.
    case unreadable(String)
    /// With the campaign that the list is of, where it has begun before, and how many of its numbers others have rung.
    case read(CampaignAsk, CampaignList.Reading, of: Campaign? = nil, rungBefore: RungBefore? = nil)
    case started(Campaign)
    /// An order was carried out, or the pace changed.
    case changed(Campaign)
    case events(Campaign.ID, [CampaignEvent])
}

/// Does what the console wants of campaigns.
public struct CampaignServices: Sendable {
    public var read: @Sendable (CampaignAsk) async throws -> CampaignList.Reading = { _ in throw Unavailable() }
    /// The campaign that a list is of; throws where its name, or its list, is another's.
    public var find: @Sendable (CampaignList) async throws -> Campaign? = { _ in nil }
    /// How many numbers of a list campaigns have rung before.
    public var rungBefore: @Sendable (CampaignList) async throws -> RungBefore? = { _ in nil }
    /// Throws when going on with a campaign would ring numbers that others have rung meanwhile.
    public var checkMeanwhile: @Sendable (Campaign.ID) async throws -> Void = { _ in }
    public var start: @Sendable (CampaignList) async throws -> Campaign = { _ in throw Unavailable() }
    public var order: @Sendable (CampaignOrder, Campaign.ID) async throws -> Campaign = { _, _ in throw Unavailable() }
    public var change: @Sendable (Campaign.Pace, Campaign.ID) async throws -> Campaign = { _, _ in throw Unavailable() }
    public var events: @Sendable (Campaign.ID) async throws -> [CampaignEvent] = { _ in [] }
    /// Waits until a campaign is rung from here no more; `nil` for one that is not.
    public var ending: @Sendable (Campaign.ID) async -> CampaignRunner.Ending? = { _ in nil }
    /// Tells of all campaigns, and again whenever one has changed, until it is no longer listened to.
    public var watch: @Sendable () -> AsyncStream<CampaignNews> = {
        AsyncStream { continuation in
            continuation.yield(.unreadable("\(Unavailable())"))
            continuation.finish()
        }
    }

    public init() {}

    private struct Unavailable: Error, CustomStringConvertible {
        let description = "without a journal there are no campaigns"
    }

    private func looked(_ ask: CampaignAsk) async throws -> CampaignNews {
        let reading = try await read(ask)
        // Of a list that will not be rung as it is nothing more has to be known.
        guard reading.problems.isEmpty || ask.skipsInvalid else { return .read(ask, reading) }
        let there = try await find(reading.list)
        return .read(ask, reading, of: there, rungBefore: there == nil ? try await rungBefore(reading.list) : nil)
    }

    private func carriedOut(_ order: CampaignOrder, _ id: Campaign.ID) async throws -> CampaignNews {
        if order == .resume { try await checkMeanwhile(id) }
        return .changed(try await self.order(order, id))
    }

    func run(_ errand: CampaignErrand) async throws -> CampaignNews {
        switch errand {
        case .read(let ask): try await looked(ask)
        case .start(let list): .started(try await start(list))
        case .order(let order, let id): try await carriedOut(order, id)
        case .change(let pace, let id): .changed(try await change(pace, id))
        case .events(let id): .events(id, try await events(id))
        }
    }
}
