import Piopiy

/// The terms on which a placement asks to be admitted.
public struct PlacementTerms: Hashable, Sendable {
    /// A rule that somebody has decided to pass over, for this placement alone.
    public enum Override: Hashable, Sendable {
        /// The number may be busy (``NumberAvailability``).
        case busy
    }

    /// The campaign's row that is begun with it; `nil` for a placement of no campaign.
    public var claim: RowClaim?
    public var overrides: Set<Override>
    /// When it may begin, by the store's clock: not before the lower bound, not at the upper one or after.
    public var window: Range<Timestamp>?

    public init(claim: RowClaim? = nil, overrides: Set<Override> = [], window: Range<Timestamp>? = nil) {
        self.claim = claim
        self.overrides = overrides
        self.window = window
    }

    /// - Parameter allowsBusy: whether a busy number is dialed all the same.
    public init(allowsBusy: Bool) { self.init(overrides: allowsBusy ? [.busy] : []) }
}

/// A campaign's number in the journal, 1 or more.
public typealias CampaignID = Int64

/// A row of a campaign's list, which one try at a time may claim.
public struct RowClaim: Hashable, Sendable {
    public let campaign: CampaignID
    /// The row's number in its list.
    public let row: Int

    public init(campaign: CampaignID, row: Int) {
        self.campaign = campaign
        self.row = row
    }
}

/// Whether a placement may leave.
public enum Admission: Hashable, Sendable {
    /// Its intent is on disk. It must have left before its deadline, and before this moment where there is one.
    case admitted(until: Timestamp?)
    case busy(by: NumberAvailability.Conflict)
    /// Its window is closed; it opens at this moment, or not again.
    case outsideWindow(until: Timestamp?)
    /// The row was begun before, or is no row of the campaign's any more.
    case begunBefore
    /// The campaign is not running, or another process runs it.
    case notRunning

    public var isAdmitted: Bool {
        if case .admitted = self { true } else { false }
    }

    /// Why nothing was sent; `nil` for one that is admitted.
    public var reason: NotSent.Reason? {
        switch self {
        case .admitted: nil
        case .busy(let conflict): .notAdmitted(code: "number_busy", "The number \(conflict.words)")
        case .outsideWindow: .notAdmitted(code: "outside_window", "It is outside its calling window")
        case .begunBefore: .notAdmitted(code: "begun_before", "This row of the campaign was already started")
        case .notRunning: .notAdmitted(code: "not_running", "The campaign is not running here")
        }
    }
}
