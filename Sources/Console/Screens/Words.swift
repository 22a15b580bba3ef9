import CallBoard
import Piopiy

/// Calls in words, the same on every screen.
enum Words {
    static func stage(_ call: Call) -> String {
        switch call.stage {
        case .placing: "placing"
        case .queued: "queued"
        case .ringing: "ringing"
        case .talking: "talking"
        case .ended: "ended"
        case .unknown: "unknown"
        }
    }

    static func end(_ end: Call.End) -> String {
        switch end {
        case .completed: "completed"
        case .noAnswer: "no answer"
        case .busy: "busy"
        case .failed: "failed"
        case .rejected: "rejected"
        case .cancelled: "cancelled"
        }
    }

    static func glyph(_ call: Call, ascii: Bool) -> String {
        switch call.stage {
        case .placing: ascii ? ">" : "→"
        case .queued: ascii ? "." : "○"
        case .ringing: ascii ? "~" : "◌"
        case .talking: ascii ? "*" : "●"
        case .ended: ascii ? "x" : "✕"
        case .unknown: "?"
        }
    }

    /// How a call ended; `nil` while nobody has said so. That its caller was lost counts for more than that it was
    /// completed.
    static func ending(_ call: Call) -> String? {
        if call.callerWasLost { return lost }
        guard case .ended(let end) = call.stage, call.isEndKnown else { return nil }
        return Self.end(end)
    }

    /// Of a call that a failed transfer has ended, or that was left alone by it.
    static let lost = "caller lost"

    /// Of a call that ended, and nobody has said how.
    static let noRecord = "no record yet"

    /// The flags of a row, what needs a look first.
    /// - Parameter now: by the steady clock; `nil` leaves out what depends on the time.
    static func flags(_ call: Call, ascii: Bool, now: Timestamp? = nil) -> String {
        var flags: [String] = []
        switch call.stage {
        case .ended: return ending(call) ?? noRecord
        case .unknown: flags.append("check")
        default: break
        }
        switch call.hangUp {
        case .none where call.hangUpWaitsElsewhere, .failed where call.hangUpWaitsElsewhere:
            flags.append("hang-up waits")
        case .none where call.isHangUpInterrupted: flags.append("not hung up")
        case .none: break
        case .waiting: flags.append(call.isHangUpKept ? "hang-up waits" : "hang-up asked")
        case .sending: flags.append("hanging up")
        case .accepted: flags.append("hung up")
        case .failed: flags.append("not hung up")
        }
        if let now, call.silence(at: now) != nil { flags.append(silence(call, now: now)) }
        if let words = transferWords(call, ascii: ascii) { flags.append(words) }
        if call.request?.options?.record == true { flags.append("rec") }
        return flags.joined(separator: " ")
    }
}

extension Words {
    /// That nothing has been heard of a call for long, and for how long; empty where that is not so.
    /// - Parameter now: by the steady clock.
    static func silence(_ call: Call, now: Timestamp) -> String {
        call.silence(at: now).map { "no news \(ClockText.length($0))" } ?? ""
    }

    /// How the call's transfer stands, in a word or two.
    static func transferWords(_ call: Call, ascii: Bool) -> String? {
        let mark = ascii ? "<>" : "⇄"
        if call.transferState == .sending { return "\(mark) sending" }
        if call.transferState == .failed { return "\(mark) not sent" }
        switch call.transfers.last?.progress {
        case .queued: return "\(mark) queued"
        case .started: return "\(mark) rings"
        case .failed: return "\(mark) \(call.transfers.last?.reason ?? "failed")"
        case .completed: return "\(mark) joined"
        case nil: return call.secondLeg == nil ? nil : mark
        }
    }

    static func transfer(_ transfer: CallTransfer) -> String {
        let target = transfer.target.map { "to \($0): " } ?? ""
        let reason = transfer.reason.map { ", \($0)" } ?? ""
        return switch transfer.progress {
        case .queued: "\(target)queued"
        case .started: "\(target)rings"
        case .completed: "\(target)transferred"
        case .failed: "\(target)failed\(reason)\(transfer.endedCall ? "; the call ended with it" : "")"
        }
    }
}

/// Moments and lengths of time as text.
enum ClockText {
    /// A time of day, `14:02:11`.
    static func time(_ moment: Timestamp, utcOffset: UTCOffset) -> String {
        let seconds = Int(moment.milliseconds / 1000) + utcOffset(at: moment)
        let day = ((seconds % 86_400) + 86_400) % 86_400
        return "\(two(day / 3600)):\(two(day / 60 % 60)):\(two(day % 60))"
    }

    /// A length, `02:14`, from an hour on `1:02:14`, from a hundred hours on `5d04h`.
    static func length(_ duration: Duration) -> String {
        let seconds = max(0, Int(duration.components.seconds))
        let hours = seconds / 3600
        if hours >= 100 { return "\(hours / 24)d\(two(hours % 24))h" }
        let rest = "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return hours > 0 ? "\(hours):\(rest)" : rest
    }

    /// A moment, as short as it can be told from others: `14:02:11` of today, `03-14 14:02` of this year, `2024-03-14`.
    static func when(_ moment: Timestamp, now: Timestamp, utcOffset: UTCOffset) -> String {
        let then = day(moment, utcOffset: utcOffset)
        let today = day(now, utcOffset: utcOffset)
        let time = time(moment, utcOffset: utcOffset)
        if then == today { return time }
        if then.year != today.year { return date(then) }
        return "\(two(then.month))-\(two(then.day)) \(time.prefix(5))"
    }

    /// A moment in full, `2024-03-14 14:02:11`.
    static func moment(_ moment: Timestamp, utcOffset: UTCOffset) -> String {
        "\(date(day(moment, utcOffset: utcOffset))) \(time(moment, utcOffset: utcOffset))"
    }

    private static func date(_ date: (year: Int, month: Int, day: Int)) -> String {
        "\(date.year)-\(two(date.month))-\(two(date.day))"
    }

    /// The day in the Gregorian calendar.
    private static func day(_ moment: Timestamp, utcOffset: UTCOffset) -> (year: Int, month: Int, day: Int) {
        // Any moment that a platform may name; days are counted from 1 March of the year 0, in eras of 400 years.
        let bound: Int64 = 8_640_000_000_000_000
        let seconds = Int(min(max(moment.milliseconds, -bound), bound) / 1000) + utcOffset(at: moment)
        let days = Int((Double(seconds) / 86_400).rounded(.down)) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let ofEra = days - era * 146_097
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let fifth = (5 * ofYear + 2) / 153
        let month = fifth < 10 ? fifth + 3 : fifth - 9
        return (year + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * fifth + 2) / 5 + 1)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
