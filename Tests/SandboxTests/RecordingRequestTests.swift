import Foundation
import Piopiy
import Sandbox
import TestSupport
import Testing

@Suite("Recordings")
struct RecordingRequestTests {
    private static func path(_ name: String) -> String { "/sip/app/call/recording/play/\(name)" }

    /// Runs a sandbox with one call that was recorded and has ended.
    private func withRecording<R: Sendable>(
        to number: String = Sample.number,
        _ body: @Sendable (SandboxProbe, _ name: String) async throws -> R
    ) async throws -> R {
        try await withSandbox(EndingTests.quick) { base in
            let sandbox = SandboxProbe(base: base)
            _ = try await sandbox.place(try Sample.call(to: number, options: CallOptions(record: true)))
            let call = try await sandbox.onlyCall { $0["state"] == "ended" }
            return try await body(sandbox, try #require(call["call_id"]?.string) + ".wav")
        }
    }

    private func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    @Test("A recording is a WAV file that says truly how long it is, and is not silent")
    func whole() async throws {
        try await withRecording { sandbox, name in
            let file = try await sandbox.fetch(Self.path(name))
            #expect(file.status == 200)
            #expect(file.headers["content-type"] == "audio/wav")
            #expect(file.headers["accept-ranges"] == "bytes")
            #expect(file.headers["content-length"] == String(file.bytes.count))
            let bytes = file.bytes
            try #require(bytes.count > 44)
            #expect(bytes[0..<4].elementsEqual("RIFF".utf8))
            #expect(bytes[8..<16].elementsEqual("WAVEfmt ".utf8))
            #expect(bytes[36..<40].elementsEqual("data".utf8))
            #expect(number(bytes, 4, 4) == bytes.count - 8)
            #expect(number(bytes, 40, 4) == bytes.count - 44)
            #expect(number(bytes, 20, 2) == 1)
            #expect(number(bytes, 22, 2) == 1)
            #expect(number(bytes, 24, 4) == 8000)
            #expect(number(bytes, 28, 4) == 16000)
            #expect(number(bytes, 34, 2) == 16)
            let samples = stride(from: 44, to: bytes.count, by: 2).map {
                Int(Int16(truncatingIfNeeded: number(bytes, $0, 2)))
            }
            #expect((samples.map { abs($0) }.max() ?? 0) > 5000)
            #expect(samples.count >= 8000)
        }
    }

    @Test("The rest of a recording is 206 with its place; beyond its end is 416")
    func rest() async throws {
        try await withRecording { sandbox, name in
            let whole = try await sandbox.fetch(Self.path(name)).bytes
            for start in [1, 1000, whole.count - 1] {
                let rest = try await sandbox.fetch(Self.path(name), range: "bytes=\(start)-")
                #expect(rest.status == 206)
                #expect(rest.headers["content-range"] == "bytes \(start)-\(whole.count - 1)/\(whole.count)")
                #expect(rest.headers["content-length"] == String(whole.count - start))
                #expect(rest.bytes == Array(whole[start...]))
            }
            for start in [whole.count, whole.count + 1, Int.max] {
                #expect(try await sandbox.fetch(Self.path(name), range: "bytes=\(start)-").status == 416)
            }
        }
    }

    @Test(
        "A range that nobody understands is no range",
        arguments: [
            "bytes=-5-", "bytes=+5-", "bytes=-", "bytes=", "bytes=a-", "5-", "bytes=5", "lines=5-", "bytes=1-2,4-",
            "bytes=99999999999999999999-",
        ]
    )
    func oddRange(range: String) async throws {
        try await withRecording { sandbox, name in
            let file = try await sandbox.fetch(Self.path(name), range: range)
            #expect(file.status == 200 || file.status == 416)
            // It still runs.
            #expect(try await sandbox.fetch(Self.path(name)).status == 200)
        }
    }

    @Test("Only a call that was answered and wanted one has a recording")
    func none() async throws {
        try await withSandbox(EndingTests.quick) { base in
            let sandbox = SandboxProbe(base: base)
            _ = try await sandbox.place(try Sample.call())
            _ = try await sandbox.place(
                try Sample.call(to: Sample.number("0001"), options: CallOptions(record: true))
            )
            let calls = try await wait(for: "both ends") {
                let calls = try await sandbox.calls()
                return calls.allSatisfy { $0["state"] == "ended" } ? calls : nil
            }
            for call in calls {
                let id = try #require(call["call_id"]?.string)
                #expect(try await sandbox.fetch(Self.path("\(id).wav")).status == 404)
            }
            for name in ["nothing.wav", "..%2F..%2Fetc%2Fpasswd", ".wav", "nothing.mp3"] {
                #expect(try await sandbox.fetch(Self.path(name)).status == 404)
            }
        }
    }

    @Test("A pipeline that records has a recording too")
    func pipeline() async throws {
        try await withSandbox(EndingTests.quick) { base in
            let sandbox = SandboxProbe(base: base)
            let pipeline = try PipelineBuilder().record().play("welcome.wav").hangup().build()
            _ = try accepted(
                await (try sandbox.wholeClient()).pcmo.call(
                    try PCMOCall(
                        callerID: Sample.caller,
                        toNumber: Sample.number,
                        appID: "777",
                        pipeline: pipeline
                    )
                )
            )
            let call = try await sandbox.onlyCall { $0["state"] == "ended" }
            #expect(call["end"] == "completed")
            let id = try #require(call["call_id"]?.string)
            #expect(try await sandbox.fetch(Self.path("\(id).wav")).status == 200)
        }
    }

    @Test("The SDK saves it as the file that it is", arguments: ["8888", "0014"])
    func download(ending: String) async throws {
        try await withRecording(to: Sample.number(ending)) { sandbox, name in
            let folder = FileManager.default.temporaryDirectory.appending(path: "recording-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let path = folder.appending(path: name).path()
            // The recording of a call to 0014 breaks off the first time, and is taken up again.
            let client = try sandbox.wholeClient(retries: RetryPolicy(baseDelay: .milliseconds(1)))
            let saved = try accepted(await client.recordings.download(fileName: name, to: path))
            #expect(saved.contentType == "audio/wav")
            let whole = try await sandbox.fetch(Self.path(name))
            #expect(Array(try Data(contentsOf: folder.appending(path: name))) == whole.bytes)
            let asked = try await sandbox.requests().filter { $0["path"]?.string?.hasSuffix(name) == true }
            #expect(asked.count == (ending == "0014" ? 3 : 2))
        }
    }

    @Test("The recording of a call to 0014 breaks off half-way, the first time only")
    func breaksOff() async throws {
        try await withRecording(to: Sample.number("0014")) { sandbox, name in
            let broken = try await sandbox.fetch(Self.path(name))
            #expect(broken.status == 200)
            #expect(broken.isBroken)
            let whole = try await sandbox.fetch(Self.path(name))
            #expect(!whole.isBroken)
            #expect(broken.headers["content-length"] == String(whole.bytes.count))
            #expect(broken.bytes.count < whole.bytes.count)
            #expect(whole.bytes.starts(with: broken.bytes))
        }
    }
}
