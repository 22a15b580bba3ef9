import Foundation
import TestSupport
import Testing

/// Nobody is rung past the dialer, and no intent is written but by asking whether it may leave.
@Suite("Only the dialer dials")
struct OnlyTheDialerTests {
    private static func sources() throws -> [(path: String, text: String)] {
        let folder = PackageFolder.root.appending(path: "Sources")
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            (name, try String(contentsOf: folder.appending(path: name), encoding: .utf8))
        }
    }

    /// Files, outside of some, with a line of code that has one of these texts.
    private static func files(with texts: [String], outside allowed: [String]) throws -> [String] {
        let sources = try sources()
        #expect(sources.count > 200, "the sources are not found any more")
        return sources.filter { path, text in
            !allowed.contains { path.hasPrefix($0) }
                && text.split(separator: "\n").contains { line in
                    let isComment = line.drop { $0 == " " }.hasPrefix("//")
                    return !isComment && texts.contains { line.contains($0) }
                }
        }.map(\.path)
    }

    @Test("The platform is asked to place, hang up and hand over from one file")
    func platform() throws {
        // The SDK itself, and the sandbox's own words for its calls.
        let allowed = ["Piopiy/", "Sandbox/", "CallBoard/Ports/CallPlatform.swift"]
        let asking = [
            ".ai.call(", ".voice.call(", ".pcmo.call(", ".flow.call(", ".voice.hangup(", ".calls.hangup(",
            ".ai.hangup(",
            ".calls.warmTransfer(", ".calls.blindTransfer(", ".pcmo.transfer(", ".voice.transfer(", ".ai.transfer(",
            ".perform(with:", ".place(with:", "sending(under:",
        ]
        #expect(try Self.files(with: asking, outside: allowed) == [])
        let dialer = ["CallBoard/Dialing/Dialer.swift"]
        #expect(try Self.files(with: ["DialPermit()", "AdmittedPlacement("], outside: dialer) == [])
        let sending = ["platform.place(", "platform.hangUp(", "platform.transfer(", "platform.perform("]
        #expect(try Self.files(with: sending, outside: dialer + ["CallBoard/Ports/CallPlatform.swift"]) == [])
    }

    @Test("An intent is made by the placement and written by its admission alone")
    func intent() throws {
        let making = [".intent("]
        #expect(
            try Self.files(with: making, outside: ["CallBoard/Dialing/TaggedPlacement.swift"])
                == ["Journal/AttemptTable.swift"]
        )
        #expect(try Self.files(with: ["INSERT INTO line "], outside: ["Journal/LineTable.swift"]) == [])
        #expect(try Self.files(with: ["admission: rules"], outside: ["Journal/AttemptTable.swift"]) == [])
    }
}
