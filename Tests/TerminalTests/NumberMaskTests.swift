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

    @Test(
        "So are those of a number in groups",
        arguments: [
            ("+91 88888 88801", "+91 ***** ***01"), ("call to +91 8888888801: busy", "call to +91 ********01: busy"),
            ("(415) 555-0100", "(41*) ***-**00"), ("+1 (415) 555-0100", "+1 (4**) ***-**00"),
            ("91-88888-88801", "91-*****-***01"), ("+45 12 34 56 78", "+45 ** ** ** 78"),
            ("+91\u{A0}88888\u{A0}88801", "+91\u{A0}*****\u{A0}***01"), ("88888 88801", "88*** ***01"),
            ("14:02:11 88888 88801", "14:02:11 88*** ***01"), ("(+91) 88888.88801", "(+91) *****.***01"),
        ]
    )
    func groups(text: String, masked: String) {
        #expect(NumberMask.masked(text) == masked)
    }

    @Test(
        "Dates, times, decimals and addresses of machines stay",
        arguments: [
            "2026-11-30 18:04:05", "on 2026-11-30", "03-14 14:02", "17507.49", "192.168.100.200", "127.0.0.1:8787",
            "3 of 200 000", "5d04h", "1.2.3", "0:42  12",
        ]
    )
    func others(text: String) {
        #expect(NumberMask.masked(text) == text)
    }

    @Test("An id is left whole, also one of digits alone")
    func ids() {
        for id in ["bdd32bcb-767c-40a5-be4a-5f45eeb348a6", "00000000-0000-4000-8000-000000000001"] {
            #expect(NumberMask.masked("call \(id) ended") == "call \(id) ended")
        }
        #expect(NumberMask.masked("00000000-0000-4000-8000-0000000000011") != "00000000-0000-4000-8000-0000000000011")
    }
}
