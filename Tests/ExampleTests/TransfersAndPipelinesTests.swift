import Foundation
import Piopiy
import TestSupport
import Testing

@Suite("Examples: transfers and pipelines")
struct TransfersAndPipelinesTests {
    @Test("A built pipeline has its actions in order")
    func building() throws {
        #expect(try TransfersAndPipelines.short().actions.map(\.name) == ["play", "connect", "hangup"])
        let menu = try TransfersAndPipelines.menu(Sample.agent)
        #expect(menu.actions.map(\.name) == ["record", "play_get_input", "connect"])
        #expect(try Pipeline(json: menu.json) == menu)
    }

    @Test("A pipeline of a file is read, and a mistake in it is named by action and field")
    func reading() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try TransfersAndPipelines.menu(Sample.agent).json.text(pretty: true).write(
            toFile: path,
            atomically: true,
            encoding: .utf8
        )
        #expect(try TransfersAndPipelines.read(path) == TransfersAndPipelines.menu(Sample.agent))
        try
            #"[{"action":"play","file_name":"a.wav"},{"action":"play_get_input","input":["dtmf"],"on_result":{"type":"pcmo","ref":"x"},"prompt":{"type":"say","say":"Hello","language":"en-IN","voice_id":"v1","speed":3.0}}]"#
            .write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: ValidationError.self) { try TransfersAndPipelines.read(path) }
        #expect(error?.description == Self.mistake)
        let article = try PackageFiles.file("Sources/Piopiy/Piopiy.docc/TransfersAndPipelines.md")
        #expect(article.lines.contains(Self.mistake), "the article shows this very error")
    }

    private static let mistake =
        "pipeline[1].prompt.speed is 3.0; it must be 0.5 to 2.0 (action 2, play_get_input)"

    @Test("A call can follow a pipeline, and another one from then on")
    func placing() async throws {
        let platform = FakePlatform { _, _ in .init(text: #"{"message":"call_queued","request":"r1"}"#) }
        let pipeline = try TransfersAndPipelines.short()
        #expect(try await TransfersAndPipelines.place(platform.client, pipeline).name == "accepted")
        #expect(try await TransfersAndPipelines.goOn(platform.client, Sample.callID, pipeline).name == "accepted")
        #expect(platform.times("/voice/pcmo/call") == 1)
        #expect(platform.times("/voice/pcmo/transfer") == 1)
    }

    @Test("A warm transfer that runs already is joined", arguments: [202, 409])
    func warm(status: Int) async throws {
        let platform = FakePlatform { _, _ in
            .init(
                status: status,
                text: #"{"error":"\#(status == 409 ? "transfer_in_progress" : "")","request_id":"t1"}"#
            )
        }
        let transfer = try TransfersAndPipelines.warm(Sample.callID)
        #expect(transfer.json["timeout_sec"] == 30)
        #expect(try await TransfersAndPipelines.start(platform.client, transfer) == RequestID("t1"))
    }

    @Test("A refused transfer has no id to wait for")
    func refused() async throws {
        let platform = FakePlatform { _, _ in .init(status: 404, text: #"{"error":"call_not_found"}"#) }
        let transfer = try TransfersAndPipelines.warm(Sample.callID)
        #expect(try await TransfersAndPipelines.start(platform.client, transfer) == nil)
    }

    @Test(
        "Waiting ends when the transfer has settled, or the time is up",
        arguments: [
            (["queued", "started", "completed"], "a person has the caller"),
            (["started", "failed"], "the agent still has the caller: busy"),
            (["started"], "not settled within a minute"),
        ]
    )
    func waiting(states: [String], end: String) async throws {
        let platform = FakePlatform { _, time in
            let state = states[min(time, states.count) - 1]
            return .init(
                text: #"{"request_id":"t1","status":"\#(state)"\#(state == "failed" ? #","reason":"busy""# : "")}"#
            )
        }
        let client = try platform.client
        #expect(await TransfersAndPipelines.wait(client, RequestID("t1")) == end)
    }

    @Test("A blind transfer has one connect action")
    func blind() async throws {
        let platform = FakePlatform { _, _ in .init(text: #"{"request_id":"t2"}"#) }
        let outcome = try await TransfersAndPipelines.blind(platform.client, Sample.callID)
        guard case .accepted(let receipt) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(receipt.requestID == RequestID("t2"))
        #expect(platform.times("/calls/\(Sample.callID)/actions/transfer") == 1)
    }
}
