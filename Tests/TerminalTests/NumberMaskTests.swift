import Testing

@testable import Terminal

@Suite("Masked phone numbers")
struct NumberMaskTests {
    @Test(
        "All but the first two and last two digits of a number are hidden, wherever it stands",
        arguments: [
            ("918888888801", "91********01"), ("call to 447700900123: busy", "call to 44********23: busy"),
            ("sip:918888888801@host", "sip:91********01@host"), ("1234567", "12***67"), ("123456", "123456"),
            (#"{"to":"918888888801","n":3}"#, #"{"to":"91********01","n":3}"#), ("", ""),
            ("918888888801 447700900123", "91********01 44********23"), ("ring 00:07", "ring 00:07"),
        ]
    )
    func masks(text: String, masked: String) {
        #expect(NumberMask.masked(text) == masked)
    }

    @Test("An id is left whole, also one of digits alone")
    func ids() {
        for id in ["bdd32bcb-767c-40a5-be4a-5f45eeb348a6", "00000000-0000-4000-8000-000000000001"] {
            #expect(NumberMask.masked("call \(id) ended") == "call \(id) ended")
        }
        #expect(NumberMask.masked("00000000-0000-4000-8000-0000000000011") != "00000000-0000-4000-8000-0000000000011")
    }
}
