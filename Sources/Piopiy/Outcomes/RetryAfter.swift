#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A `Retry-After` header (RFC 9110): seconds, or an HTTP date.
enum RetryAfter: Sendable, Hashable {
    /// Come again after this long, rounded up to whole seconds.
    case after(Duration)
    /// The header is there and says nothing: it is empty, negative, a list, or words. Nobody may come at once for it.
    case unreadable

    /// The longest wait that is told apart from longer ones: ten years, in seconds. No budget holds it.
    static let longest = 315_360_000

    /// - Parameters:
    ///   - header: as it came.
    ///   - now: what a date is counted from. A date that is over is a wait of 0 s.
    init(_ header: String, now: Date) {
        let text = header.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if let seconds = Self.seconds(text) {
            self = .after(.seconds(seconds))
        } else if let date = HTTPDate.parse(text, now: now) {
            self = .after(.seconds(max(0, min(Double(Self.longest), date.timeIntervalSince(now).rounded(.up)))))
        } else {
            self = .unreadable
        }
    }

    /// How long the server asks to wait, when it can be read.
    var duration: Duration? {
        if case .after(let duration) = self { duration } else { nil }
    }

    /// Digits, or digits with decimals, rounded up. More digits than a number holds are the longest wait.
    private static func seconds(_ text: String) -> Int? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
        let whole = Int(String(parts[0]) ?? "") ?? longest
        let isMore = parts.count == 2 && parts[1].contains { $0 != UInt8(ascii: "0") }
        return min(longest, whole) + (isMore && whole < longest ? 1 : 0)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
