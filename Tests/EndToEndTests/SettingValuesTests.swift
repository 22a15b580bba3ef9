import Console
import Piopiy
import Testing

@testable import PiopiyCommand

@Suite("Which setting holds")
struct SettingValuesTests {
    private static let yaml = """
        timeout: 4
        theme: light
        history_days: 30
        columns: [to, from]
        contacts: { Anna: 919999999999, Ben: 918888888888 }
        keys: { board: { new: F2, help: F3 } }
        profiles:
          acme:
            timeout: 5
            theme: dark
            contacts: { Ben: 447700900123 }
            keys: { board: { new: F4 } }
        """

    private func values(
        _ flags: [Setting: [String]] = [:],
        _ environment: [String: String] = [:],
        profile: String? = nil,
        yaml: String = yaml
    ) throws -> SettingValues {
        let asked = profile.map { SettingValues.Profile(name: $0, origin: .flag("--profile")) }
        return try SettingValues(
            flags: flags,
            environment: environment,
            place: ConfigurationPlace(path: "c.yaml", namedBy: nil, profile: asked),
            file: ConfigurationFile(yaml, path: "c.yaml")
        )
    }

    @Test("A flag goes over the environment, over the profile, over the file, over what is so by itself")
    func layers() throws {
        let environment = ["PIOPIY_TIMEOUT": "6"]
        let stories: [(SettingValues, String, SettingOrigin)] = [
            (try values([.timeout: ["7"]], environment, profile: "acme"), "7", .flag("--timeout")),
            (try values([:], environment, profile: "acme"), "6", .environment("PIOPIY_TIMEOUT")),
            (try values(profile: "acme"), "5", .file("c.yaml", line: 9, profile: "acme")),
            (try values(), "4", .file("c.yaml", line: 1, profile: nil)),
            (try values(yaml: ""), "10", .standard),
        ]
        for (values, text, origin) in stories {
            #expect(values[.timeout] == SettingValues.Value(words: [text], origin: origin))
        }
    }

    @Test("A profile changes what it names and leaves the rest, name by name and key by key")
    func profile() throws {
        let values = try values(profile: "acme")
        #expect(values.text(.theme) == "dark" && values.text(.historyDays) == "30")
        #expect(values.contacts.map(\.name) == ["Anna", "Ben"])
        #expect(values.contacts.map(\.number) == ["919999999999", "447700900123"])
        #expect(values.keymap.name(of: .newCall, in: .board) == "F4")
        #expect(values.keymap.name(of: .help, in: .board) == "F3")
    }

    @Test("A country completes numbers, contacts too; a profile and the environment may set another")
    func country() throws {
        let yaml = """
            country: 91
            contacts: { Anna: "070000 03006", Ben: +98 76543210 }
            profiles: { london: { country: 44, contacts: { Cleo: 020 7946 0018 } } }
            """
        let india = try values(yaml: yaml)
        #expect(india.numberPlan.country == 91)
        #expect(india.contacts.map(\.number) == ["917000003006", "9876543210"])
        let london = try values(profile: "london", yaml: yaml)
        #expect(london.numberPlan.country == 44 && london.contacts.last?.number == "442079460018")
        #expect(try values([:], ["PIOPIY_COUNTRY": "1"], yaml: yaml).numberPlan.country == 1)
        #expect(try values(yaml: "").numberPlan == .international)
        let failure = #expect(throws: CommandFailure.self) { try values([:], ["PIOPIY_COUNTRY": "999"]) }
        #expect(failure?.message.contains("which is not a country code; it must be 1 to 3 digits") == true)
    }

    @Test("A profile that is not there is refused with those that are")
    func unknownProfile() {
        let failure = #expect(throws: CommandFailure.self) { try values(profile: "acne") }
        #expect(
            failure?.message
                == "--profile names the profile acne, which does not exist: the profiles in c.yaml are acme."
        )
        #expect(failure?.status == .badConfiguration)
    }

    @Test("The environment knows every setting; one that is set to nothing counts as unset")
    func environment() throws {
        let all = [
            "PIOPIY_API_URL": "https://a.example/v3", "PIOPIY_ACCOUNT_URL": "https://b.example", "PIOPIY_APP_ID": "a1",
            "PIOPIY_MESSAGING_URL": "https://c.example", "PIOPIY_HISTORY_DAYS": "3", "PIOPIY_THEME": "gruvbox",
            "PIOPIY_COLUMNS": "to, time", "PIOPIY_READ_ONLY": "yes", "PIOPIY_ALERTS_EVENTS": "ended",
            "PIOPIY_ALERTS_BY": "osc9", "PIOPIY_TIMEOUT": "",
        ]
        let values = try values([:], all)
        #expect(values.addresses.rest == "https://a.example/v3" && values.addresses.account == "https://b.example")
        #expect(values.appID == "a1" && values.history == .seconds(3 * 86_400) && values.text(.theme) == "gruvbox")
        #expect(values[.columns]?.words == ["to", "time"])
        #expect(values.text(.timeout) == "4")
        var settings = ConsoleModel.Settings(place: "")
        values.apply(to: &settings)
        #expect(settings.isReadOnly && settings.alerts == Alerts(events: [.ended], kind: .osc9))
        let base = try self.values([:], ["PIOPIY_BASE_URL": "https://d.example/v3"])
        #expect(base[.apiURL]?.origin == .environment("PIOPIY_BASE_URL"))
    }

    @Test(
        "A value in the environment that breaks a rule is refused by its variable",
        arguments: [
            ("PIOPIY_HISTORY_DAYS", "0", "PIOPIY_HISTORY_DAYS is “0”; it must be a whole number of days, 1 to 3650."),
            ("PIOPIY_LOG_FORMAT", "xml", "PIOPIY_LOG_FORMAT is “xml”; it must be text or json."),
            ("PIOPIY_MASK", "maybe", "PIOPIY_MASK is “maybe”; it must be yes or no."),
            ("PIOPIY_BASE_URL", "here", "PIOPIY_BASE_URL does not begin with https:// or http://"),
            ("PIOPIY_COLUMNS", "to,colour", "PIOPIY_COLUMNS has “colour”"),
        ]
    )
    func wrongEnvironment(variable: String, value: String, words: String) {
        let failure = #expect(throws: CommandFailure.self) { try values([:], [variable: value]) }
        #expect(failure?.message.hasPrefix(words) == true && failure?.status == .badConfiguration)
    }

    @Test("All that the console goes by reaches it")
    func console() throws {
        let yaml = """
            ascii: yes
            mouse: yes
            confirm: marked
            read_only: yes
            mask: yes
            columns: [state, to, var:order]
            alerts: { events: [answered, failed], by: bell }
            lock_after: 5m
            unlock_pin: 4711
            escape_delay: 40
            contacts: { Anna: 919999999999 }
            agents: { support: bdd32bcb-767c-40a5-be4a-5f45eeb348a6 }
            keys: { board: { new: F2 } }
            """
        let values = try values(yaml: yaml)
        var settings = ConsoleModel.Settings(place: "")
        values.apply(to: &settings)
        #expect(settings.ascii && settings.isReadOnly && settings.masksNumbers && values.usesMouse)
        #expect(settings.confirmation == .marked && settings.columns == [.state, .to, .variable("order")])
        #expect(settings.alerts == Alerts(events: [.answered, .failed]) && settings.lockAfter == .seconds(300))
        #expect(settings.unlockPIN == "4711")
        #expect(values.escapeDelay(["SSH_CONNECTION": "x"]) == .milliseconds(40))
        #expect(settings.contacts == [Contact(name: "Anna", number: "919999999999")])
        #expect(settings.agents == [AgentName(id: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6", name: "support")])
        #expect(settings.keymap.name(of: .newCall, in: .board) == "F2")
        var standard = ConsoleModel.Settings(place: "")
        try self.values(yaml: "").apply(to: &standard)
        #expect(!standard.isReadOnly && standard.confirmation == .always && standard.lockAfter == nil)
        #expect(try self.values(yaml: "").escapeDelay([:]) == .milliseconds(25))
        #expect(try self.values(yaml: "").escapeDelay(["SSH_CONNECTION": ""]) == .milliseconds(25))
        #expect(try self.values(yaml: "").escapeDelay(["SSH_CONNECTION": "::1 5 ::1 22"]) == .milliseconds(100))
    }

    @Test("A token that is nearer wins, be it given or in a file; the other is not looked at")
    func tokens() throws {
        let places = FilePlaces(environment: [:])
        func found(_ environment: [String: String], _ yaml: String, profile: String? = nil) throws -> FoundToken? {
            try TokenSource.find(
                try values([:], environment, profile: profile, yaml: yaml),
                environment: environment,
                places: places
            )
        }
        let profiles = "token: a\nprofiles: { p: { token: b }, q: { token_file: /nowhere/token } }"
        #expect(try found([:], profiles)?.origin == .file("c.yaml", line: 1, profile: nil))
        #expect(try found([:], profiles, profile: "p")?.origin == .file("c.yaml", line: 2, profile: "p"))
        let missing = #expect(throws: CommandFailure.self) { try found([:], profiles, profile: "q") }
        #expect(missing?.message == "c.yaml:2 (profile q) names /nowhere/token, which does not exist.")
        #expect(missing?.status == .noToken)
        let outside = try found(["PIOPIY_TOKEN": "c"], profiles, profile: "p")
        #expect(outside?.origin == .environment("PIOPIY_TOKEN"))
        let warning = outside?.warning(try values(profile: "p", yaml: profiles))
        #expect(warning?.hasPrefix("The token from PIOPIY_TOKEN is used instead of the token of the profile p") == true)
        #expect(try found([:], "")?.origin == nil)
    }
}
