import Piopiy
import Testing

@testable import CallBoard
@testable import Campaigns

/// Lists as people's programs write them.
@Suite("Lists as people have them")
struct ListDialectTests {
    private func read(
        _ bytes: [UInt8],
        _ layout: ListLayout = ListLayout(),
        from: String? = "919999999999",
        agent: String? = CampaignListTests.agent
    ) throws(CampaignList.Mistake) -> CampaignList.Reading {
        try CampaignList.read(
            bytes,
            name: "spring",
            source: "spring.csv",
            defaults: CampaignList.Defaults(callerID: from, agentID: agent),
            pace: .standard,
            layout: layout
        )
    }

    private func read(_ text: String, _ layout: ListLayout = ListLayout()) throws(CampaignList.Mistake)
        -> CampaignList.Reading
    { try read(Array(text.utf8), layout) }

    private func mistake(
        _ bytes: [UInt8],
        _ layout: ListLayout = ListLayout(),
        from: String? = "919999999999",
        agent: String? = CampaignListTests.agent
    ) throws -> CampaignList.Mistake {
        try #require(
            throws: CampaignList.Mistake.self,
            performing: { () throws in _ = try read(bytes, layout, from: from, agent: agent) }
        )
    }

    private func numbers(_ reading: CampaignList.Reading) -> [String] { reading.list.rows.map(\.call.toNumber.digits) }

    @Test("README's example, saved once by a spreadsheet, is the same list")
    func savedOnce() throws {
        let written = try read("to,name,order,vip:=\n+91 88888-88801,Asha,A-17,true\n+91 88888-88802,Ben,A-18,false\n")
        let saved = try read(
            "to;name;order;vip:=\r\n+91 88888-88801;Asha;A-17;TRUE\r\n+91 88888-88802;Ben;A-18;FALSE\r\n"
        )
        #expect(saved.problems.isEmpty && saved.list.digest == written.list.digest)
        #expect(saved.list.rows[0].call.variables?["vip"] == .flag(true))
        #expect(saved.list.rows[1].call.variables?["vip"] == .flag(false))
    }

    @Test("A cell of JSON that is none says what is right")
    func json() throws {
        let reading = try read(
            "to,n:=\n918888888801,\"12,5\"\n918888888802,WAHR\n918888888803,'-5\n918888888804,1E+05\n"
        )
        #expect(reading.problems.map(\.line) == [2, 3])
        #expect(reading.problems[0].words.contains("a point instead of the comma"))
        #expect(reading.problems[1].words.contains("true or false"))
        #expect(reading.list.rows.map { $0.call.variables?["n"] } == [.integer(-5), .number(100_000)])
    }

    @Test(
        "A line that declares the separator is read however it is written",
        arguments: [
            "sep=;\n", "SEP=;\r\n", "\"sep=;\"\r\n", "\"SEP=;\"\n", "Sep=;;;\n", "\"sep=;\";;\r\n", "\u{FEFF}sep=;\r",
        ]
    )
    func declared(line: String) throws {
        let reading = try read("\(line)to;note\n918888888801;a,b\n")
        #expect(numbers(reading) == ["918888888801"] && reading.list.rows.map(\.line) == [3])
        #expect(reading.list.rows[0].call.variables?["note"] == .text("a,b"))
        #expect(try numbers(read("sep=\\t\nto\tnote\n918888888801\tx\n")) == ["918888888801"])
    }

    @Test(
        "The separator is the one that makes a column of numbers",
        arguments: [
            ("to;\"Greeting, formal\"\n918888888801;x\n", "Greeting, formal"),
            ("\"Name, first\";to\nx;918888888801\n", "Name, first"), ("to|a,b\n918888888801|x\n", "a,b"),
            ("to\t\"a;b,c\"\n918888888801\tx\n", "a;b,c"), ("\"a,b,c\";Phone Number\nx;918888888801\n", "a,b,c"),
        ]
    )
    func separator(text: String, column: String) throws {
        let reading = try read(text, ListLayout(renamings: [.init(name: column, meaning: "said")]))
        #expect(numbers(reading) == ["918888888801"])
        #expect(reading.list.rows[0].call.variables?["said"] == .text("x"))
    }

    @Test(
        "A file that is not text in UTF-8 is named as what it is",
        arguments: [
            ([0x50, 0x4B, 0x03, 0x04, 0x14, 0x00], "a workbook (.xlsx"),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "older Excel (.xls)"),
            ([0xFF, 0xFE] + utf16("to\n918888888801\n"), "UTF-16"),
            ([0xFE, 0xFF] + utf16("to\n918888888801\n", isBig: true), "UTF-16"),
            (utf16("to,name\n918888888801,Asha\n"), "UTF-16"),
            (utf16("to,name\n918888888801,Asha\n", isBig: true), "UTF-16"),
            (utf16("to,Größe\n918888888801,x\n"), "UTF-16"), (Array("to\n9188\u{0}88888801\n".utf8), "zero bytes"),
            ([0x1F, 0x8B, 0x08], "gzip"), (Array("%PDF-1.7".utf8), "a PDF"),
            (Array("\u{FEFF}\r\n<HTML><table>".utf8), "a web page"), (Array("<?xml version=\"1.0\"?>".utf8), "XML"),
        ] as [([UInt8], String)]
    )
    func foreign(bytes: [UInt8], words: String) throws {
        let said = try mistake(bytes).description
        #expect(said.hasPrefix("spring.csv ") && said.contains(words), "\(said)")
    }

    private static func utf16(_ text: String, isBig: Bool = false) -> [UInt8] {
        text.utf16.flatMap { unit in
            let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
            return isBig ? bytes.reversed() : bytes
        }
    }

    @Test("All mistakes of the first line are told at once, with names that would do")
    func allMistakes() throws {
        let text = "Mobile,first name,first-name,campaign,campaign\n918888888801,a,b,c,d\n"
        let error = try mistake(Array(text.utf8), from: nil, agent: nil)
        for words in [
            "“first name” that cannot be a variable", "“first-name” that cannot be a variable", "use first_name",
            "use first_name_2", "reserved for the console", "names the same column twice (“campaign”)",
            "has no column to", "“Mobile” holds numbers", "no column from", "no column agent",
        ] {
            #expect(error.description.contains(words), "\(words): \(error.description)")
        }
        guard case .map(let renamings) = error.remedy else {
            Issue.record("no remedy")
            return
        }
        let proposed = Dictionary(renamings.map { ($0.name, $0.meaning) }, uniquingKeysWith: { one, _ in one })
        #expect(
            proposed["Mobile"] == "to" && proposed["first name"] == "first_name"
                && proposed["first-name"] == "first_name_2"
        )
    }

    @Test("A column is understood by another name, or left out; the mistakes in a row have the list's name")
    func mapped() throws {
        let layout = try ListLayout(map: ["Phone No.=to", "notes =", "balance:==saldo:=", "Vip=vip:="], columns: nil)
        let text = "Phone No.,Notes,balance:=,Vip,to do\n918888888801,\"(private)\",12.5,TRUE,\n1001 1002,,,,\n"
        let error = try mistake(Array(text.utf8), layout)
        #expect(error.description.contains("“to do” that cannot be a variable"))
        #expect(!error.description.contains("Notes") && error.remedy == .map([.init(name: "to do", meaning: "to_do")]))
        let reading = try read(text, ListLayout(renamings: layout.renamings + [.init(name: "to do", meaning: "")]))
        #expect(numbers(reading) == ["918888888801"])
        #expect(
            reading.list.rows[0].call.variables
                == ["saldo": .number(12.5), "vip": .flag(true), "campaign": .text("spring")]
        )
        #expect(reading.problems.map(\.words).first?.hasPrefix("“Phone No.” may be two numbers") == true)
        // Where the list has a column of the number's name already, another can be meant.
        let other = try read(
            "number,to\n918888888801,17\n",
            try ListLayout(map: ["to=row", "number=to"], columns: nil)
        )
        #expect(numbers(other) == ["918888888801"] && other.list.rows[0].call.variables?["row"] == .text("17"))
    }

    @Test("A list without names is told so, and read by names that are given")
    func withoutNames() throws {
        let text = "Asha;+91 88888 88801;A-17\nBen;918888888802;A-18\n"
        let error = try mistake(Array(text.utf8))
        #expect(error.description.contains("line 1 holds a number (+91 88888 88801) instead of column names"))
        #expect(error.remedy == .columns(["column_1", "to", "column_3"]))
        let reading = try read(text, try ListLayout(map: [], columns: "name, to,order"))
        #expect(numbers(reading) == ["918888888801", "918888888802"] && reading.list.rows.map(\.line) == [1, 2])
        #expect(reading.list.rows[1].call.variables?["order"] == .text("A-18"))
        // Names for a list that has them: its first line is no call, and is not passed over in silence either.
        let named = try mistake(Array("to,name\n918888888801,Asha\n".utf8), try ListLayout(map: [], columns: "to,name"))
        #expect(named.description.contains("already names the columns (“to” is where the number would be)"))
        let short = try read("918888888801\n918888888802,x\n", try ListLayout(map: [], columns: "to,name"))
        #expect(short.problems.map(\.words) == ["row has 1 cell, but the option columns names 2 columns"])
    }

    @Test(
        "What cannot be meant by map or columns is refused",
        arguments: [
            (["Phone"], nil, "map", "write NAME=MEANING"), (["=to"], nil, "map", "write NAME=MEANING"),
            (["A=to", "a=from"], nil, "map", "twice"), ([], " , ", "columns", "is empty"),
            (["A=to"], "to,name", "map", "does not work together with columns"),
        ] as [([String], String?, String, String)]
    )
    func layouts(map: [String], columns: String?, field: String, words: String) throws {
        let error = try #require(
            throws: ValidationError.self,
            performing: { () throws in _ = try ListLayout(map: map, columns: columns) }
        )
        #expect(error.field == field && error.problem.contains(words), "\(error)")
    }

    @Test("A column to map that the list has not is named, with those that it has")
    func unknownColumn() throws {
        let layout = ListLayout(renamings: [.init(name: "Telephone", meaning: "to")])
        let said = try mistake(Array("Mobile,Name\n918888888801,Asha\n".utf8), layout).description
        #expect(said.contains("has no column “Telephone” to map; the columns are “Mobile”, “Name”"))
    }

    @Test("Our own CSV is read back: its apostrophe before the plus is no part of a number")
    func ownOutput() throws {
        #expect(try numbers(read("to\n'+918888888801\n")) == ["918888888801"])
    }

    @Test("Invisible characters at the ends of a number or a name are dropped; others are named by their code point")
    func invisible() throws {
        let reading = try read(
            "\u{FEFF}to\u{200B}\n\u{202A}+91 88888 88801\u{202C}\n9188888\u{200B}88802\n\u{202E}918888888803\n"
        )
        #expect(numbers(reading) == ["918888888801"])
        #expect(reading.problems.map { $0.words.contains("U+200B") } == [true, false])
        #expect(reading.problems.map { $0.words.contains("U+202E") } == [false, true])
    }

    @Test(
        "What a spreadsheet made of a number has one remedy, however it is written",
        arguments: ["9.1E+11", "9.1e11", "9,1E+11", "918888888801.0"]
    )
    func changed(cell: String) throws {
        let reading = try read("to\n\"\(cell)\"\n")
        #expect(reading.problems.map(\.words).first?.contains("set the column's format to text") == true)
    }

    @Test("A number's groups are read as everywhere, and two numbers in a cell are none")
    func groups() throws {
        let reading = try read(
            "to\n1234567 7654321\n1001 1002\n\"918888888801, 5\"\n+44 (0) 20 7946 0018\n+45 12 34 56 78\n"
        )
        #expect(numbers(reading) == ["4512345678"])
        #expect(reading.problems.map(\.line) == [2, 3, 4, 5])
        #expect(reading.problems[3].words.contains("write +442079460018"))
        // The caller id of a row goes by the same rule.
        let callers = try read("to,from\n918888888801,1001 1002\n918888888802,+91 99999 99998\n")
        #expect(callers.list.rows.map(\.call.callerID.digits) == ["919999999998"])
    }
}
