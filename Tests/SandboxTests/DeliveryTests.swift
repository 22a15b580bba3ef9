import Piopiy
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

@Suite("How often and in what order reports go out")
struct DeliveryTests {
    /// Sends one report with a receiver that takes the `takenAt`th copy.
    /// - Returns: how often it was posted, and the waits.
    private func send(_ kind: CallReport.Kind, delay: Duration = .zero, takenAt: Int) async throws -> (Int, [Duration])
    {
        let posts = Mutex(0)
        let waits = Mutex<[Duration]>([])
        let delivery = Delivery(
            post: { _ in
                posts.withLock {
                    $0 += 1
                    return $0 == takenAt
                }
            },
            pause: { wait in waits.withLock { $0.append(wait) } }
        )
        try await delivery.send(CallReport(kind: kind, json: .null, delay: delay))
        return (posts.withLock(\.self), waits.withLock(\.self))
    }

    @Test("A CDR goes out four times at most: at once, then 5, 10 and 15 minutes after the one before")
    func repeats() async throws {
        let minutes: [Duration] = [.seconds(300), .seconds(600), .seconds(900)]
        for takenAt in 1...4 {
            let (posts, waits) = try await send(.record, takenAt: takenAt)
            #expect(posts == takenAt)
            #expect(waits == Array(minutes.prefix(takenAt - 1)))
        }
        let (posts, waits) = try await send(.record, takenAt: 0)
        #expect(posts == 4)
        #expect(waits == minutes)
    }

    @Test("A live event goes out once, whatever comes of it")
    func liveOnce() async throws {
        let (posts, waits) = try await send(.live, takenAt: 0)
        #expect(posts == 1)
        #expect(waits.isEmpty)
    }

    @Test("A late CDR waits before its first time")
    func late() async throws {
        let (posts, waits) = try await send(.record, delay: .seconds(60), takenAt: 1)
        #expect(posts == 1)
        #expect(waits == [.seconds(60)])
    }

    @Test("A scrambled call's reports come out twice each and out of order, whatever the seed and wherever it ends")
    func scrambled() {
        let whole = ["started", "ringing", "answered", "ended"]
        for seed in 0..<50 as Range<UInt64> {
            for length in 1...4 {
                var order = ReportOrder(.scrambled, generator: SeededGenerator(seed: seed))
                let told = Array(whole.prefix(length - 1)) + ["ended"]
                var out: [CallReport] = []
                for name in told {
                    let report = CallReport(kind: .live, json: .string(name))
                    out += order.add(report, waits: name == "started" || name == "ended")
                }
                out += order.add(CallReport(kind: .record, json: "cdr"), waits: false)
                let names = out.compactMap(\.json.string)
                for name in told + ["cdr"] { #expect(names.count { $0 == name } == 2) }
                #expect(names.count == (told.count + 1) * 2)
                #expect(Array(names.prefix(told.count + 1)) != told + ["cdr"])
            }
        }
    }

    @Test("The same seed scrambles alike")
    func sameScramble() {
        func names(seed: UInt64) -> [String?] {
            var order = ReportOrder(.scrambled, generator: SeededGenerator(seed: seed))
            return (1...6).flatMap { number in
                order.add(CallReport(kind: number == 6 ? .record : .live, json: .string("\(number)")), waits: false)
            }.map(\.json.string)
        }
        #expect(names(seed: 3) == names(seed: 3))
        #expect(Set((1...10).map { names(seed: $0) }).count > 1)
    }

    @Test("No more than so many have their turn at a time, and each gets one")
    func turns() async {
        struct Count {
            var now = 0
            var most = 0
            var all = 0
        }
        let turns = Turns(3)
        let count = Locked(Count())
        await withDiscardingTaskGroup { group in
            for _ in 1...500 {
                group.addTask {
                    await turns.take {
                        count.update {
                            $0.now += 1
                            $0.all += 1
                            $0.most = max($0.most, $0.now)
                        }
                        await Task.yield()
                        count.update { $0.now -= 1 }
                    }
                }
            }
        }
        #expect(count.get().all == 500)
        #expect(count.get().most <= 3)
    }

    @Test("With a receiver that never answers, a poster that is cancelled ends, those who wait for their turn included")
    func cancelledPosts() async throws {
        try await withReceiver(Receiver { _, _ in nil }) { receiver, url in
            let poster = WebhookPoster(url: url, logger: .silent)
            let posting = Task {
                await withDiscardingTaskGroup { group in
                    for number in 0..<WebhookPoster.connections * 3 {
                        group.addTask { _ = await poster.post(.integer(number)) }
                    }
                }
            }
            _ = try await receiver.bodies { $0.count == WebhookPoster.connections }
            posting.cancel()
            await posting.value
            await poster.shutdown()
            #expect(await receiver.bodies.count == WebhookPoster.connections)
        }
    }
}
