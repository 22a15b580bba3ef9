import CallBoard
import Piopiy

/// Where campaigns are kept, with their lists: beside the journal's lines, so that what was begun of a list and what was
/// sent are one truth.
///
/// All of it is of the account of the journal.
public protocol CampaignStore: CallJournal {
    /// Keeps a new campaign. It is paused until somebody rings it.
    /// - Throws: ``CampaignError/nameTaken(_:isSameList:)``, ``CampaignError/beingMade(_:)``.
    func create(_ list: CampaignList, at: Timestamp) async throws -> Campaign

    /// The campaigns, the newest first. What became of their calls is as of the last time that the journal was added up.
    func campaigns() async throws -> [Campaign]
    func campaign(_ id: Campaign.ID) async throws -> Campaign?
    /// What whoever rings it has to know, again and again; `nil` when it is there no more.
    func standing(_ id: Campaign.ID) async throws -> CampaignStanding?
    /// What happened to it, the oldest first.
    func events(of id: Campaign.ID) async throws -> [CampaignEvent]
    /// What became of its rows, in the order of the list.
    func results(of id: Campaign.ID, after number: Int, limit: Int) async throws -> [CampaignResult]

    /// Holds it up, lets it go on or ends it.
    /// - Parameter why: in words, where there is more to say than who.
    /// - Returns: the campaign as it is now.
    /// - Throws: ``CampaignError/ended(_:_:)`` when nothing can be rung any more.
    @discardableResult
    func order(_ order: CampaignOrder, _ id: Campaign.ID, why: String?, at: Timestamp) async throws -> Campaign
    /// Rings it faster or slower from now on.
    @discardableResult
    func change(_ pace: Campaign.Pace, of id: Campaign.ID, at: Timestamp) async throws -> Campaign

    /// Says that this process rings it from now on.
    /// - Parameter resuming: whether it goes on, if it is paused. Where another process has it in hand, that one does.
    /// - Throws: ``CampaignError/rungBy(_:_:)`` while another process rings it, unless it is only to go on.
    @discardableResult
    func takeOn(_ id: Campaign.ID, resuming: Bool, at: Timestamp) async throws -> Campaign
    /// Pauses it by itself, and says that this process rings it no more: whoever resumes it then takes it on.
    /// - Parameter why: in words. It is kept also where somebody has paused it before.
    func halt(_ id: Campaign.ID, why: String, at: Timestamp) async throws
    /// Says that it rings it no more. A campaign that is running is paused then.
    /// - Parameter why: in words.
    func letGo(_ id: Campaign.ID, why: String, at: Timestamp) async throws
    /// Says that all of it was rung, if it was.
    /// - Returns: whether it was.
    func finish(_ id: Campaign.ID, at: Timestamp) async throws -> Bool

    /// Rows that were not begun, in the order of the list.
    func waiting(_ id: Campaign.ID, limit: Int) async throws -> [CampaignRow]
    /// Calls of rows that were begun and have not ended, with the times when they were.
    func openCalls(of id: Campaign.ID) async throws -> [(ref: CallRef, begunAt: Timestamp)]
}

/// How a campaign stands for whoever rings it.
public struct CampaignStanding: Hashable, Sendable {
    public let name: String
    public let state: Campaign.State
    /// Whether this process rings it.
    public let isOurs: Bool
    public let pace: Campaign.Pace
    /// Whether there are rows that were not begun.
    public let hasRowsLeft: Bool

    public init(name: String, state: Campaign.State, isOurs: Bool, pace: Campaign.Pace, hasRowsLeft: Bool) {
        self.name = name
        self.state = state
        self.isOurs = isOurs
        self.pace = pace
        self.hasRowsLeft = hasRowsLeft
    }
}

/// Why something cannot be done with a campaign.
public enum CampaignError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is a campaign of that name, with the same list or another one.
    case nameTaken(String, isSameList: Bool)
    /// Another process is writing its list just now.
    case beingMade(String)
    case unknown(Campaign.ID)
    /// A row of its list is no call.
    case badRow(String, Int)
    /// Numbers of it were rung by other campaigns: its name, how many, of how many, and by which.
    case rungByOthers(String, Int, Int, [String])
    /// It was rung with another token: with its name, how many were, and of how many.
    case ofOtherToken(String, Int, Int)
    /// Nothing of it can be rung any more.
    case ended(String, Campaign.State)
    /// Another process rings it.
    case rungBy(String, String)

    public var description: String {
        switch self {
        case .nameTaken(let name, let isSameList):
            isSameList
                ? "there is already a campaign \(name) with the same list"
                : "there is already a campaign \(name) with another list; choose another name"
        case .beingMade(let name): "another process is creating campaign \(name); try again in a moment"
        case .unknown: "the campaign no longer exists"
        case .badRow(let name, let row): "row \(row) of campaign \(name) is not a call; the journal is damaged"
        case .rungByOthers(let name, let count, let total, let others):
            "\(count) of \(total) numbers of \(name) were dialed by campaign "
                + "\(others.prefix(3).joined(separator: ", "))"
                + "\(others.count > 3 ? ", …" : "")"
        case .ofOtherToken(let name, let rung, let total):
            "campaign \(name) was run with another token: \(rung) of \(total) dialed. piopiy campaign resume "
                + "'\(name)' --take-over continues it with the token in use"
        case .ended(let name, let state):
            state == .done
                ? "campaign \(name) is done: all numbers were dialed"
                : "campaign \(name) was stopped for good"
        case .rungBy(let name, let runner): "campaign \(name) is run by \(runner)"
        }
    }
}
