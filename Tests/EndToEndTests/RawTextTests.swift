import Foundation
import TerminalDriver
import Testing

@testable import PiopiyCommand

@Suite("Names that are not UTF-8")
struct RawTextTests {
    private static let name = Array("/tmp/caf".utf8) + [0xE9, 0x0A]

    private static func problem(arguments: [[UInt8]] = [Array("piopiy".utf8)], _ variables: [String: [UInt8]])
        -> CommandFailure?
    {
        do throws(CommandFailure) {
            try RawText.check(arguments: arguments) { variables[$0] }
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "A variable that names a place or is a setting is refused, with its bytes",
        arguments: [
            "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME", "PIOPIY_CONFIG", "PIOPIY_PROFILE", "PIOPIY_BASE_URL",
        ] + Setting.allCases.filter { !$0.mayHoldSecret }.map(\.variable)
    )
    func variables(variable: String) throws {
        let failure = try #require(Self.problem([variable: Self.name]))
        #expect(failure.status == .badConfiguration)
        #expect(failure.message.hasPrefix(#"\#(variable) is not UTF-8: /tmp/caf\xE9\x0A."#))
    }

    @Test("A secret's bytes are not shown")
    func secret() throws {
        for setting in Setting.allCases where setting.mayHoldSecret {
            let failure = try #require(Self.problem([setting.variable: Self.name]))
            #expect(!failure.message.contains("caf"))
        }
    }

    @Test("A home that no path follows from, and text of other scripts, are fine")
    func fine() {
        let directories = ["XDG_CONFIG_HOME": Array("/a".utf8), "XDG_STATE_HOME": Array("/b".utf8)]
        #expect(Self.problem(directories.merging(["HOME": Self.name]) { one, _ in one }) == nil)
        #expect(Self.problem(["XDG_CONFIG_HOME": Array("/tmp/café/कखग".utf8)]) == nil)
        #expect(Self.problem(["UNRELATED": Self.name]) == nil)
    }

    @Test("An argument is refused, as a mistake in the configuration where it names its file")
    func arguments() throws {
        func words(_ words: [UInt8]...) -> [[UInt8]] { [Array("piopiy".utf8)] + words }
        let file = try #require(Self.problem(arguments: words(Array("batch".utf8), Self.name), [:]))
        #expect(file.status == .invalid)
        #expect(file.message.hasPrefix(#"Argument 2 is not UTF-8: /tmp/caf\xE9\x0A."#))
        let named = try #require(Self.problem(arguments: words(Array("--config".utf8), Self.name), [:]))
        #expect(named.status == .badConfiguration)
        let joined = try #require(Self.problem(arguments: words(Array("--config=".utf8) + Self.name), [:]))
        #expect(joined.status == .badConfiguration)
    }

    @Test("Where it would hide that nothing may be done, nothing is done")
    func readOnly() async throws {
        let program = try Program()
        defer { program.clean() }
        try await RunningSandbox.with(program) { sandbox in
            // A file system may not take such a name; the program must not get as far as to look.
            let result = try await program.shell(
                """
                d="$HOME/$(printf 'caf\\351')"
                mkdir -p "$d/piopiy" 2>&1; echo 'read_only: yes' > "$d/piopiy/config.yaml"
                XDG_CONFIG_HOME="$d" "$piopiy" call --from 919999999999 --to 918888888888 \
                --agent \(CallCommandTests.agent) --api-url \(sandbox.base)
                """
            )
            #expect(result.status == 78)
            #expect(result.errors.contains(#"XDG_CONFIG_HOME is not UTF-8: \#(program.home.path)/caf\xE9."#))
            let dials = try await sandbox.dials()
            #expect(dials.isEmpty)
            let help = try await program.shell("XDG_CONFIG_HOME=\"/$(printf '\\351')\" \"$piopiy\" --help")
            #expect(help.status == 0)
        }
    }
}
