import Console
import Foundation
import Terminal
import TestSupport
import Testing

@testable import PiopiyCommand

@Suite("The configuration's file")
struct ConfigurationFileTests {
    private func read(_ yaml: String, access: FileAccess = FileAccess()) -> ConfigurationFile {
        ConfigurationFile(yaml, path: "config.yaml", access: access)
    }

    @Test("Every setting is taken, with the line that it stands in")
    func whole() {
        let file = read(
            """
            # a comment
            token: t-1
            api_url: https://a.example/v3
            account_url: https://b.example
            messaging_url: https://c.example
            lookup_url: https://d.example
            allow_http: no
            proxy: off
            ca_file: company.pem
            messaging_token_file: sms.token
            app_id: a1
            app_secret_file: app.secret
            timeout: 2.5
            webhook_port: 0
            metrics: "[::1]:9464"
            history_days: 30
            log_format: json
            theme: light
            ascii: yes
            mouse: on
            escape_delay: 40
            confirm: marked
            read_only: true
            mask: "yes"
            columns: [state, to, var:order]
            alerts: { events: [answered, unknown], by: osc777 }
            lock_after: 5m
            unlock_pin: 4711
            country: 91
            contacts:
              Anna B.: +91 99999-99999
              no: 447700900123
            agents:
              support: bdd32bcb-767c-40a5-be4a-5f45eeb348a6
            keys:
              board: { hang-up: [x, F8], quit: Q }
              form:
                place: Ctrl-X
            profiles:
              acme: { token_file: acme.token, keys: { board: { quit: [] } } }
            """
        )
        #expect(file.mistakes == [])
        for setting in Setting.allCases where ![.tokenFile, .messagingLoginFile].contains(setting) {
            #expect(file.top.values[setting] != nil, "\(setting)")
        }
        #expect(file.top.values[.theme]?.line == 18)
        #expect(file.top.values[.columns]?.value == ["state", "to", "var:order"])
        #expect(file.top.values[.alertsBy]?.value == ["osc777"])
        #expect(file.top.contacts.map(\.value) == ["919999999999", "447700900123"])
        #expect(file.top.contacts.map(\.name) == ["Anna B.", "no"])
        #expect(file.top.agents.map(\.line) == [34])
        #expect(file.top.keys.map(\.value).contains(KeyChange(.board, .hangUp, [.character("x"), .function(8)])))
        #expect(file.profiles["acme"]?.values[.tokenFile]?.value == ["acme.token"])
        #expect(file.profiles["acme"]?.keys.map(\.value) == [KeyChange(.board, .quit, [])])
    }

    @Test("The README's example is right")
    func readme() throws {
        let readme = try String(contentsOf: PackageFolder.root.appending(path: "README.md"), encoding: .utf8)
        let example = try #require(
            readme.components(separatedBy: "```yaml\n").last?.components(separatedBy: "```").first
        )
        #expect(example.contains("profiles:") && read(example).mistakes == [])
    }

    @Test("An empty file sets nothing, and nothing is wrong with it", arguments: ["", "# only a comment\n", "---\n"])
    func empty(yaml: String) {
        #expect(read(yaml).mistakes == [])
        #expect(read(yaml).top.values.isEmpty)
    }

    static let wrong: [(String, String)] = [
        // What is not known.
        ("a: 1", "config.yaml:1: a is not a setting; the settings are token, token_file, api_url"),
        ("theme: dark\nprofiles:\n  p:\n    thme: x", "config.yaml:4: profiles.p.thme is not a setting"),
        ("profiles: { p: { profiles: {} } }", "profiles.p.profiles cannot be inside a profile"),
        ("alerts: { at: x }", "alerts.at is not a setting; alerts has events and by"),
        ("<<: { theme: dark }", "<< is not a setting"),
        // The wrong kind.
        ("theme: [dark]", "config.yaml:1: theme must be one value"), ("theme: { a: b }", "theme must be one value"),
        ("columns: { a: b }", "columns must be a list of words"),
        ("columns: [[to]]", "columns must be a list of words"),
        ("profiles: [a]", "profiles must contain names with settings under them"),
        ("profiles: { p: dark }", "profiles.p must contain settings"),
        ("contacts: [a]", "contacts must contain names with their numbers"),
        ("keys: x", "keys must contain screens: board"),
        ("keys: { board: x }", "keys.board must contain actions with their keys"),
        ("theme:", "theme is empty"), ("just words", "the file must have lines such as “theme: light”"),
        ("- theme", "the file must have lines such as"), ("[a]: b", "a word is missing before the colon"),
        // Out of range.
        ("timeout: 0", "timeout is “0”; it must be more than 0 up to 600 seconds"),
        ("timeout: 601", "timeout is “601”"),
        ("timeout: nan", "timeout is “nan”"), ("timeout: soon", "timeout is “soon”"),
        ("webhook_port: 65536", "it must be a port, 0 to 65535"), ("webhook_port: 80.5", "it must be a port"),
        ("history_days: 0", "it must be a whole number of days, 1 to 3650"),
        ("country: IN", "country is not a country code; it must be 1 to 3 digits, such as 91"),
        ("country: 999", "country is “999”, which is not a country code; it must be 1 to 3 digits"),
        ("country: 91\ncontacts: { Ben: 9876543210 }", "contacts.Ben can be read in two ways; write +9876543210"),
        ("mask: maybe", "mask is “maybe”; it must be yes or no"),
        ("log_format: xml", "log_format is “xml”; it must be text or json"),
        ("escape_delay: 0", "it must be a whole number of milliseconds, 1 to 1000"),
        ("escape_delay: 25ms", "is “25ms”"),
        ("escape_delay: +25", "escape_delay is “+25”"),
        ("confirm: never", "confirm is “never”; it must be always or marked"),
        ("lock_after: 5", "it must be off, or 10 seconds to 24 hours"), ("lock_after: 25h", "lock_after is “25h”"),
        ("lock_after: 999999999999999999999s", "lock_after is"), ("theme: ../x", "it must be the name of a theme"),
        ("api_url: ftp://a.example", "api_url begins with ftp:"),
        ("account_url: here", "account_url does not begin with https:// or http://"),
        (
            "messaging_url: http://h:65536",
            "messaging_url has a port that is not 1 to 65535; use an address such as https://"
        ),
        ("proxy: https://p", "proxy is an https:// proxy"), ("proxy: http://p:0", "proxy has a port"),
        ("allow_http: maybe", "allow_http is “maybe”; it must be yes or no"), ("ca_file: \"\"", "ca_file is empty"),
        ("webhook_port: +80", "it must be a port, 0 to 65535"),
        ("metrics: 9464", "metrics is “9464”; it must be an address of this machine and a port, such as 127.0.0.1"),
        ("metrics: [127.0.0.1]", "metrics must be one value"), ("metrics: ::1", "metrics is “::1”"),
        ("columns: [state, colour]", "columns has “colour”; use state, to"),
        ("columns: [to, to]", "columns has “to” twice"),
        ("columns: [\"var:a b\"]", "columns has “var:a b”"), ("alerts: { events: [rung] }", "alerts.events has “rung”"),
        ("alerts: { by: horn }", "alerts.by is “horn”; it must be bell, osc9 or osc777"),
        ("contacts: { Anna: 12ab }", "contacts.Anna has a letter"),
        ("contacts: { \"\": 919999999999 }", "contacts has a name"),
        ("agents: { a: 12 }", "agents.a is not a UUID"), ("token: \"a b\"", "token has a space"),
        ("unlock_pin: 471", "unlock_pin is not a valid PIN; it must be 4 to 64 characters"),
        ("token: a\ntoken_file: b", "config.yaml:2: token_file is set together with token"),
        (
            "messaging_token_file: a\nmessaging_login_file: b",
            "config.yaml:2: messaging_login_file is set together with"
        ),
        // Twice.
        ("theme: dark\nmask: yes\ntheme: light", "config.yaml:3: theme appears twice, first in line 1"),
        (
            "profiles:\n  p:\n    mask: yes\n    theme: x\n    mask: no\n",
            "config.yaml:5: mask appears twice, first in line 3"
        ),
        ("{ theme: dark, theme: light }", "config.yaml:1: theme appears twice"),
        // No YAML.
        ("theme: dark\nmask: [yes\n", "this is not YAML"), ("theme: \"dark", "this is not YAML"),
        ("a: *b", "this is not YAML"),
        ("theme: dark\n  mask: yes", "config.yaml:2: this is not YAML"),
        // Keys.
        ("keys:\n  bord: {}", "config.yaml:2: keys.bord is not a screen; the screens are board"),
        (
            "keys:\n  board:\n    hangup: x",
            "config.yaml:3: keys.board.hangup is not an action of board; the actions are new, hang-up"
        ),
        ("keys:\n  form:\n    hang-up: F5", "config.yaml:3: keys.form.hang-up is not an action of form"),
        ("keys:\n  board:\n    quit: Ctrl-1", "config.yaml:3: keys.board.quit has an invalid key: “Ctrl-1”"),
        ("keys:\n  board:\n    quit: !", "config.yaml:3: keys.board.quit is empty; put a value that begins with"),
        (
            "keys:\n  board:\n    quit: F9\n    new: F9",
            "config.yaml:4: keys.board.new cannot be F9: that is the key of quit"
        ),
        ("keys:\n  board:\n    new: Ctrl-C", "config.yaml:3: keys.board.new cannot be Ctrl-C"),
        (
            "keys: { board: { new: F9 } }\nprofiles:\n  p:\n    keys: { board: { quit: F9 } }",
            "config.yaml:4: profiles.p.keys.board.quit cannot be F9"
        ),
    ]

    @Test("A mistake names file, line and key, and says what would be right", arguments: wrong)
    func mistakes(yaml: String, words: String) {
        let mistakes = read(yaml).mistakes.map(\.description)
        #expect(mistakes.contains { $0.contains(words) }, "\(mistakes)")
        #expect(mistakes.allSatisfy { $0.hasPrefix("config.yaml:") })
    }

    @Test("All mistakes are found, in the order of their lines")
    func several() {
        let lines = read("mask: 1\nb: 1\nkeys: { board: { new: Ctrl-C, quit: Ctrl-C } }\ntheme: [x]").mistakes.map(
            \.line
        )
        #expect(lines == [1, 2, 3, 3, 4])
    }

    @Test(
        "A key that stands twice hides no other mistake",
        arguments: [
            ("theme: dark\nmask: maybe\ntheme: light\ntimeout: 0", [2, 3, 4]),
            ("theme: dark\ntheme: light\ntheme: gruvbox\nmask: maybe", [2, 3, 4]),
            ("\"theme\": dark\nmask: maybe\n'theme' : light\n", [2, 3]),
            ("a: 1\ntheme: dark\na: 1\nmask: 1\n", [1, 3, 4]),
            ("{ theme: dark, mask: maybe, theme: light, timeout: 0 }", [1, 1, 1]),
            ("{ keys: { board: {} }, mask: no,\n keys: {}, timeout: 0 }", [2, 2]),
            ("profiles:\n  p:\n    mask: yes\n    mask: no\n  q:\n    timeout: 0\n  p: {}\ntheme: [x]", [4, 6, 7, 8]),
            (
                "keys:\n  board:\n    new: F9\n    new: F8\n    quit: Ctrl-1\nalerts: { by: horn, by: bell }",
                [4, 5, 6, 6]
            ),
            ("contacts:\n  Anna: 12ab\n  Ben: 919999999999\n  Anna: 919999999999\nmask: 1", [2, 4, 5]),
        ] as [(String, [Int])]
    )
    func twiceAndMore(yaml: String, lines: [Int]) {
        let mistakes = read(yaml).mistakes
        #expect(mistakes.map(\.line) == lines, "\(mistakes.map(\.description))")
        // The character that takes a key's place is nobody's business.
        #expect(!mistakes.map(\.description).joined().contains(ConfigurationYAML.aside))
    }

    @Test("A file that others can read is fine, unless a token is in it")
    func exposure() {
        let open = FileAccess(exposure: "others can read or change it (mode 644)")
        #expect(read("theme: light", access: open).mistakes.isEmpty)
        let top = read("theme: light\ntoken: secret-4711", access: open).mistakes.map(\.description)
        #expect(top.count == 1)
        #expect(top.first?.hasPrefix("config.yaml:2: token is in a file that is not private: others can read") == true)
        let profile = read("profiles:\n  p: { token: secret-4711 }", access: open).mistakes.map(\.description)
        #expect(profile.first?.hasPrefix("config.yaml:2: profiles.p.token is in a file") == true)
        let pin = read("unlock_pin: 4711", access: open).mistakes.map(\.description)
        #expect(pin.first?.hasPrefix("config.yaml:1: unlock_pin is in a file that is not private") == true)
        #expect(!(top + profile + pin).joined().contains("4711"))
        let changeable = FileAccess(exposure: "others can", isChangeable: true)
        #expect(read("theme: light", access: changeable).mistakes.map(\.description).first?.contains("anybody") == true)
    }
}
