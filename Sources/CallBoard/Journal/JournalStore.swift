import Piopiy

/// Where what is done is written, so that it survives a crash, and where it is decided who may be dialed.
///
/// The ``Dialer`` asks ``admit(_:_:beside:at:)`` before a placement leaves. If that throws, nothing is sent: a call
/// that nobody would remember is not placed.
public protocol CallJournal: Sendable {
    /// **The only way to write an intent, and so to dial.** Asks whether the placement may leave, and writes its intent
    /// if so, in one transaction: of several processes one is first.
    /// - Parameters:
    ///   - line: written with the intent, both or neither.
    ///   - now: when it is asked, by the wall clock of whoever asks.
    func admit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        beside line: JournalLine?,
        at now: Timestamp
    ) async throws -> Admission

    /// Asks again for a placement that was admitted and that the platform certainly did not act on, under the same
    /// reference, and sets its deadline anew.
    func readmit(_ placement: TaggedPlacement, _ terms: PlacementTerms, at now: Timestamp) async throws -> Admission

    /// Writes what came of an admitted placement. A campaign's row that is as if it had not been begun can be begun
    /// again.
    func conclude(_ ref: CallRef, _ outcome: Outcome<Acceptance>, at now: Timestamp) async throws

    /// Makes lines durable, all of them or none.
    /// - Throws: for an intent, which only ``admit(_:_:beside:at:)`` writes.
    func record(_ lines: [JournalLine]) async throws

    /// Whether a call with this id was heard of in this account.
    /// - Parameter newest: whether lines that are not added up yet are added up first.
    func knows(_ id: CallID, newest: Bool) async throws -> Bool
}

/// A journal that keeps nothing: a console on it forgets its calls when it ends.
public struct NoJournal: CallJournal {
    public init() {}

    public func admit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        beside line: JournalLine?,
        at now: Timestamp
    ) async throws -> Admission { .admitted(until: nil) }

    public func readmit(
        _ placement: TaggedPlacement,
        _ terms: PlacementTerms,
        at now: Timestamp
    ) async throws -> Admission { .admitted(until: nil) }

    public func conclude(_ ref: CallRef, _ outcome: Outcome<Acceptance>, at now: Timestamp) async throws {}
    public func record(_ lines: [JournalLine]) async throws {}
    public func knows(_ id: CallID, newest: Bool) async throws -> Bool { true }
}

/// A journal that several processes share: what a second store, for a team say, would have to do.
///
/// A process tells its own lines from others' by ``origin``; positions count up, and a line that is there to be read
/// has no line of a lower position come after it.
public protocol JournalStore: CallJournal {
    /// Which process, or which part of one, this is.
    var origin: JournalOrigin { get }

    /// Makes webhooks durable, and says of each whether it is new: one that came before, byte for byte, is only
    /// counted.
    func take(_ webhooks: [JournalLine]) async throws -> [Bool]

    /// The position of the newest line, of any origin; 0 in an empty journal.
    func position() async throws -> Int64
    /// Lines after a position, the oldest first.
    func lines(after position: Int64, limit: Int) async throws -> [RecordedLine]

    /// Writes an unknown outcome for every intent that is without one and whose process is no more.
    /// - Returns: how many there were.
    @discardableResult
    func settleOrphans(at: Timestamp) async throws -> Int

    /// Takes over waiting hang-ups whose process has ended. Of several processes that ask, one gets each.
    /// One that was asked for long ago (``HangUpWait``) is no longer anybody's to send.
    func adoptHangUps(at: Timestamp) async throws -> [AdoptedHangUp]

    /// Brings the calls up to date with the lines.
    func addUp() async throws
    /// Calls, as the lines up to the last ``addUp()`` have them, the newest first.
    func calls(_ query: CallQuery) async throws -> [StoredCall]
    /// What calls that were placed here were placed with.
    /// - Parameters:
    ///   - account: of this account alone; `nil` for all.
    ///   - calls: how many of the newest calls are looked at.
    func usedValues(account: String?, calls: Int) async throws -> UsedValues

    /// A form that was left half filled in, or saved under a name.
    func text(_ slot: JournalSlot) async throws -> String?
    func keep(_ text: String?, in slot: JournalSlot) async throws
    /// The names of what is saved, sorted.
    func names(of kind: JournalSlot.Kind) async throws -> [String]
}

/// Who writes a line.
public struct JournalOrigin: Hashable, Sendable {
    /// Random; one for each opened journal.
    public let id: Int64
    /// The platform and the account at it. A board shows the lines of its own alone.
    public let account: String
    /// Such as `anna@host pts/3`: for the audit.
    public let `operator`: String

    public init(id: Int64, account: String, operator: String) {
        self.id = id
        self.account = account
        self.operator = `operator`
    }
}

/// A line as it was read back.
public struct RecordedLine: Hashable, Sendable {
    /// Counts up.
    public let position: Int64
    public let line: JournalLine
    public let origin: JournalOrigin

    public init(position: Int64, line: JournalLine, origin: JournalOrigin) {
        self.position = position
        self.line = line
        self.origin = origin
    }
}

/// What is kept beside the calls.
public struct JournalSlot: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case draft, preset
    }

    public let kind: Kind
    public let name: String

    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

/// Which calls are asked for. What is `nil` or empty does not narrow.
public struct CallQuery: Hashable, Sendable {
    /// Calls of this account alone.
    public var account: String?
    /// Calls that took place in this time (``Call/startedAt``), ends included.
    public var from: Timestamp?
    public var to: Timestamp?
    /// The called number in any form, or its beginning with a `*` at the end.
    public var toNumber: String?
    /// The caller's number in any form, or its beginning with a `*` at the end.
    public var callerID: String?
    public var agentID: String?
    public var callID: String?
    /// `placing`, `queued`, `ringing`, `talking`, `ended`, `unknown`.
    public var states: Set<String>
    /// `completed`, `noAnswer`, `busy`, `failed`, `rejected`, `cancelled`.
    public var ends: Set<String>
    /// Any part of a number, an id, a variable or the operator. One of fewer than three characters is looked for among
    /// the newest ``reachOfShortText`` calls alone.
    public var text: String?
    /// Calls that have not ended, and those that ended after this.
    public var openOrEndedSince: Timestamp?
    /// All of them must hold.
    public var conditions: [Condition]
    /// Calls that come after this one in the order of the answer, so that a long list is read page by page.
    public var before: CallPosition?
    public var limit: Int
    /// Calls come without what was sent to place them, which takes as long to read as all else.
    public var leavesOutRequests = false
    /// In which country numbers are told that have no country code, here and in the journal.
    public var plan = NumberPlan.international

    /// How many of the newest calls are looked through, for one answer, for a text of one or two characters.
    public static let reachOfShortText = 100_000

    public init(limit: Int = 1000) {
        states = []
        ends = []
        conditions = []
        self.limit = limit
    }

    /// Holds for a call when at least one of these does.
    public struct Condition: Hashable, Sendable {
        /// Any part of a number, an id, a variable or the operator.
        public var text: String?
        /// Digits that stand in the called number or the caller's, in whatever form those were told.
        public var digits: String?
        /// As ``CallQuery/states``.
        public var states: Set<String>
        /// As ``CallQuery/ends``.
        public var ends: Set<String>
        /// Any of these agents, in either letter case.
        public var agentIDs: Set<String>

        public init(
            text: String? = nil,
            digits: String? = nil,
            states: Set<String> = [],
            ends: Set<String> = [],
            agentIDs: Set<String> = []
        ) {
            self.text = text
            self.digits = digits
            self.states = states
            self.ends = ends
            self.agentIDs = agentIDs
        }
    }
}

/// A call's place in the order of a journal: the newest first.
public struct CallPosition: Hashable, Sendable {
    /// When the call took place: ``Call/startedAt``.
    public let at: Timestamp
    /// Among those of the same moment.
    public let row: Int64

    public init(at: Timestamp, row: Int64) {
        self.at = at
        self.row = row
    }
}

/// What calls were placed with: each value once, the newest first.
public struct UsedValues: Hashable, Sendable {
    public var callers: [String]
    public var destinations: [String]
    /// Agents' ids.
    public var agents: [String]

    public init(callers: [String] = [], destinations: [String] = [], agents: [String] = []) {
        self.callers = callers
        self.destinations = destinations
        self.agents = agents
    }
}
