import Foundation
import Piopiy
import TerminalDriver
import TestSupport
import Testing

/// `piopiy who` beside consoles, listeners and campaigns that are processes of their own.
@Suite("piopiy who", .serialized)
struct WhoCommandTests {
    /// A line of its JSON.
    struct Member: Decodable {
        var role: String?
        var `operator`: String?
        var user: String?
        var host: String?
        var terminal: String?
        var pid: Int32?
        var version: String?
        var joined_at: Int?
        var account: String?
        var duties: [String]?
        var campaigns: [String]?
    }

    private static func members(_ program: Program, _ more: String...) async throws -> [Member] {
        let result = try await program.run(["who", "--output", "json"] + more)
        #expect(result.status == 0, "\(result.errors)")
        return try result.output.split(separator: "\n").map {
            try JSONDecoder().decode(Member.self, from: Data($0.utf8))
        }
    }

    /// Waits until the members are as many, and fit.
    private static func wait(
        for what: String,
        _ program: Program,
        _ fit: ([Member]) -> Bool
    ) async throws -> [Member] {
        try await TestSupport.wait(for: what) {
            let members = try await members(program)
            return fit(members) ? members : nil
        }
    }

    @Test("Nobody is on a journal that nobody has opened: exit code 0, a word on standard error, nothing else")
    func nobody() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        for arguments in [["who"], ["who", "--output", "json"], ["who", "--sandbox"]] {
            let result = try await program.run(arguments)
            #expect(result.status == 0 && result.output == "")
            #expect(result.errors.contains("Nobody is on this journal."))
        }
        let state = program.home.appending(path: ".local/state/piopiy")
        #expect(!FileManager.default.fileExists(atPath: state.appending(path: "journal.sqlite").path))
    }

    @Test("A console tells its operator and terminal, and what it does for all; when it is killed it is gone")
    func console() async throws {
        try await SharedDesk.with { desk in
            let kept = desk.program
            try await desk.console { console in
                try await console.see("STATE", "hooks")
                let members = try await Self.wait(for: "a console with both duties", kept) { members in
                    members.first?.duties == ["listener", "poller"]
                }
                let member = try #require(members.first)
                #expect(members.count == 1)
                #expect(member.role == "console" && member.version == PiopiyVersion.current)
                #expect(member.account?.contains("127.0.0.1") == true && member.campaigns == nil)
                let pid = Int32(try await console.terminal.display("#{pane_pid}"))
                #expect(member.pid == pid)
                let terminal = try await console.terminal.display("#{pane_tty}").replacing("/dev/", with: "")
                #expect(member.terminal == terminal)
                let user = NSUserName()
                #expect(member.user == user)
                let host = try #require(member.host)
                #expect(member.operator == "\(user)@\(host) \(terminal)")
                let joined = try #require(member.joined_at)
                #expect(joined <= Timestamp.now.milliseconds)

                let table = try await kept.run("who")
                #expect(table.status == 0 && table.errors == "")
                let lines = table.output.split(separator: "\n")
                #expect(lines.count == 2 && lines[0].hasPrefix("SINCE"))
                #expect(lines[1].contains("console") && lines[1].contains(" \(terminal) "))
                #expect(lines[1].hasSuffix("receives webhooks, polls the platform"))

                try await console.kill()
                #expect(try await Self.members(kept).isEmpty)
            }
        }
    }

    @Test("A listener and a campaign are shown as such, in the order in which they came; a killed one is gone")
    func others() async throws {
        try await SharedDesk.with { desk in
            let address = ["--api-url", desk.sandbox.base]
            let listener = try desk.program.start(["listen", "--port", "\(desk.port)"] + address)
            defer { listener.stop() }
            _ = try await TestSupport.wait(for: "the listener") { listener.written.contains("/hooks/") ? true : nil }
            let list = try CampaignCommandTests.write(CampaignCommandTests.list(20), desk)
            let campaign = try desk.program.start(
                CampaignCommandTests.arguments(
                    desk,
                    ["run", list, "--rate", "1", "--webhook-port", "\(desk.port)"] + CampaignCommandTests.who
                )
            )
            defer { campaign.stop() }
            let members = try await Self.wait(for: "a campaign that runs", desk.program) { members in
                members.last?.campaigns == ["spring"] && members.last?.duties == ["poller"]
            }
            #expect(members.map(\.role) == ["listener", "campaign"])
            #expect(members.map(\.pid) == [listener.processID, campaign.processID])
            #expect(members.first?.duties == ["listener"])
            // Neither has a terminal.
            #expect(members.allSatisfy { $0.terminal == nil && $0.operator == "\($0.user ?? "?")@\($0.host ?? "?")" })

            listener.stop()
            _ = try await listener.result()
            let left = try await Self.wait(for: "the campaign to take the duty over", desk.program) { members in
                members.first?.duties == ["listener", "poller"]
            }
            #expect(left.map(\.role) == ["campaign"])

            #expect(try await CampaignCommandTests.run(desk, "stop").status == 0)
            _ = try await campaign.result()
            #expect(try await Self.members(desk.program).isEmpty)
        }
    }

    @Test("A console on its own sandbox is on a journal of its own")
    func sandbox() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        try await PlainSession.with(program) { _ in
            let members = try await TestSupport.wait(for: "the console") {
                let members = try await Self.members(program, "--sandbox")
                return members.isEmpty ? nil : members
            }
            #expect(members.map(\.role) == ["console"])
            #expect(try await Self.members(program).isEmpty)
        }
    }

    @Test("A console has one inotify descriptor, however much it follows")
    func descriptors() async throws {
        try await SharedDesk.with { desk in
            try await desk.console { console in
                try await console.see("STATE", "hooks")
                let folder = "/proc/\(try await console.terminal.display("#{pane_pid}"))/fd"
                let links = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
                }
                #expect(links.filter { $0.contains("inotify") }.count == 1)
            }
        }
    }
}
