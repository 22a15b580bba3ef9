import CallBoard
import Journal
import Piopiy

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One of many processes on a journal.
///
/// - `write PATH ID COUNT`: hears COUNT webhooks, one after another, and adds up now and then.
/// - `follow PATH ID COUNT`: reads what is written until it has seen COUNT lines, and prints their positions.
/// - `intend PATH ID`: writes an intent, says so, and waits to be killed.
/// - `flood PATH ID COUNT SUBMITTERS`: hears COUNT webhooks from SUBMITTERS at once, and prints how many a second were
///   made durable, and the time that one in a hundred took longer than.
/// - `join PATH ID`: has the journal open, says so, and waits to be killed.
/// - `lock PATH ID`: holds the lock on the file, says so, and waits to be killed.
/// - `pace PATH ID COUNT`: writes COUNT lines, one now and then.
/// - `lag PATH ID COUNT`: follows until COUNT lines have come, and prints after how many milliseconds they came: the
///   median, and the longest.
/// - `index PATH ID [COUNT]`: fills in by what calls are found, and the index of their texts, in small portions; prints
///   a line before it opens the journal, after, and after each portion. After COUNT portions it waits to be killed.
/// - `settle PATH ID`: settles what the dead have left, and prints how much that was.
@main
struct JournalProbe {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let id = Int64(arguments[3]) else { exit(64) }
        if arguments[1] == "lock" { await lock(arguments[2]) }
        if arguments[1] == "index" { say("opening") }
        do {
            let origin = JournalOrigin(id: id, account: "test", operator: "probe \(id)")
            let journal = try SQLiteJournal(path: arguments[2], origin: origin, at: .now)
            let count = arguments.count > 4 ? Int(arguments[4]) ?? 0 : 0
            switch arguments[1] {
            case "write": try await write(count, journal)
            case "follow": try await follow(count, journal)
            case "intend": try await intend(journal)
            case "flood":
                try await flood(count, submitters: arguments.count > 5 ? Int(arguments[5]) ?? 64 : 64, journal)
            case "pace": try await pace(count, journal)
            case "lag": try await lag(count, journal)
            case "join": await stay("joined")
            case "index":
                say("opened")
                var portions = 0
                while try await journal.indexCalls(for: .nanoseconds(1), portion: 20) {
                    portions += 1
                    say("portion")
                    while portions == count { try await Task.sleep(for: .seconds(60)) }
                    // Nobody is left to kill it.
                    if getppid() == 1 { exit(1) }
                }
                say("done")
            case "settle": print(try await journal.settleOrphans(at: .now))
            default: exit(64)
            }
        } catch {
            print("error: \(error)")
            exit(1)
        }
    }

    private static func pace(_ count: Int, _ journal: SQLiteJournal) async throws {
        for number in 0..<count {
            try await Task.sleep(for: .milliseconds(Int.random(in: 30...200)))
            try await journal.record([.hangUp(CallID("\(number)"), cause: "X", reason: nil, at: .now)])
        }
        print("done")
    }

    private static func lag(_ count: Int, _ journal: SQLiteJournal) async throws {
        var lags: [Int64] = []
        for await news in journal.follow(from: try await journal.position()) {
            let now = Timestamp.now.milliseconds
            lags += try news.get().map { now - $0.line.at.milliseconds }
            guard lags.count < count else { break }
        }
        lags.sort()
        print("median \(lags[lags.count / 2]) ms, longest \(lags[lags.count - 1]) ms")
    }

    private static func lock(_ path: String) async {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, flock(file, LOCK_EX) == 0 else { exit(1) }
        await stay("locked")
    }

    private static func stay(_ word: String) async {
        say(word)
        while true { try? await Task.sleep(for: .seconds(60)) }
    }

    private static func say(_ word: String) {
        print(word)
        fflush(nil)
    }

    private static func write(_ count: Int, _ journal: SQLiteJournal) async throws {
        for number in 0..<count {
            let text =
                #"{"uuid":"\#(journal.origin.id)-\#(number / 5)","status":"ringing","time":\#(1_725_942_871_000 + number)}"#
            let body = Array(text.utf8)
            let line = JournalLine.webhook(WebhookDecoder.decode(body, receivedAt: .now), body: body, at: .now)
            guard try await journal.take([line]) == [true] else { throw Surprise() }
            if number % 10 == 9 { try await journal.addUp() }
        }
        print("done")
    }

    private static func follow(_ count: Int, _ journal: SQLiteJournal) async throws {
        var seen: [Int64] = []
        let start = ContinuousClock.now
        while seen.count < count {
            // A writer that failed must not leave its readers here for ever.
            guard ContinuousClock.now - start < .seconds(60) else { throw Surprise() }
            let lines = try await journal.lines(after: seen.last ?? 0, limit: 50)
            seen += lines.map(\.position)
            if lines.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        }
        print(seen.map(String.init).joined(separator: " "))
    }

    private static func flood(_ count: Int, submitters: Int, _ journal: SQLiteJournal) async throws {
        let start = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for submitter in 0..<submitters {
                group.addTask {
                    var times: [Duration] = []
                    for number in stride(from: submitter, to: count, by: submitters) {
                        let begin = ContinuousClock.now
                        guard try await journal.take([event(number, of: journal)]) == [true] else { throw Surprise() }
                        times.append(begin.duration(to: .now))
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted()
        }
        let taken = start.duration(to: .now)
        let adding = ContinuousClock.now
        try await journal.addUp()
        let added = adding.duration(to: .now)
        print("\(Int(Double(count) / (taken / .seconds(1)))) a second, p99 \(times[times.count * 99 / 100])")
        print("added up in \(added)")
    }

    private static func event(_ number: Int, of journal: SQLiteJournal) -> JournalLine {
        let text = """
            {"appid":2222224,"conversation_uuid":"GQqY-\(number)","direction":"outbound","from":919999999999,"leg":"a",\
            "request_id":"R-\(number / 5)","status":"\(["out_started", "out_ringing", "out_answered", "hangup"][number % 4])",\
            "time":\(1_725_942_871_000 + number),"to":918888888888,"cmiuuid":"\(journal.origin.id)-\(number / 5)"}
            """
        let body = Array(text.utf8)
        return .webhook(WebhookDecoder.decode(body, receivedAt: .now), body: body, at: .now)
    }

    private static func intend(_ journal: SQLiteJournal) async throws {
        var random = SystemRandomNumberGenerator()
        let call = try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        )
        let ref = CallRef(at: .now, using: &random)
        _ = try await journal.admit(
            TaggedPlacement(call, ref: ref),
            PlacementTerms(allowsBusy: true),
            beside: nil,
            at: .now
        )
        print(ref)
        fflush(nil)
        while true { try await Task.sleep(for: .seconds(60)) }
    }

    private struct Surprise: Error {}
}
