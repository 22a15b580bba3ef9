import Testing

@testable import PiopiyCommand

@Suite("Where the platform is")
struct AddressesTests {
    private func all(_ option: String? = nil, _ environment: [String: String] = [:], file: String = "") throws
        -> Addresses
    {
        let flags: [Setting: [String]] = option.map { [.apiURL: [$0]] } ?? [:]
        let file = ConfigurationFile(file, path: "config.yaml")
        return Addresses(try SettingValues(flags: flags, environment: environment, file: file))
    }

    private func addresses(
        _ option: String? = nil,
        _ environment: [String: String] = [:],
        file: String = ""
    ) throws -> [String] {
        let addresses = try all(option, environment, file: file)
        return [addresses.rest, addresses.account, addresses.messaging]
    }

    @Test("The platform's own hosts, unless the environment or an option says otherwise")
    func precedence() throws {
        let own = ["https://rest.piopiy.com/v3", "https://api.piopiy.com", "https://rest.telecmi.com"]
        #expect(try addresses() == own)
        #expect(try addresses(nil, ["PIOPIY_API_URL": "", "PIOPIY_ACCOUNT_URL": ""]) == own)
        #expect(try addresses(nil, ["PIOPIY_BASE_URL": "https://a.example/v3"]) == ["https://a.example/v3"] + own[1...])
        let all = [
            "PIOPIY_API_URL": "https://b.example/v3", "PIOPIY_BASE_URL": "https://a.example/v3",
            "PIOPIY_ACCOUNT_URL": "https://c.example", "PIOPIY_MESSAGING_URL": "https://d.example",
        ]
        #expect(try addresses(nil, all) == ["https://b.example/v3", "https://c.example", "https://d.example"])
        #expect(try addresses("https://e.example/v3", all)[0] == "https://e.example/v3")
    }

    @Test(
        "A sandbox serves all three, so that one address is enough",
        arguments: [
            ("http://127.0.0.1:4711/v3", "http://127.0.0.1:4711"), ("http://localhost/v3", "http://localhost"),
            ("HTTP://[::1]:80/v3", "http://[::1]:80"), ("http://127.8.9.1:1/v3/", "http://127.8.9.1:1"),
        ]
    )
    func sandbox(address: String, origin: String) throws {
        #expect(try addresses(address) == [address, origin, origin])
        #expect(try addresses(nil, ["PIOPIY_API_URL": address]) == [address, origin, origin])
        let other = try addresses(address, ["PIOPIY_ACCOUNT_URL": "https://c.example"])
        #expect(other == [address, "https://c.example", origin])
        #expect(try all(address).warning == nil)
    }

    @Test(
        "Another host is none, and plain http to it is warned of where it is allowed",
        arguments: ["http://10.0.0.1/v3", "http://127.0.0.1.example.com/v3", "http://localhost.example/v3"]
    )
    func elsewhere(address: String) throws {
        let addresses = try all(address)
        #expect(addresses.account == "https://api.piopiy.com")
        #expect(addresses.warning?.hasPrefix("\(address) is plain http to another machine") == true)
    }

    @Test("A flag or a variable that leads to a sandbox takes the other hosts along, whatever the file says of them")
    func nearest() throws {
        let file = "api_url: https://a.example/v3\naccount_url: https://b.example\n"
        let own = "https://rest.telecmi.com"
        #expect(try addresses(file: file) == ["https://a.example/v3", "https://b.example", own])
        #expect(
            try addresses("http://127.0.0.1:1/v3", file: file).dropFirst() == [
                "http://127.0.0.1:1", "http://127.0.0.1:1",
            ]
        )
        #expect(try addresses(nil, ["PIOPIY_API_URL": "http://127.0.0.1:1/v3"], file: file)[1] == "http://127.0.0.1:1")
        let sandbox = "api_url: http://127.0.0.1:1/v3\naccount_url: http://127.0.0.1:2\n"
        #expect(try addresses(file: sandbox)[1] == "http://127.0.0.1:2")
    }
}
