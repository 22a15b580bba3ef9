import Testing

@testable import Piopiy

@Suite("A number as people write it")
struct NumberReadingTests {
    private func refusal(_ text: String) throws -> NumberRefusal {
        try #require(
            throws: NumberRefusal.self,
            performing: { () throws in _ = try NumberReading.read(text) }
        )
    }

    @Test(
        "Groups of one number are one number",
        arguments: [
            // One piece, with what may stand around it.
            ("918888888801", "918888888801"), ("+918888888801", "918888888801"), (" 918888888801\n", "918888888801"),
            ("(918888888801)", "918888888801"), ("1234567", "1234567"), ("+1234567890123456", "1234567890123456"),
            // India, by fives, by fours, and with the country code set apart or in brackets.
            ("+91 88888 88801", "918888888801"), ("91 88888 88801", "918888888801"),
            ("91-8888-8888-01", "918888888801"),
            ("+91 88888-88801", "918888888801"), ("(91) 8888 888801", "918888888801"),
            ("+91 8888888801", "918888888801"),
            ("(+91) 88888 88801", "918888888801"), ("+(91) 88888 88801", "918888888801"),
            ("+ 91 88888 88801", "918888888801"),
            ("91 8888888801", "918888888801"), ("+91.88888.88801", "918888888801"),
            ("+91 22 2345 6789", "912223456789"),
            // North America.
            ("1 (415) 555-0100", "14155550100"), ("+1 (415) 555-0100", "14155550100"),
            ("+1.415.555.0100", "14155550100"),
            ("1-415-555-0100", "14155550100"), ("+1415 555 0100", "14155550100"), ("1.415.555.0100", "14155550100"),
            // By pairs and otherwise in Europe.
            ("+45 12 34 56 78", "4512345678"), ("45 12 34 56 78", "4512345678"), ("+33 1 42 68 53 00", "33142685300"),
            ("+44 20 7946 0018", "442079460018"), ("+44 7700 900123", "447700900123"),
            ("+7 495 123-45-67", "74951234567"),
            ("+41 44 123 45 67", "41441234567"), ("+39 06 1234 5678", "390612345678"),
            ("+49 30/1234567", "49301234567"),
            ("+4930/1234567", "49301234567"), ("+353 1 234 5678", "35312345678"), ("+354 555 1234", "3545551234"),
            // As long as they are in use.
            ("+86 139 1234 5678", "8613912345678"), ("+55 11 91234-5678", "5511912345678"),
            // Other blanks and dashes.
            ("+91\u{A0}88888\u{202F}88801", "918888888801"), ("+91\u{2007}88888\u{2013}88801", "918888888801"),
            ("+91 88888\u{2011}88801", "918888888801"), ("+91\u{3000}88888 \u{2212} 88801", "918888888801"),
            // Invisible characters that contacts put around a number, and our own CSV's apostrophe.
            ("\u{202A}+91 88888 88801\u{202C}", "918888888801"), ("\u{FEFF}918888888801\u{200B}", "918888888801"),
            ("\u{2066}918888888801\u{2069}", "918888888801"), ("'+918888888801", "918888888801"),
        ]
    )
    func oneNumber(text: String, digits: String) throws {
        #expect(try NumberReading.read(text).digits == digits)
        #expect(NumberReading.problem(with: text) == nil)
        #expect(try PhoneNumber(reading: text).digits == digits)
    }

    @Test(
        "Groups that may be two numbers are refused, and both are named",
        arguments: [
            ("1234567 7654321", "1234567", "7654321", false),
            ("918888888801 918888888802", "918888888801", "918888888802", false),
            ("918888888801\n5", "918888888801", "5", false), ("918888888801\r\n5", "918888888801", "5", false),
            ("918888888801\t5", "918888888801", "5", false), ("918888888801 5", "918888888801", "5", false),
            ("918888888801\u{2028}5", "918888888801", "5", false), ("1001\n1002", "1001", "1002", false),
            ("+91 88888\n88801", "+91 88888", "88801", false),
            ("918888888801, 5", "918888888801", "5", false),
            ("918888888801; 918888888802", "918888888801", "918888888802", false),
            ("918,888,888,801", "918", "888,888,801", false),
            ("918888888801+918888888802", "918888888801", "+918888888802", false),
            ("918888888801-5", "918888888801", "5", false), ("918888888801/02", "918888888801", "02", false),
            ("+919888888 88801", "919888888", "88801", false), ("(918888888801) 5", "918888888801", "5", false),
            // One group too many behind a whole number.
            ("+91 88888 88801 5", "88801", "5", false), ("+91 88888 88801 55", "88801", "55", false),
            ("+91 88888 88801 1002", "88801", "1002", false), ("+91 98765 43210 123", "43210", "123", false),
            ("+1 415 555 0100 1002", "0100", "1002", false), ("+1001 1002", "1001", "1002", true),
            // Alternatives behind a slash, and more than one sign.
            ("+91 22 2345 6789/90", "6789", "90", false), ("+91 22 2345 6789/6790", "6789", "6790", false),
            ("+91 80 41234/41235", "41234", "41235", false), ("+49 30/12345/67", "12345", "67", false),
            ("+91 88888--88801", "88888", "88801", false),
            // Without a + or a country code that stands alone nothing shows where the number begins.
            ("1001 1002", "1001", "1002", true), ("98765 43210", "98765", "43210", true),
            ("8888-8888", "8888", "8888", true), ("(415) 555-0100", "415", "555", true),
            ("(212) 555-0100", "212", "555", true), ("354 555 1234", "354", "555", true),
            ("20 30 40 50", "20", "30", true), ("1 918888888801", "1", "918888888801", true),
            ("1 1001 1002", "1", "1001", true), ("+1 415 555 010", "555", "010", true),
            ("20 918888888801", "20", "918888888801", true),
            ("9 1 8 8 8 8 8 8 8 8 8 0 1", "9", "1", true), ("9188 8888 8801", "9188", "8888", true),
        ]
    )
    func severalNumbers(text: String, first: String, second: String, mayLackCode: Bool) throws {
        #expect(try refusal(text) == .severalNumbers(first, second, mayLackCode: mayLackCode))
        let words = try #require(NumberReading.problem(with: text))
        #expect(words.contains("“\(first)” and “\(second)”") && words.contains("with + and its country code"))
        #expect(words.contains("lack its country code") == mayLackCode)
    }

    @Test(
        "A zero in brackets is refused with the number to write",
        arguments: [
            ("+44 (0) 20 7946 0018", "+442079460018"), ("44 (0) 20 7946 0018", "+442079460018"),
            ("+44 (0)7700 900123", "+447700900123"), ("+44(0)7700900123", "+447700900123"),
            ("+44 ( 0)7700900123", "+447700900123"), ("+44 (020) 7946 0018", "+442079460018"),
            ("+49 (0)30/1234567", "+49301234567"), ("(0) 20 7946 0018", nil), ("+(0)44", nil),
        ]
    )
    func trunkZero(text: String, remedy: String?) throws {
        #expect(try refusal(text) == .trunkZero(remedy: remedy))
        let words = try #require(NumberReading.problem(with: text))
        #expect(words.contains("zero in brackets") && words.contains(remedy ?? "with its country code"))
    }

    @Test(
        "What is not part of a number is refused by its name",
        arguments: [
            ("918888888801 ext 5", .hasExtension("ext 5"), "extension (“ext 5”)"),
            ("918888888801 x5", .hasExtension("x5"), "extension"), ("918888888801x5", .hasExtension("x5"), "extension"),
            ("918888888801;ext=5", .hasExtension(";ext=5"), "extension"),
            ("918888888801,,5", .hasExtension(",,5"), "extension"),
            ("+1 415 555 0100, ext. 22", .hasExtension(", ext. 22"), "extension"),
            ("918888888801 Extension: 12", .hasExtension("Extension: 12"), "extension"),
            ("tel:+44-20-7946-0018", .address(scheme: "tel:", remedy: "+442079460018"), "write +442079460018"),
            ("TEL:1001 1002", .address(scheme: "tel:", remedy: nil), "only the number"),
            ("sip:desk@example.com", .address(scheme: "sip:", remedy: nil), "sip: address"),
            ("9.1E+11", .changedBySpreadsheet, "was changed by a spreadsheet"),
            ("9.1e11", .changedBySpreadsheet, "format to text"),
            ("9,18889E+11", .changedBySpreadsheet, "format to text"),
            ("9E11", .changedBySpreadsheet, "format to text"),
            ("918888888801.0", .changedBySpreadsheet, "format to text"),
            ("918888888801,00", .changedBySpreadsheet, "format to text"),
            ("91.8888888801", .decimalFraction, "fraction"),
            ("00918888888801", .internationalPrefix(remedy: "+918888888801"), "starts with 00"),
            ("00 44 20 7946 0018", .internationalPrefix(remedy: "+442079460018"), "write +442079460018"),
            ("0012", .internationalPrefix(remedy: nil), "starts with 00"),
            ("91888x888888", .character("x"), "has a letter (“x”)"), ("91 8888 88880l", .character("l"), "a letter"),
            ("Anna 918888888801", .character("A"), "a letter"), ("918888888801#", .character("#"), "has “#”"),
            ("'918888888801", .character("'"), "has “'”"), ("*67918888888801", .character("*"), "has “*”"),
            ("9188888\u{200B}88801", .character("\u{200B}"), "an invisible character (U+200B)"),
            ("\u{202E}918888888801", .character("\u{202E}"), "(U+202E)"),
            ("918888888801\u{200F}", .character("\u{200F}"), "(U+200F)"),
            ("918888888801\u{13}", .character("\u{13}"), "(U+0013)"),
            ("91888888880\u{661}", .character("\u{661}"), "another script"),
            ("\u{FF19}18888888801", .character("\u{FF19}"), "another script"),
            ("91888888880\u{FF11}", .character("\u{FF11}"), "another script"),
            ("\u{FF0B}918888888801", .character("\u{FF0B}"), "U+FF0B"),
            ("91 (8888 888801", .brackets, "brackets"), ("91 8888) 888801", .brackets, "brackets"),
            ("(918888888801", .brackets, "brackets"), ("91 () 8888 888801", .brackets, "brackets"),
            ("91 ((22)) 2345 6789", .brackets, "brackets"),
            ("+91 8888 888801 (5)", .brackets, "brackets"), ("+91 22 (2345) 6789", .brackets, "brackets"),
            ("-918888888801", .looseSign("-"), "is it complete?"), ("+91 88888-", .looseSign("-"), "is it complete?"),
            ("+", .looseSign("+"), "is it complete?"), ("++918888888801", .character("+"), "has “+”"),
            ("", .empty, "is empty"), (" \u{A0}\n", .empty, "is empty"),
            ("123", .rule("has only 3 digits; a phone number is \(PhoneNumber.rule)"), "only 3 digits"),
            ("12 34", .rule("has only 4 digits; a phone number is \(PhoneNumber.rule)"), "only 4 digits"),
            ("0918888888801", .rule("starts with 0; a phone number is \(PhoneNumber.rule)"), "starts with 0"),
            ("12345678901234567", .rule("has 17 digits; a phone number is \(PhoneNumber.rule)"), "17 digits"),
        ] as [(String, NumberRefusal, String)]
    )
    func refused(text: String, refusal: NumberRefusal, words: String) throws {
        #expect(try self.refusal(text) == refusal)
        let said = try #require(NumberReading.problem(with: text))
        #expect(said.contains(words), "\(said)")
    }

    @Test("Nothing that is read differs from the digits that were written, in their order")
    func onlyDigits() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "0", "1", "4", "5", "7", "9", "91", "44", "88888", " ", "-", "(", ")", ".", "/", "+", "\t", "\n", "x", ",",
            "\u{200B}", "\u{A0}",
        ]
        let read = (0..<20_000).compactMap { _ -> (String, PhoneNumber)? in
            let text = (0..<Int.random(in: 1...12, using: &random))
                .map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
            return (try? NumberReading.read(text)).map { (text, $0) }
        }
        #expect(read.count > 50)
        for (text, number) in read {
            #expect(number.digits == text.filter { ("0"..."9").contains($0) }, "\(text)")
            #expect(PhoneNumber.problem(with: number.digits) == nil)
            #expect(NumberReading.parts(of: text).count == 1, "\(text)")
        }
    }

    @Test("Lines and cells that hold digits are counted, blank ones and words are not")
    func parts() {
        #expect(NumberReading.parts(of: "918888888801\n") == ["918888888801"])
        #expect(
            NumberReading.parts(of: "Anna\t918888888801\r\n\r\nBen\t918888888802\r\n") == [
                "918888888801", "918888888802",
            ]
        )
        #expect(NumberReading.parts(of: "no digits\nhere") == [])
    }

    @Test("A field's name begins what is said, and long texts are cut")
    func words() throws {
        let error = try #require(
            throws: ValidationError.self,
            performing: { () throws in _ = try PhoneNumber(reading: "1001 1002", field: "to_number") }
        )
        #expect(error.field == "to_number" && "\(error)".hasPrefix("to_number may be two numbers"))
        let long = try #require(NumberReading.problem(with: "918888888801\n" + String(repeating: "5", count: 5000)))
        #expect(long.count < 300)
    }
}
