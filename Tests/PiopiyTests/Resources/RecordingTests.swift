import Foundation
import Synchronization
import Testing

@testable import Piopiy

@Suite("A recording is saved whole or not at all")
struct RecordingTests {
    static let audio = String(repeating: "0123456789", count: 1000)

    static func head(_ status: String, _ length: Int, _ more: String = "", type: String = "audio/wav") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(length)\r\n\(more)\r\n"
    }

    static func rest(from start: Int) -> String {
        let range = "Content-Range: bytes \(start)-\(audio.count - 1)/\(audio.count)\r\n"
        return head("206 Partial Content", audio.count - start, range) + audio.dropFirst(start)
    }

    private struct Result {
        let outcome: Outcome<DownloadedRecording>
        let requests: [FaultServer.Request]
        let file: String?
        /// Everything that is in the folder afterwards.
        let left: [String]
        let progress: [DownloadProgress]
    }

    private static func download(
        _ actions: [FaultServer.Action],
        name: String = "a.wav",
        before: String? = nil,
        overwrite: Bool = false
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "recording-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "out.wav").path
        if let before { try before.write(toFile: path, atomically: true, encoding: .utf8) }

        let server = try await FaultServer.start(.init(actions: actions))
        var configuration = RestClient.Configuration(
            accountURL: "http://127.0.0.1:\(server.port)",
            retries: RetryPolicy(maxAttempts: 3, baseDelay: .milliseconds(1))
        )
        configuration.timeouts = Timeouts(connect: .seconds(5), answer: .seconds(20))
        let client = try RestClient(token: Token(validating: "s3cret-token"), configuration)
        let progress = Mutex<[DownloadProgress]>([])
        let outcome = await client.recordings.download(fileName: name, to: path, overwrite: overwrite) { step in
            progress.withLock { $0.append(step) }
        }
        await client.shutdown()
        await server.stop()
        return Result(
            outcome: outcome,
            requests: server.requests,
            file: try? String(contentsOfFile: path, encoding: .utf8),
            left: try FileManager.default.contentsOfDirectory(atPath: folder.path),
            progress: progress.withLock { $0 }
        )
    }

    @Test("It comes whole, with its progress, and for its owner alone")
    func whole() async throws {
        let result = try await Self.download([.send(Self.head("200 OK", 10_000) + Self.audio)])
        guard case .accepted(let recording) = result.outcome else {
            Issue.record("\(result.outcome)")
            return
        }
        #expect(recording.size == 10_000 && recording.contentType == "audio/wav")
        #expect(result.file == Self.audio)
        #expect(result.progress.last == DownloadProgress(received: 10_000, total: 10_000))
        #expect(result.requests.first?.head.contains("GET /sip/app/call/recording/play/a.wav ") == true)
    }

    @Test("When the connection breaks the rest is asked for, of the same recording")
    func resumed() async throws {
        let start = Self.head("200 OK", 10_000, "ETag: \"v1\"\r\n") + Self.audio.prefix(4000)
        let result = try await Self.download([.sendAndClose(start), .send(Self.rest(from: 4000))])
        #expect(result.outcome.name == "accepted")
        #expect(result.file == Self.audio)
        let second = try #require(result.requests.last?.head.lowercased())
        #expect(second.contains("range: bytes=4000-\r\n") && second.contains("if-range: \"v1\"\r\n"))
    }

    @Test("Where no rest can be sent all of it is fetched again")
    func restarted() async throws {
        let start = Self.head("200 OK", 10_000) + String(repeating: "x", count: 4000)
        let whole = Self.head("200 OK", 10_000) + Self.audio
        let result = try await Self.download([.sendAndClose(start), .send(whole)])
        #expect(result.file == Self.audio)
        let gone = try await Self.download([
            .sendAndClose(start), .send(Self.head("416 Range Not Satisfiable", 0)), .send(whole),
        ])
        #expect(gone.file == Self.audio)
    }

    @Test("A rest that is shorter than what was asked for is followed by the next")
    func shortRests() async throws {
        let start = Self.head("200 OK", 10_000, "ETag: \"v1\"\r\n") + Self.audio.prefix(4000)
        let range = "Content-Range: bytes 4000-6999/10000\r\n"
        let middle = Self.head("206 Partial Content", 3000, range) + Self.audio.dropFirst(4000).prefix(3000)
        let result = try await Self.download([.sendAndClose(start), .send(middle), .send(Self.rest(from: 7000))])
        #expect(result.outcome.name == "accepted" && result.file == Self.audio)
        // The rest does not say which recording it is of; the first answer did.
        let third = try #require(result.requests.last?.head.lowercased())
        #expect(third.contains("range: bytes=7000-\r\n") && third.contains("if-range: \"v1\"\r\n"))
    }

    @Test("A rest of another recording, and another part than was asked for, are not put together with what is here")
    func otherPart() async throws {
        let start = Self.head("200 OK", 10_000) + String(repeating: "x", count: 4000)
        let whole = Self.head("200 OK", 10_000) + Self.audio
        for range in ["bytes 4000-11999/12000", "bytes 3000-9999/10000", "bytes */10000", "pages 1-2/3"] {
            let wrong = Self.head("206 Partial Content", 8, "Content-Range: \(range)\r\n") + "yyyyyyyy"
            let result = try await Self.download([.sendAndClose(start), .send(wrong), .send(whole)])
            #expect(result.outcome.name == "accepted" && result.file == Self.audio, "\(range)")
        }
    }

    @Test(
        "A recording of no bytes is none, whatever it says that it is",
        arguments: ["audio/wav", "application/json", "text/html", "application/problem+json; charset=utf-8"]
    )
    func empty(type: String) async throws {
        let result = try await Self.download([.send(Self.head("200 OK", 0, type: type))])
        #expect(result.outcome.name == "unknown" && result.left.isEmpty)
    }

    @Test("When it cannot be had nothing is left behind")
    func broken() async throws {
        let start = Self.head("200 OK", 10_000) + Self.audio.prefix(4000)
        let result = try await Self.download([.sendAndClose(start), .close])
        #expect(result.outcome.name == "unknown")
        #expect(result.left.isEmpty)
    }

    @Test("What comes in place of a recording is a refusal, not a recording")
    func refused() async throws {
        let json = #"{"error":"not_found"}"#
        for (status, type) in [("404 Not Found", "application/json"), ("200 OK", "application/json")] {
            let result = try await Self.download([.send(Self.head(status, json.utf8.count, type: type) + json)])
            guard case .refused(let refusal) = result.outcome else {
                Issue.record("\(result.outcome)")
                continue
            }
            #expect(refusal.code == "not_found")
            #expect(result.left.isEmpty)
        }
        let page = "<html></html>"
        let result = try await Self.download([.send(Self.head("200 OK", page.count, type: "text/html") + page)])
        #expect(result.outcome.name == "unknown" && result.left.isEmpty)
    }

    @Test("A file that is there is kept, unless told otherwise")
    func existing() async throws {
        let whole = Self.head("200 OK", 10_000) + Self.audio
        let kept = try await Self.download([.send(whole)], before: "mine")
        #expect(kept.outcome.name == "invalid" && kept.file == "mine" && kept.requests.isEmpty)
        let replaced = try await Self.download([.send(whole)], before: "mine", overwrite: true)
        #expect(replaced.outcome.name == "accepted" && replaced.file == Self.audio)
        #expect(replaced.left == ["out.wav"])
    }

    @Test("A name that is no name is refused, an odd one is sent as one", arguments: ["", "..", "a/b", "a\nb", "a\\b"])
    func names(name: String) async throws {
        let result = try await Self.download([.hang], name: name)
        #expect(result.outcome.name == "invalid" && result.requests.isEmpty)
        let odd = try RecordingsResource.request(fileName: "a b?é.wav")
        #expect(odd.path.hasSuffix("/a%20b%3F%C3%A9.wav"))
    }

    @Test("A folder that is not there is said, and nothing is asked for")
    func unwritable() async throws {
        let client = try RestClient(
            token: Token(validating: "s3cret-token"),
            .init(accountURL: "http://127.0.0.1:9")
        )
        let outcome = await client.recordings.download(fileName: "a.wav", to: "/nowhere/at/all/out.wav")
        await client.shutdown()
        guard case .notSent(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.code == "cannot_write" && reason.attempts == 0)
    }
}
