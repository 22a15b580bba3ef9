import Testing

@testable import PiopiyCommand

@Suite("Where the platform is")
struct AddressesTests {
    private func addresses(_ option: String? = nil, _ environment: [String: String] = [:]) -> [String] {
        let addresses = Addresses(apiURL: option, environment: environment)
        return [addresses.rest, addresses.account, addresses.messaging]
    }

    @Test("The platform's own hosts, unless the environment or an option says otherwise")
    func precedence() {
        let own = ["https://rest.piopiy.com/v3", "https://api.piopiy.com", "https://rest.telecmi.com"]
        #expect(addresses() == own)
        #expect(addresses(nil, ["PIOPIY_API_URL": "", "PIOPIY_ACCOUNT_URL": ""]) == own)
        #expect(addresses(nil, ["PIOPIY_BASE_URL": "https://a.example/v3"]) == ["https://a.example/v3"] + own[1...])
        let all = [
            "PIOPIY_API_URL": "https://b.example/v3", "PIOPIY_BASE_URL": "https://a.example/v3",
            "PIOPIY_ACCOUNT_URL": "https://c.example", "PIOPIY_MESSAGING_URL": "https://d.example",
        ]
        #expect(addresses(nil, all) == ["https://b.example/v3", "https://c.example", "https://d.example"])
        #expect(addresses("https://e.example/v3", all)[0] == "https://e.example/v3")
    }

    @Test(
        "A sandbox serves all three, so that one address is enough",
        arguments: [
            ("http://127.0.0.1:4711/v3", "http://127.0.0.1:4711"), ("http://localhost/v3", "http://localhost"),
            ("HTTP://[::1]:80/v3", "http://[::1]:80"), ("http://127.8.9.1:1/v3/", "http://127.8.9.1:1"),
        ]
    )
    func sandbox(address: String, origin: String) {
        #expect(addresses(address) == [address, origin, origin])
        #expect(addresses(nil, ["PIOPIY_API_URL": address]) == [address, origin, origin])
        let other = addresses(address, ["PIOPIY_ACCOUNT_URL": "https://c.example"])
        #expect(other == [address, "https://c.example", origin])
        #expect(Addresses(apiURL: address, environment: [:]).warning == nil)
    }

    @Test(
        "Another host is none, and plain http to it is warned of",
        arguments: ["http://10.0.0.1/v3", "http://127.0.0.1.example.com/v3", "http://localhost.example/v3"]
    )
    func elsewhere(address: String) {
        let addresses = Addresses(apiURL: address, environment: [:])
        #expect(addresses.account == "https://api.piopiy.com")
        #expect(addresses.warning?.hasPrefix("\(address) is plain http to another machine") == true)
    }
}
