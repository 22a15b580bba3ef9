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

    /// An answer without a length, which ends with its connection.
    static func unending(_ body: some Collection<UInt8>, _ more: String = "") -> [UInt8] {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nConnection: close\r\n\(more)\r\n"
        return Array(head.utf8) + body
    }

    static func packed(_ coding: String, _ body: some Collection<UInt8>) -> [UInt8] {
        Array(head("200 OK", body.count, "Content-Encoding: \(coding)\r\n").utf8) + body
    }

    static func nothingBehind(_ size: Int) -> FaultServer.Action {
        .send(head("416 Range Not Satisfiable", 0, "Content-Range: bytes */\(size)\r\n"))
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

    @Test("One that comes packed is unpacked, and is never saved packed")
    func packed() async throws {
        let audio = Array(Self.audio.utf8)
        let whole = [
            FaultServer.Action.sendBytes(Self.packed("gzip", Packed.gzip(audio))),
            .sendBytes(Self.packed("deflate", Packed.deflate(audio))),
            // Its own sum and length prove that it is whole.
            .sendBytesAndClose(Self.unending(Packed.gzip(audio), "Content-Encoding: gzip\r\n")),
        ]
        for action in whole {
            let result = try await Self.download([action])
            #expect(result.outcome.value?.size == 10_000 && result.file == Self.audio, "\(result.outcome)")
            #expect(result.progress.last == DownloadProgress(received: 10_000, total: nil))
        }
        let head = try #require(try await Self.download([whole[0]]).requests.first?.head.lowercased())
        #expect(head.contains("accept-encoding: identity"))
    }

    @Test("One that cannot be unpacked whole is not saved, and nothing is left behind")
    func unreadable() async throws {
        let gzip = Packed.gzip(Array(Self.audio.utf8))
        for action in [
            FaultServer.Action.sendBytes(Self.packed("br", gzip)), .sendBytes(Self.packed("gzip, gzip", gzip)),
            .sendBytes(Self.packed("gzip", gzip.dropLast(5))), .sendBytes(Self.packed("gzip", Array(Self.audio.utf8))),
            .sendBytes(Self.packed("gzip", gzip.dropLast(8) + [0, 0, 0, 0, 0x10, 0x27, 0, 0])),
            .sendBytesAndClose(Self.unending(gzip.dropLast(1), "Content-Encoding: gzip\r\n")),
        ] {
            let result = try await Self.download([action])
            #expect(result.outcome.name == "unknown", "\(result.outcome)")
            #expect(result.left.isEmpty)
        }
    }

    @Test("After a packed one broke off all of it is fetched again: the platform counts other bytes than we do")
    func packedAndBroken() async throws {
        let gzip = Packed.gzip(Array(Self.audio.utf8))
        let begun = Self.packed("gzip", gzip).dropLast(2000)
        let result = try await Self.download([
            .sendBytesAndClose(Array(begun)), .sendBytes(Self.packed("gzip", gzip)),
        ])
        #expect(result.outcome.name == "accepted" && result.file == Self.audio)
        #expect(result.requests.last?.head.lowercased().contains("range:") == false)
    }

    @Test("Without a length nobody can tell a whole one from half of one: it is not saved")
    func noLength() async throws {
        for size in [4000, 10_000] {
            let answer = FaultServer.Action.sendBytesAndClose(Self.unending(Self.audio.utf8.prefix(size)))
            let result = try await Self.download([answer])
            #expect(result.outcome.doubt == Doubt(.endUnknown(status: 200)))
            #expect("\(try #require(result.outcome.doubt))".contains("it may be incomplete"))
            #expect(result.left.isEmpty)
            // The rest was asked for once; all of it again proves nothing, and is not asked for a third time.
            #expect(result.requests.count == 2)
            let second = try #require(result.requests.last?.head.lowercased())
            #expect(second.contains("range: bytes=\(size)-\r\n"))
        }
    }

    @Test("Without a length the platform's word that nothing is behind it makes it whole, and a rest is added")
    func provenByAsking() async throws {
        let whole = FaultServer.Action.sendBytesAndClose(Self.unending(Self.audio.utf8))
        let result = try await Self.download([whole, Self.nothingBehind(10_000)])
        #expect(result.outcome.name == "accepted" && result.file == Self.audio)

        let half = FaultServer.Action.sendBytesAndClose(Self.unending(Self.audio.utf8.prefix(4000)))
        let rested = try await Self.download([half, .send(Self.rest(from: 4000))])
        #expect(rested.outcome.name == "accepted" && rested.file == Self.audio)
        // Another size than what is here: it was cut off, or is another one by now.
        let other = try await Self.download([
            half, Self.nothingBehind(12_000), .send(Self.head("200 OK", 10_000) + Self.audio),
        ])
        #expect(other.outcome.name == "accepted" && other.file == Self.audio)
    }

    @Test("A rest that does not tell how long the whole is may be a part of the rest")
    func restOfUnknown() async throws {
        let start = "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nTransfer-Encoding: chunked\r\n\r\n"
        let begun = FaultServer.Action.sendAndClose("\(start)fa0\r\n\(Self.audio.prefix(4000))\r\n")
        func part(_ bytes: Range<Int>) -> FaultServer.Action {
            let range = "Content-Range: bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/*\r\n"
            let text = Array(Self.audio.utf8)[bytes]
            return .send(Self.head("206 Partial Content", bytes.count, range) + String(decoding: text, as: UTF8.self))
        }
        let result = try await Self.download([
            begun, part(4000..<7000), part(7000..<10_000), Self.nothingBehind(10_000),
        ])
        #expect(result.outcome.name == "accepted" && result.file == Self.audio, "\(result.outcome)")
        let cut = try await Self.download([begun, part(4000..<7000), .close])
        #expect(cut.outcome.name == "unknown" && cut.left.isEmpty)
    }

    @Test("In chunks it ends where the chunks end")
    func chunks() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nTransfer-Encoding: chunked\r\n\r\n"
        let whole = "\(head)2710\r\n\(Self.audio)\r\n0\r\n\r\n"
        let result = try await Self.download([.send(whole)])
        #expect(result.outcome.name == "accepted" && result.file == Self.audio)
        let cut = try await Self.download([.sendAndClose("\(head)2710\r\n\(Self.audio)\r\n"), .close])
        #expect(cut.outcome.name == "unknown" && cut.left.isEmpty)
    }

    @Test(
        "A 503 with Retry-After is waited out, and then it comes",
        arguments: Dresses.unavailable[1...1] + Dresses.gaveUp
    )
    func unavailable(fault: OneDialTests.Fault) async throws {
        let result = try await Self.download([fault.action, .send(Self.head("200 OK", 10_000) + Self.audio)])
        #expect(result.outcome.name == "accepted" && result.file == Self.audio)
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
