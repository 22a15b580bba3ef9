import ArgumentParser
import Logging
import Piopiy
import Terminal

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The form of a log line.
enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// For people: time, level, label, message, then `key=value` for each metadata.
    case text
    /// For programs: one JSON object on one line, such as
    /// `{"time":"2026-11-30T14:02:11.123Z","level":"info","label":"piopiy.client","message":"request","metadata":{}}`.
    case json

    /// Renders a log event as one line, without its line end. Neither form holds a character that a terminal obeys.
    /// - Parameters:
    ///   - metadata: all of the event's, those of the logger and of its provider included.
    ///   - time: the moment of the event.
    func line(_ event: LogEvent, label: String, metadata: Logger.Metadata, at time: Timestamp) -> String {
        // The format cuts where it should round, and a Date is seldom a whole millisecond: half of one more, and it is.
        let when = time.date.addingTimeInterval(0.0005).ISO8601Format(.init(includingFractionalSeconds: true))
        switch self {
        case .text:
            var text = "\(when) \(event.level) \(label): \(event.message)"
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { text += " \(key)=\(value)" }
            if let error = event.error { text += " error=\(error)" }
            return SafeText.printable(text)
        case .json:
            // Members of a JSON object have no order by themselves; a reader's eyes, and `cut`, want one.
            var members: [(String, JSONValue)] = [
                ("time", .string(when)), ("level", .string(event.level.rawValue)), ("label", .string(label)),
                ("message", .string("\(event.message)")),
            ]
            if let error = event.error { members.append(("error", .string("\(error)"))) }
            members.append(("metadata", Self.json(metadata)))
            return "{" + members.map { "\"\($0)\":\(JSONLine.text($1))" }.joined(separator: ",") + "}"
        }
    }

    private static func json(_ metadata: Logger.Metadata) -> JSONValue { .object(metadata.mapValues { json($0) }) }

    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): scalar(value)
        case .dictionary(let members): json(members)
        case .array(let elements): .array(elements.map { json($0) })
        }
    }

    /// Numbers and truth values stay what they are; anything else is its description.
    private static func scalar(_ value: any CustomStringConvertible & Sendable) -> JSONValue {
        if let isOn = value as? Bool { return .bool(isOn) }
        if let number = value as? any BinaryInteger, let integer = Int(exactly: number) { return .integer(integer) }
        if let number = value as? Double, number.isFinite { return .number(number) }
        return .string(value.description)
    }
}
