import CallBoard
import Journal
import Piopiy

/// What a look at the journal's file tells, as it is printed.
enum CheckText {
    /// - Returns: whether it could be written.
    static func print(_ check: JournalCheck, _ format: OutputFormat) -> Bool {
        switch format {
        case .json: Streams.out(JSONLine.text(json(check)))
        case .text: lines(check).allSatisfy { Streams.out(ResultText.safe($0)) }
        }
    }

    private static func json(_ check: JournalCheck) -> JSONValue {
        var members: [String: JSONValue] = [
            "path": .string(check.path), "sound": .bool(check.isSound), "newer": .bool(check.isNewer),
            "problems": .array(check.problems.map { .string($0) }), "wal_bytes": .integer(Int(check.walBytes)),
            "applied": .array(check.appliedSteps.map { .string($0) }),
            "known": .array(check.knownSteps.map { .string($0) }), "sqlite": .string(check.sqliteVersion),
        ]
        members["file_bytes"] = check.fileBytes.map { .integer(Int($0)) }
        members["mode"] = check.mode.map { .string($0) }
        members["lines"] = check.lines.map { .integer($0) }
        members["calls"] = check.calls.map { .integer($0) }
        members["pending"] = check.pending.map { .integer($0) }
        members["unreadable_webhooks"] = check.unreadableWebhooks.map { .integer($0) }
        members["last_unreadable"] = check.lastUnreadable.map { .integer(Int($0.milliseconds)) }
        members["oldest"] = check.oldestLine.map { .integer(Int($0.milliseconds)) }
        members["newest"] = check.newestLine.map { .integer(Int($0.milliseconds)) }
        return .object(members)
    }

    private static func lines(_ check: JournalCheck) -> [String] {
        var lines = ["file      \(check.path)"]
        if let bytes = check.fileBytes {
            lines.append(
                "size      \(bytes) bytes, plus \(check.walBytes) in the write-ahead log; mode \(check.mode ?? "?")"
            )
        }
        if let count = check.lines, let calls = check.calls {
            let pending = check.pending.map { ", \($0) placements without an outcome" } ?? ""
            lines.append("holds     \(count) lines, \(calls) calls\(pending)")
        }
        if let count = check.unreadableWebhooks, count > 0 {
            let last = check.lastUnreadable.map { ", the last at \($0.localText)" } ?? ""
            let words = count == 1 ? "1 webhook could not be read" : "\(count) webhooks could not be read"
            lines.append("webhooks  \(words)\(last); each is kept unchanged and affected no call")
        }
        if let oldest = check.oldestLine, let newest = check.newestLine {
            lines.append("from      \(oldest.localText) to \(newest.localText)")
        }
        lines.append("version   \(check.appliedSteps.last ?? "none") (SQLite \(check.sqliteVersion))")
        if check.isSound { return lines + ["sound"] }
        lines += check.problems.map { "problem   \($0)" }
        return lines + ["not sound; the file is unchanged. Move it away to start a new one."]
    }

    /// A line of the audit.
    static func audit(_ line: RecordedLine, _ format: OutputFormat) -> String {
        let what = (try? JSONValue(parsing: line.line.body)) ?? [:]
        switch format {
        case .json:
            var members: [String: JSONValue] = [
                "at": .integer(Int(line.line.at.milliseconds)), "kind": .string(line.line.kind.rawValue),
                "operator": .string(line.origin.operator), "what": what,
            ]
            members["ref"] = line.line.ref.map { .string($0.text) }
            members["call_id"] = line.line.callID.map { .string($0.text) }
            return JSONLine.text(.object(members))
        case .text:
            let words = [
                line.line.at.localText, line.line.kind.rawValue, line.origin.operator, JSONLine.text(what),
            ]
            return TextTable(widths: [19, 17, 24]).row(words)
        }
    }
}
