import Piopiy
import Testing

@Suite("The examples of reaching the platform")
struct ReachingTests {
    @Test("An address is read once, and a proxy leads to it unless it is this machine")
    func address() throws {
        let address = try Reaching.address()
        #expect(address.text == "https://rest.piopiy.com/v3")
        let rules = try ProxyRules(environment: ["https_proxy": "http://proxy.example.com:3128"])
        #expect(rules.route(to: address).choice?.source == "https_proxy")
        let own = try WebAddress(validating: "https://127.0.0.1:8443/v3", field: "base_url")
        #expect(rules.route(to: own).choice == nil)
        _ = try Reaching.proxies()
    }
}
