import CallBoard
import Piopiy

/// Calls to the numbers of a list, rung at a pace, so many at once.
///
/// A campaign is in the journal, its list too: any process on it can look at it, hold it up or end it, and one of them
/// at a time rings. No row of the list is ever begun twice (``CampaignStore/begin(_:ref:intent:)``).
public struct Campaign: Hashable, Sendable, Identifiable {
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// It is to be rung. Whether somebody does says ``Campaign/runner``.
        case running
        case paused
        /// Ended before all of it was rung, for good.
        case stopped
        /// All of it was rung.
        case done

        /// Whether anything can still be rung.
        public var isOpen: Bool { self == .running || self == .paused }
    }

    public let id: Int64
    /// Unique in an account; what the calls' variable ``variableName`` says.
    public let name: String
    /// The file that it was read from, as it was given.
    public let source: String
    /// Who made it, as the journal knows people.
    public let `operator`: String
    public let createdAt: Timestamp
    public internal(set) var state: State
    /// Why it is in that state, in words, where somebody or something said so.
    public internal(set) var why: String?
    /// Who brought it into that state, and when.
    public internal(set) var changedBy: String
    public internal(set) var changedAt: Timestamp
    public internal(set) var pace: Pace
    public internal(set) var counts: Counts
    /// Who rings it, a process that is alive; `nil` when nobody does.
    public internal(set) var runner: String?
    /// The journal's origin of that process.
    public internal(set) var runnerID: Int64?

    /// The variable by which a call says which campaign it is of.
    public static let variableName = "campaign"
    /// The most characters of a name.
    public static let longestName = 64

    public init(
        id: Int64,
        name: String,
        source: String,
        operator: String,
        createdAt: Timestamp,
        state: State,
        why: String? = nil,
        changedBy: String,
        changedAt: Timestamp,
        pace: Pace,
        counts: Counts,
        runner: String? = nil
    ) {
        self.id = id
        self.name = name
        self.source = source
        self.operator = `operator`
        self.createdAt = createdAt
        self.state = state
        self.why = why
        self.changedBy = changedBy
        self.changedAt = changedAt
        self.pace = pace
        self.counts = counts
        self.runner = runner
    }

    /// Says who rings it: for a store, which knows who is alive.
    public mutating func tell(runner: String?, id: Int64? = nil) {
        self.runner = runner
        runnerID = id
    }

    /// Says that all of it was rung: for a store, when nobody is left to say so.
    public mutating func tellDone() {
        if state.isOpen { state = .done }
    }

    /// Whether it is to be rung and nobody does: whoever did is no more.
    public var isInterrupted: Bool { state == .running && runner == nil }

    /// What is wrong with a name, and what would be right; `nil` when nothing is.
    public static func problem(withName name: String) -> String? {
        if name.isEmpty { return "is empty; it must have 1 to \(longestName) characters" }
        let count = name.unicodeScalars.count
        if count > longestName { return "has \(count) characters; it must have 1 to \(longestName)" }
        if name.first?.isWhitespace == true || name.last?.isWhitespace == true {
            return "begins or ends with a space; remove it"
        }
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
            default: true
            }
        }
        return isPlain ? nil : "has a character that cannot be shown; remove it"
    }
}

extension Campaign {
    /// How fast it rings.
    public struct Pace: Hashable, Sendable {
        /// Calls that are begun in a minute, 1 to 600.
        public let perMinute: Int
        /// Calls that are up at once, 1 to 500.
        public let atOnce: Int

        public static let perMinuteRange = 1...600
        public static let atOnceRange = 1...500
        public static let standard = Pace(perMinute: 30, atOnce: 5)

        /// - Returns: a pace within its ranges.
        private init(perMinute: Int, atOnce: Int) {
            self.perMinute = perMinute
            self.atOnce = atOnce
        }

        /// - Parameters:
        ///   - perMinute: calls that are begun in a minute; `nil` for the usual 30.
        ///   - atOnce: calls that are up at once; `nil` for the usual 5.
        /// - Throws: ``Piopiy/ValidationError`` when one is out of its range.
        public init(checking perMinute: Int?, atOnce: Int?) throws(ValidationError) {
            self.init(
                perMinute: perMinute ?? Self.standard.perMinute,
                atOnce: atOnce ?? Self.standard.atOnce
            )
            try Self.check(self.perMinute, in: Self.perMinuteRange, "rate")
            try Self.check(self.atOnce, in: Self.atOnceRange, "at_once")
        }

        private static func check(_ value: Int, in range: ClosedRange<Int>, _ field: String) throws(ValidationError) {
            guard !range.contains(value) else { return }
            throw ValidationError(
                field: field,
                "is \(value); it must be \(range.lowerBound) to \(range.upperBound)"
            )
        }

        /// In words: 30 a minute, 5 at once.
        public var words: String { "\(perMinute) per minute, \(atOnce) at once" }
    }

    /// How many rows of the list are in which state.
    public struct Counts: Hashable, Sendable {
        /// Not yet rung.
        public var left = 0
        /// The request is on its way, or its answer is not yet added up.
        public var placing = 0
        public var queued = 0
        public var ringing = 0
        public var talking = 0
        /// They may have been rung.
        public var unknown = 0
        /// Ended, by how: `completed`, `noAnswer`, `busy`, `failed`, `rejected`, `cancelled`, and `gone` for those of
        /// whose end nobody has told how.
        public var ends: [String: Int] = [:]

        public init() {}

        public var total: Int { left + rung }
        /// Begun, whatever came of it.
        public var rung: Int { placing + queued + ringing + talking + unknown + ended }
        public var ended: Int { ends.values.reduce(0, +) }
        public var up: Int { placing + queued + ringing + talking }
        /// Answered by somebody.
        public var answered: Int { talking + (ends["completed"] ?? 0) }
        /// Ended without having been answered.
        public var failed: Int { ended - (ends["completed"] ?? 0) - gone }
        /// Ended, and nobody knows how.
        public var gone: Int { ends["gone"] ?? 0 }
        /// The part of the list that was rung, 0 to 1; 1 for an empty one.
        public var progress: Double { total == 0 ? 1 : Double(rung) / Double(total) }
    }
}

/// What is asked of a campaign.
public enum CampaignOrder: String, Hashable, Sendable, CaseIterable {
    /// Begin no more calls for now. Those that are up go on.
    case pause
    case resume
    /// Begin no more calls, for good. Those that are up go on.
    case stop
}

/// Something that happened to a campaign.
public struct CampaignEvent: Hashable, Sendable {
    public let at: Timestamp
    public let `operator`: String
    /// In words.
    public let text: String

    public init(at: Timestamp, operator: String, text: String) {
        self.at = at
        self.operator = `operator`
        self.text = text
    }
}

/// One call of a campaign's list.
public struct CampaignRow: Hashable, Sendable {
    /// Its place in the list, from 1.
    public let number: Int
    /// The line of the file that it began in.
    public let line: Int
    public let call: AICall

    public init(number: Int, line: Int, call: AICall) {
        self.number = number
        self.line = line
        self.call = call
    }
}

/// A row of a campaign, with the state of its call.
public struct CampaignResult: Hashable, Sendable {
    public let number: Int
    public let line: Int
    public let to: String
    /// `nil` for a row that was not begun.
    public let ref: CallRef?
    public let begunAt: Timestamp?
    /// The call's stage; `nil` while nothing is added up.
    public let state: String?
    public let end: String?
    public let callID: String?

    public init(
        number: Int,
        line: Int,
        to: String,
        ref: CallRef?,
        begunAt: Timestamp?,
        state: String?,
        end: String?,
        callID: String?
    ) {
        self.number = number
        self.line = line
        self.to = to
        self.ref = ref
        self.begunAt = begunAt
        self.state = state
        self.end = end
        self.callID = callID
    }
}

extension Campaign {
    /// What has happened since it was as before, for whoever watches it; `nil` for what only counts on.
    /// - Parameter old: `nil` for one that was not there.
    public func news(since old: Campaign?) -> (level: BoardMessage.Level, text: String)? {
        guard let old else {
            return (.info, "campaign \(name): \(counts.total) numbers, by \(self.operator)")
        }
        if isInterrupted, !old.isInterrupted {
            return (.error, "campaign \(name) is interrupted: the process that ran it has ended")
        }
        guard state != old.state else { return nil }
        switch state {
        case .running: return (.info, "campaign \(name) is running again")
        case .paused:
            // Held up by somebody on purpose it needs no more words; by itself it wants looking at.
            guard let why else { return (.info, "campaign \(name) was paused by \(changedBy)") }
            return (.warning, "campaign \(name) is paused: \(why)")
        case .stopped: return (.info, "campaign \(name) was stopped by \(changedBy)")
        case .done:
            var parts = ["\(counts.answered) answered", "\(counts.failed) not answered"]
            if counts.unknown > 0 { parts.append("\(counts.unknown) in doubt") }
            return (.info, "campaign \(name) is done: \(counts.rung) dialed, \(parts.joined(separator: ", "))")
        }
    }
}
