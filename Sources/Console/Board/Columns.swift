import CallBoard
import Campaigns
import Piopiy
import Terminal

/// Which columns the board has for a width, and where each stands.
///
/// Left to itself the board shows what fits: state, number and time from 40 columns on, flags from 54, the caller from 71, the
/// agent from 80, and from 120 on operator, campaign and rate. An operator who chose columns gets those, in that order, as
/// far as there is room.
struct Columns: Hashable, Sendable {
    struct Place: Hashable, Sendable {
        let column: BoardColumn
        let x: Int
        let width: Int
    }

    let places: [Place]

    /// Left of the first column: the selection's sign and the mark.
    static let margin = 3

    private struct Wish {
        let column: BoardColumn
        /// The fewest columns that it is of use in.
        let least: Int
        /// Columns beyond which it gains nothing.
        let most: Int
        /// Who gives way first: the highest.
        let rank: Int
    }

    init(width: Int, chosen: [BoardColumn] = []) {
        let standard = width < 120 ? Self.standard.filter { !Self.wideOnly.contains($0.column) } : Self.standard
        let wishes = chosen.isEmpty ? standard : chosen.map { Self.wish($0, rank: 0) }
        let room = width - Self.margin - 1
        // Who matters most comes in first; then the order is that of the list.
        var taken: [(index: Int, wish: Wish)] = []
        var used = 0
        let byRank = wishes.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
        for (index, wish) in byRank {
            let needed = wish.least + (taken.isEmpty ? 0 : 1)
            if used + needed > room {
                // One that is too wide leaves its place to nobody behind it: columns do not come and go out of order.
                break
            }
            taken.append((index, wish))
            used += needed
        }
        taken.sort { $0.index < $1.index }
        var spare = room - used
        var x = Self.margin
        // What is left goes to those that can use most of it: the agent first.
        var extra: [Int: Int] = [:]
        let byHunger = taken.sorted {
            ($1.wish.most - $1.wish.least, $0.index) < ($0.wish.most - $0.wish.least, $1.index)
        }
        for (index, wish) in byHunger {
            let more = min(spare, wish.most - wish.least)
            extra[index] = more
            spare -= more
        }
        var places: [Place] = []
        for (index, wish) in taken {
            let width = wish.least + (extra[index] ?? 0)
            places.append(Place(column: wish.column, x: x, width: width))
            x += width + 1
        }
        self.places = places
    }

    subscript(column: BoardColumn) -> Place? { places.first { $0.column == column } }

    private static let standard: [Wish] = [
        wish(.state, rank: 0), wish(.to, rank: 1), wish(.from, rank: 4), wish(.agent, rank: 5),
        wish(.operator, rank: 6),
        wish(.campaign, rank: 7), wish(.rate, rank: 8), wish(.time, rank: 2), wish(.flags, rank: 3),
    ]

    private static let wideOnly: Set<BoardColumn> = [.operator, .campaign, .rate]

    private static func wish(_ column: BoardColumn, rank: Int) -> Wish {
        let (least, most) =
            switch column {
            case .state: (9, 9)
            // 15 digits, as E.164 has at most; the rare 16th where there is room.
            case .to, .from: (15, 16)
            // A whole agent id has 36 characters.
            case .agent: (8, 36)
            case .time: (8, 8)
            case .flags: (14, 30)
            case .operator: (14, 24)
            case .campaign: (10, 20)
            case .rate: (7, 9)
            case .direction: (8, 8)
            case .variable(let key): (max(8, min(20, SafeText.width(key))), 24)
            }
        return Wish(column: column, least: least, most: most, rank: rank)
    }
}

extension BoardColumn {
    var head: String {
        switch self {
        case .state: "STATE"
        case .to: "TO"
        case .from: "FROM"
        case .agent: "AGENT"
        case .time: "TIME"
        case .flags: "FLAGS"
        case .operator: "OPERATOR"
        case .campaign: "CAMPAIGN"
        case .rate: "RATE"
        case .direction: "DIR"
        case .variable(let key): key
        }
    }

    /// Numbers stand at the right of their column.
    var isRightAligned: Bool { self == .time || self == .rate }
}

extension Words {
    /// A call's value in a column; empty where it has none.
    static func value(
        _ column: BoardColumn,
        _ call: Call,
        now: Timestamp,
        names: AgentBook,
        ascii: Bool
    ) -> String {
        switch column {
        case .state: "\(glyph(call, ascii: ascii)) \(stage(call))"
        case .to: call.to ?? "?"
        case .from: call.from ?? "?"
        case .agent: names.shown(call.agentID) ?? ""
        case .time: call.duration(at: now).map { ClockText.length($0) } ?? (ascii ? "-" : "—")
        case .flags: flags(call, ascii: ascii, now: now)
        case .operator: call.operator ?? ""
        case .campaign: variable(Campaign.variableName, of: call)
        case .rate: call.rate.map { "\($0)" } ?? ""
        case .direction: call.direction?.rawValue ?? ""
        case .variable(let key): variable(key, of: call)
        }
    }

    /// A variable's value as text. Only rows that are drawn are asked, so reading the JSON each time costs little.
    static func variable(_ key: String, of call: Call) -> String {
        guard let text = call.variables, let json = try? JSONValue(parsing: text.utf8), let value = json[key] else {
            return ""
        }
        return value.string ?? (try? value.text()) ?? ""
    }
}
