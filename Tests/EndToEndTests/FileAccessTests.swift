import Foundation
import TerminalDriver
import Testing

@testable import PiopiyCommand

@Suite("Files and pipes that hold a secret")
struct FileAccessTests {
    /// A service's user, with a group of its own and one that a file may belong to.
    private static let us = ProcessIdentity(user: 1000, groups: [1000, 2000])

    private static func file(
        _ mode: mode_t,
        owner: uid_t = 1000,
        group: gid_t = 1000,
        kind: OwnedFile.Kind = .file,
        credential: Bool = false
    ) -> OwnedFile {
        OwnedFile(kind: kind, mode: mode, owner: owner, group: group, isCredential: credential)
    }

    @Test(
        "Taken are our own private ones, and root's that only we can read beside root",
        arguments: [
            file(0o600), file(0o400), file(0o600, owner: 0, group: 0),
            // Kubernetes with fsGroup; systemd where there are no access lists.
            file(0o440, owner: 0, group: 2000), file(0o640, owner: 0, group: 2000),
            // systemd: root's group, and an access list that the mode does not show.
            file(0o440, owner: 0, group: 0, credential: true),
            file(0o600, kind: .pipe),
        ]
    )
    func taken(file: OwnedFile) {
        #expect(FileAccess(file, for: Self.us).exposure == nil)
    }

    @Test(
        "Refused is what others can read or change, or what is theirs, and it is said what would be right",
        arguments: [
            (file(0o640), "chmod 600 it"), (file(0o440), "chmod 600 it"), (file(0o604), "chmod 600 it"),
            (file(0o660), "chmod 600 it"),
            (file(0o644, owner: 0, group: 2000), "defaultMode 0440 and fsGroup"),
            (file(0o460, owner: 0, group: 2000), "mode 400, or 440 with a group of this user"),
            (file(0o450, owner: 0, group: 2000), "mode 400, or 440"),
            (file(0o440, owner: 0, group: 0), "Use a group of this user"),
            (file(0o444, owner: 0, group: 0, credential: true), "mode 400, or 440"),
            (file(0o600, owner: 1001), "belongs to another user. Use a file of your own"),
            (file(0o440, owner: 1001, group: 2000), "belongs to another user"),
            (file(0o440, owner: 1001, group: 2000, credential: true), "belongs to another user"),
            (file(0o600, owner: 1001, kind: .pipe), "pipe belongs to another user"),
            (file(0o600, owner: 0, kind: .pipe), "pipe belongs to another user"),
            (file(0o644, kind: .pipe), "Use a pipe of mode 600"),
        ] as [(OwnedFile, String)]
    )
    func refused(file: OwnedFile, words: String) {
        let why = FileAccess(file, for: Self.us).exposure
        #expect(why?.contains(words) == true, "\(why ?? "taken")")
    }

    @Test(
        "Root's own are judged as anybody's, but for a mounted one that nobody can write",
        arguments: [(0o600, true), (0o440, true), (0o640, false), (0o644, false), (0o444, false), (0o660, false)]
    )
    func root(mode: Int, isTaken: Bool) {
        let root = ProcessIdentity(user: 0, groups: [0])
        let access = FileAccess(Self.file(mode_t(mode), owner: 0, group: 0), for: root)
        #expect((access.exposure == nil) == isTaken)
    }

    @Test("A pipe of our own is read once, and its text is there for all who want it")
    func pipe() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        // The writer comes late: what is not there yet is waited for.
        let script = """
            exec bash -c 'PIOPIY_TOKEN_FILE=<(sleep 0.3; echo pipe-token-4711) exec "$piopiy" config show --output json'
            """
        let shown = try await program.shell(script)
        #expect(shown.status == 0, "\(shown.errors)")
        let token = try #require(shown.objects.first { $0["key"] as? String == "token" })
        #expect(token["value"] as? String == "set")
        #expect(!shown.output.contains("pipe-token-4711"))
        try await RunningSandbox.with(program, ["--token", "pipe-token-4711"]) { sandbox in
            let list = try OneNumber.write(program)
            // A campaign looks for its token more than once.
            let run = """
                exec bash -c 'PIOPIY_TOKEN_FILE=<(echo pipe-token-4711) exec "$piopiy" campaign run \(list) --rate 600 \
                --from 919999999999 --agent \(CallCommandTests.agent) --webhook-port 0 --api-url \(sandbox.base)'
                """
            let rung = try await program.shell(run)
            #expect(!rung.errors.contains("token"), "\(rung.errors)")
            let dials = try await sandbox.dials()
            #expect(dials.count == 1)
        }
    }

    @Test("A token behind links, as Kubernetes lays them, is read")
    func links() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let script = """
            cd "$HOME" && mkdir -p secret/..2026_11_30 && cd secret && echo link-token-4711 > ..2026_11_30/token \
            && chmod 400 ..2026_11_30/token && ln -s ..2026_11_30 ..data && ln -s ..data/token token && cd .. \
            && PIOPIY_TOKEN_FILE=secret/token "$piopiy" config show --output json
            """
        let shown = try await program.shell(script)
        let token = try #require(shown.objects.first { $0["key"] as? String == "token" })
        #expect(token["value"] as? String == "set", "\(shown.output)")
    }

    @Test("What is neither a file nor a pipe is refused")
    func device() async throws {
        let program = try Program(token: nil)
        defer { program.clean() }
        let result = try await program.shell("PIOPIY_TOKEN_FILE=/dev/null \"$piopiy\" agents list")
        #expect(result.status == 77)
        #expect(result.errors.contains("it is neither a file nor a pipe"))
    }
}

private enum OneNumber {
    static func write(_ program: Program) throws -> String {
        let file = program.home.appending(path: "one.csv")
        try Data("to\n918888880005\n".utf8).write(to: file)
        return file.path
    }
}
