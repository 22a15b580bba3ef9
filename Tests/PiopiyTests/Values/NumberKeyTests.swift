import Testing

@testable import Piopiy

@Suite("Numbers as they are compared")
struct NumberKeyTests {
    @Test(
        "All forms of a number have one key",
        arguments: [
            "917000003006", "+917000003006", "00917000003006", "+91 70000 03006", "91-70000-03006", "+91 (70000) 03006",
            "(+91) 70000.03006", "0091 70000/03006", " 917000003006 ", "+91\u{A0}70000\u{202F}03006",
            "+917000003006\u{200E}",
            "91\u{2011}70000\u{2013}03006", "tel:+91-70000-03006;ext=5", "sip:+917000003006@trunk.example",
            "91700000 3006",
        ]
    )
    func forms(told: String) throws {
        let key = NumberKey(try PhoneNumber(validating: "917000003006"))
        #expect(NumberKey(told) == key)
        #expect(key.matches(told))
        let other = NumberKey(try PhoneNumber(validating: "917000003007"))
        #expect(!other.matches(told))
    }

    @Test("A zero in brackets behind the country code is left out, any other bracket kept")
    func trunkZero() {
        #expect(NumberKey("+44 (0) 20 7946 0018")?.digits == "442079460018")
        #expect(NumberKey("0044(0)2079460018")?.digits == "442079460018")
        #expect(NumberKey("+44 (020) 7946 0018")?.digits == "4402079460018")
        #expect(NumberKey("44 (0) 20 7946 0018")?.digits == "4402079460018")
    }

    @Test(
        "What is not certainly a whole number has none",
        arguments: [
            "", "1001", "123456", "anonymous", "alice", "sip:1001@host", "sip:917000003006@host", "+", "00", "()",
            "bdd32bcb-767c-40a5-be4a-5f45eeb348a6", "07000003006", "12345678901234567", "917000003006 ext 5",
            "917000003006\n5", "+91 +7000003006", "918888888801, 5", "unknown:917000003006", "९१७००००३००६",
        ]
    )
    func none(told: String) throws {
        #expect(NumberKey(told) == nil)
        #expect(!NumberKey(try PhoneNumber(validating: "917000003006")).matches(told))
    }

    @Test("A pattern finds numbers whatever the form of either", arguments: ["917000003006", "+91 70000 03006"])
    func patterns(told: String) {
        for typed in ["917000003006", "+9170*", "0091 7000*", "9170*", "*3006", "*03-006", "70000", "+91", "91-7000"] {
            #expect(NumberPattern(typed)?.matches(told) == true, "\(typed)")
        }
        for typed in ["+70000", "70000*", "*9170", "0070000*", "91700000300612", "008000*"] {
            #expect(NumberPattern(typed)?.matches(told) == false, "\(typed)")
        }
        for typed in ["alice", "1.5", "9*1", "*", ""] { #expect(NumberPattern(typed) == nil, "\(typed)") }
    }

    @Test("Two zeros in the middle of a number are two zeros")
    func zeros() {
        #expect(NumberPattern("0000300")?.matches("917000003006") == true)
        #expect(NumberPattern("003")?.matches("917000003006") == true)
        #expect(NumberPattern("009")?.matches("917000003006") == false)
    }
}
