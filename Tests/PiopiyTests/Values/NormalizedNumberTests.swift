import TestSupport
import Testing

@testable import Piopiy

@Suite("Numbers as they are compared")
struct NormalizedNumberTests {
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
        let key = NormalizedNumber(try PhoneNumber(validating: "917000003006"))
        #expect(NormalizedNumber(told) == key)
        #expect(key.matches(told))
        let other = NormalizedNumber(try PhoneNumber(validating: "917000003007"))
        #expect(!other.matches(told))
    }

    @Test("A zero in brackets behind the country code is left out, any other bracket kept")
    func trunkZero() {
        #expect(NormalizedNumber("+44 (0) 20 7946 0018")?.digits == "442079460018")
        #expect(NormalizedNumber("0044(0)2079460018")?.digits == "442079460018")
        // So is a trunk zero that was told without brackets, where the number is none with it.
        #expect(NormalizedNumber("+44 (020) 7946 0018")?.digits == "442079460018")
        #expect(NormalizedNumber("44 (0) 20 7946 0018")?.digits == "442079460018")
        // In Italy it is a part of the number.
        #expect(NormalizedNumber("+39 06 6982 0000")?.digits == "390669820000")
    }

    @Test(
        "What is not certainly a whole number has none",
        arguments: [
            "", "1001", "123456", "anonymous", "alice", "sip:1001@host", "sip:917000003006@host", "+", "00", "()",
            "bdd32bcb-767c-40a5-be4a-5f45eeb348a6", "0123456", "12345678901234567", "917000003006 ext 5",
            "917000003006\n5", "+91 +7000003006", "918888888801, 5", "unknown:917000003006", "९१७००००३००६",
        ]
    )
    func none(told: String) throws {
        #expect(NormalizedNumber(told) == nil)
        #expect(!NormalizedNumber(try PhoneNumber(validating: "917000003006")).matches(told))
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

@Suite("Numbers with a country and without")
struct NumberPlanTests {
    private static func plan(_ country: String?) throws -> NumberPlan {
        try country.map { try NumberPlan(country: $0) } ?? .international
    }

    /// As it was told, in which country, and the whole number.
    static let golden: [(told: String, country: String?, text: String, national: String)] = [
        ("+7 916 000 00 01", nil, "+79160000001", "9160000001"),
        ("8 916 000-00-01", "7", "+79160000001", "9160000001"),
        ("+44 (0)20 7946 0018", nil, "+442079460018", "2079460018"),
        ("(020) 7946 0018", "44", "+442079460018", "2079460018"),
        ("+4402079460018", "44", "+442079460018", "2079460018"),
        ("0091 70000 03006", nil, "+917000003006", "7000003006"),
        ("0091 70000 03006", "44", "+917000003006", "7000003006"),
        ("011 44 20 7946 0018", "1", "+442079460018", "2079460018"),
        ("(415) 555-0100", "1", "+14155550100", "4155550100"),
        ("1 415 555 0100", "1", "+14155550100", "4155550100"),
        ("32 12 34 56", "45", "+4532123456", "32123456"), ("4532123456", nil, "+4532123456", "32123456"),
        ("070000 03006", "91", "+917000003006", "7000003006"), ("7000003006", "91", "+917000003006", "7000003006"),
        ("919876543210", "91", "+919876543210", "9876543210"), ("+9876543210", "91", "+9876543210", "76543210"),
        ("0170 1234567", "49", "+491701234567", "1701234567"), ("491701234567", "49", "+491701234567", "1701234567"),
        ("06 1 234 5678", "36", "+3612345678", "12345678"), ("06 6982 0000", "39", "+390669820000", "0669820000"),
        ("+52 1 55 1234 5678", nil, "+525512345678", "5512345678"),
        ("525512345678", nil, "+525512345678", "5512345678"),
        ("+54 9 11 2345 6789", nil, "+541123456789", "1123456789"),
        ("541123456789", nil, "+541123456789", "1123456789"),
        // Not complete: without a country, and where it can be read in two ways.
        ("070000 03006", nil, "07000003006", "7000003006"), ("9876543210", "91", "9876543210", "9876543210"),
        ("20123456", "45", "20123456", "20123456"),
    ]

    @Test("Golden cases", arguments: golden)
    func goldenCase(told: String, country: String?, text: String, national: String) throws {
        let number = try #require(NormalizedNumber(told, plan: try Self.plan(country)))
        #expect(number.text == text && number.national == national)
        #expect(number.isComplete == text.hasPrefix("+"))
    }

    /// Without spaces, what is typed in one piece; `nil` where it is refused.
    static let typed: [(text: String, country: String?, digits: String?)] = [
        ("07000003006", "91", "917000003006"), ("070000 03006", "91", "917000003006"),
        ("7000003006", "91", "917000003006"), ("70000-03006", "91", "917000003006"),
        ("919876543210", "91", "919876543210"), ("91 98765 43210", "91", "919876543210"),
        ("+9876543210", "91", "9876543210"), ("00 91 98765 43210", "91", "919876543210"),
        ("0091 98765 43210", "44", "919876543210"), ("(020) 7946 0018", "44", "442079460018"),
        ("020 7946 0018", "44", "442079460018"), ("011 44 20 7946 0018", "1", "442079460018"),
        ("(415) 555-0100", "1", "14155550100"), ("14155550100", "1", "14155550100"), ("32123456", "45", "4532123456"),
        // Two numbers, a trunk zero behind a country code, what is too short: as without a country.
        ("1001 1002", "91", nil), ("+44 (0) 20 7946 0018", "44", nil), ("44 (0) 20 7946 0018", "44", nil),
        ("70000 03006 5", "91", nil), ("1001", "91", nil), ("07000003006, 07000003007", "91", nil),
        ("91700.00300", "91", nil), ("9876543210", "91", nil), ("98765 43210", "91", nil), ("20123456", "45", nil),
        // Without a country all is as it was.
        ("9876543210", nil, "9876543210"), ("07000003006", nil, nil), ("0091 98765 43210", nil, nil),
        ("(415) 555-0100", nil, nil), ("011 44 20 7946 0018", nil, nil),
    ]

    @Test("A number is dialed as it is meant in the country, or not at all", arguments: typed)
    func reading(text: String, country: String?, digits: String?) throws {
        let number = try? NumberReading.read(text, plan: try Self.plan(country))
        #expect(number?.digits == digits)
    }

    @Test(
        "A number that reads as national and as international is refused with both",
        arguments: ["9876543210", "98765-43210"]
    )
    func ambiguous(text: String) throws {
        let refusal = #expect(throws: NumberRefusal.self) {
            try NumberReading.read(text, plan: try Self.plan("91"))
        }
        #expect(refusal == .ambiguous(international: "9876543210", national: "919876543210"))
        #expect(refusal?.problem.contains("+9876543210") == true && refusal?.problem.contains("+919876543210") == true)
        // What is told so may be either.
        let told = try #require(NormalizedNumber(text, plan: try Self.plan("91")))
        for either in ["+9876543210", "+919876543210"] {
            #expect(told.matches(try #require(NormalizedNumber(either, plan: try Self.plan("91")))), "\(either)")
        }
    }

    @Test("What cannot be completed matches whatever ends in it, and nothing else")
    func incomplete() throws {
        let number = try #require(NormalizedNumber("917000003006"))
        for told in ["07000003006", "0 70000 03006", "+917000003006"] { #expect(number.matches(told), "\(told)") }
        for told in ["7000003006", "07000003007", "0003006", "alice", "1001", "", "003006"] {
            #expect(!number.matches(told), "\(told)")
        }
        #expect(NormalizedNumber("917000003006", plan: try Self.plan("91"))?.matches("7000003006") == true)
        #expect(NormalizedNumber("5215512345678")?.matches("+52 55 1234 5678") == true)
        #expect(NormalizedNumber("+54 11 2345 6789")?.matches("5491123456789") == true)
        #expect(NormalizedNumber("+54 11 2345 6789")?.matches("5481123456789") == false)
    }

    @Test("A country is a country code", arguments: ["91", "1", "44", "998"])
    func countries(code: String) throws { #expect(try NumberPlan(country: code).country == Int(code)) }

    @Test("What is none is refused with the remedy", arguments: ["0", "091", "999", "", "IN", "+91", "9100", "१"])
    func noCountry(text: String) {
        let error = #expect(throws: ValidationError.self) { try NumberPlan(country: text) }
        #expect(error?.field == "country" && error?.problem.contains("it must be 1 to 3 digits, such as 91") == true)
    }

    /// Digits and signs as they may be told, many of them of real numbers.
    private static func told(_ random: inout SplitMix64) -> String {
        let code = random.pick(["91", "44", "1", "7", "52", "54", "45", "49", "39", "998", "999", "0", ""])
        let length = Int.random(in: 4...12, using: &random)
        let digits = (0..<length).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
        return random.pick(["+", "00", "0", "", "", "011", "+0"]) + code + random.pick(["", " ", "1", "9", " (0)"])
            + digits
    }

    @Test(
        "Normalising what was normalised changes nothing, and matching goes both ways",
        arguments: [nil, "91", "44", "1", "7", "45", "49", "39", "52", "54"]
    )
    func properties(country: String?) throws {
        let plan = try Self.plan(country)
        var random = SplitMix64(seed: 11)
        let numbers = (0..<3000).map { _ in Self.told(&random) }.compactMap { told in
            NormalizedNumber(told, plan: plan).map { (told: told, number: $0) }
        }
        #expect(numbers.count > 1000)
        for (told, number) in numbers {
            #expect(NormalizedNumber(number.text, plan: plan) == number, "\(told)")
            #expect(number.matches(number) && number.matches(told), "\(told)")
            #expect((7...16).contains(number.digits.utf8.count) && number.digits.utf8.first != 0x30, "\(told)")
            // Whatever matches ends alike, by which the board finds it.
            let forms = number.usualForms.filter { form in form.filter { $0 != "+" }.count <= 16 }
            for other in forms.compactMap({ NormalizedNumber($0, plan: plan) }) {
                #expect(number.matches(other) || number.digits.suffix(7) == other.digits.suffix(7), "\(told): \(other)")
            }
        }
        for (one, next) in zip(numbers, numbers.dropFirst()) {
            let (one, next) = (one.number, next.number)
            #expect(one.matches(next) == next.matches(one), "\(one) and \(next)")
            #expect(!one.matches(next) || one.digits.suffix(7) == next.digits.suffix(7))
        }
    }

    @Test("The data name their source, version and licence, and all country codes are there")
    func data() {
        let text = String(decoding: PackageResources.number_plan_txt, as: UTF8.self)
        #expect(text.contains("phonenumbers 9.0.43") && text.contains("Apache License 2.0"))
        #expect(PackageResources.number_plan_txt.count < 30_000)
        #expect(CountryCode.all.count == text.split(separator: "\n").count { !$0.hasPrefix("#") })
        // No code is the beginning of another.
        let codes = CountryCode.all.values.map(\.digits)
        for code in codes { #expect(codes.count { code.hasPrefix($0) } == 1, "\(code)") }
    }

    @Test("A pattern finds a national number by its beginning with the trunk prefix")
    func pattern() throws {
        let plan = try Self.plan("91")
        for typed in ["07000", "070000 03006", "07000*", "7000003006", "+9170*", "3006"] {
            #expect(NumberPattern(typed, plan: plan)?.matches("917000003006") == true, "\(typed)")
        }
        #expect(NumberPattern("917000003006", plan: plan)?.matches("070000 03006") == true)
        #expect(NumberPattern("08000*", plan: plan)?.matches("917000003006") == false)
        #expect(NumberPattern("07000*")?.matches("917000003006") == false)
    }
}
