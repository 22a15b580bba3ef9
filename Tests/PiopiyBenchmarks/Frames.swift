import CallBoard
import Console
import Foundation
import Piopiy
import Terminal

/// What a key, an event and a picture cost in themselves, without a terminal and without waiting for anything.
enum Frames {
    static func run(calls: Int) async {
        let board = CallBoard(platform: NoPlatform())
        await board.feed(by: .webhooks)
        for call in 0..<calls { await board.receive(event(call, step: 2)) }
        let snapshot = await board.snapshot

        print("In microseconds, with \(calls) calls on the board:\n")
        for (width, height) in [(80, 24), (160, 50)] {
            var model = ConsoleModel(
                settings: .init(place: "benchmark"),
                size: Size(width: width, height: height),
                now: .now
            ) { at in
                var random = SystemRandomNumberGenerator()
                return CallRef(at: at, using: &random)
            }
            model.receive(snapshot)
            _ = model.press(.down)
            show("\(width)x\(height): a key", 20_000) { _ = model.press($0 / 8 % 2 == 0 ? .down : .up) }
            show("\(width)x\(height): its picture", 5000) { _ in _ = model.frame() }
            var snapshots: [BoardSnapshot] = []
            for index in 0..<500 {
                await board.receive(event(index, step: index % 3))
                snapshots.append(await board.snapshot)
            }
            show("\(width)x\(height): news", 500) { model.receive(snapshots[$0]) }
            for _ in 0..<5 {
                _ = model.press(.character("s"))
                show("\(width)x\(height): news, sorted", 50) { model.receive(snapshots[$0]) }
            }
            _ = model.press(.character("s"))
            for key in "/state:talking 9188" { _ = model.press(.character(key)) }
            show("\(width)x\(height): news, filtered", 50) { model.receive(snapshots[$0]) }
        }
        print()
    }

    private static func event(_ call: Int, step: Int) -> WebhookPayload {
        WebhookDecoder.decode(Array(Events.body(of: call, step: step).utf8), receivedAt: .now)
    }

    private static func show(_ name: String, _ count: Int, _ body: (Int) -> Void) {
        let start = ContinuousClock.now
        for index in 0..<count { body(index) }
        let each = start.duration(to: .now).inMilliseconds * 1000 / Double(count)
        print("  \(name)\(String(repeating: " ", count: max(1, 28 - name.count)))\(String(format: "%8.1f", each))")
    }
}
