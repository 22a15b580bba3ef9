import Foundation
import Testing

@testable import PiopiyCommand

/// Numbers as arguments and in the configuration, as processes of their own.
@Suite("Numbers in commands")
struct NumberArgumentTests {
    /// The body that a command would send.
    private func body(_ program: Program, _ arguments: [String]) async throws -> [String: Any] {
        let result = try await program.run(
            arguments + ["--dry-run", "--output", "json", "--api-url", "http://127.0.0.1:1/v3"]
        )
        #expect(result.status == 0, "\(result.errors)\(result.output)")
        let request = try #require(result.object["request"] as? [String: Any])
        return try #require(request["body"] as? [String: Any])
    }

    @Test("Every command takes a number as people write it")
    func written() async throws {
        let program = try Program()
        defer { program.clean() }
        let call = ["call", "--from", "+91 99999-99999", "--to", "(91) 8888 888801", "--agent", CallCommandTests.agent]
        let sent = try await body(program, call)
        #expect(sent["caller_id"] as? String == "919999999999" && sent["to_number"] as? String == "918888888801")
        let transfer = [
            "transfer", CallCommandTests.agent, "--warm", "--to", "+44 20 7946 0018", "--from", "1 (415) 555-0100",
        ]
        let warm = try await body(program, transfer)
        #expect(warm["to_number"] as? String == "442079460018" && warm["caller_id"] as? String == "14155550100")
        let message = try await body(program, ["sms", "--to", "+45 12 34 56 78", "--text", "hello"])
        #expect(message["to"] as? Int == 4_512_345_678)
    }

    @Test("With a country national numbers are completed, and those that may be another country's send nothing")
    func country() async throws {
        var program = try Program()
        defer { program.clean() }
        program.environment["PIOPIY_COUNTRY"] = "91"
        let end = ["--dry-run", "--output", "json", "--api-url", "http://127.0.0.1:1/v3"]
        func commands(_ number: String) -> [([String], String)] {
            [
                (["call", "--from", "919999999999", "--to", number, "--agent", CallCommandTests.agent], "to_number"),
                (["transfer", CallCommandTests.agent, "--warm", "--to", number], "to_number"),
                (["sms", "--to", number, "--text", "hello"], "to"),
            ]
        }
        for (command, _) in commands("070000 03006") {
            let result = try await program.run(command + end)
            #expect(result.status == 0 && result.output.contains("917000003006"), "\(result.output)\(result.errors)")
        }
        for (command, field) in commands("9876543210") {
            let result = try await program.run(command + end)
            #expect(result.status == 64 && result.error["field"] as? String == field, "\(result.output)")
            let words = result.error["message"] as? String ?? ""
            #expect(words.contains("+9876543210") && words.contains("+919876543210"), "\(words)")
        }
        // In a list it is a bad row, in a batch a bad line.
        let list = program.home.appending(path: "autumn.csv")
        try Data("to\n9876543210\n07000003006\n".utf8).write(to: list)
        let run = ["campaign", "run", list.path, "--from", "919999999999", "--agent", CallCommandTests.agent]
        let campaign = try await program.run(run + ["--dry-run", "--skip-invalid"])
        #expect(campaign.status == 0 && campaign.errors.contains("line 2"), "\(campaign.errors)\(campaign.output)")
        #expect(campaign.errors.contains("can be read in two ways") && campaign.output.contains("1 number"))
        let lines = ["9876543210", "+9876543210"].map { number in
            #"{"op":"ai.call","args":{"caller_id":"919999999999","to_number":"\#(number)","#
                + #""agent_id":"\#(CallCommandTests.agent)"}}"#
        }
        let file = program.home.appending(path: "calls.jsonl")
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        let batch = try await program.run(["batch", file.path, "--dry-run", "--output", "json"])
        #expect(batch.output.contains("can be read in two ways"), "\(batch.output)\(batch.errors)")
        #expect(batch.output.contains(#""to_number":"9876543210""#), "\(batch.output)")
    }

    @Test(
        "Two numbers, a trunk zero and an extension send nothing in any command",
        arguments: [
            ("1001 1002", "may be two numbers (“1001” and “1002”)"), ("918888888801\n5", "may be two numbers"),
            ("+44 (0) 20 7946 0018", "write +442079460018"), ("918888888801 ext 5", "has an extension"),
        ]
    )
    func refused(text: String, words: String) async throws {
        let program = try Program()
        defer { program.clean() }
        let agent = ["--agent", CallCommandTests.agent]
        let commands: [([String], String)] = [
            (["call", "--from", "919999999999", "--to", text] + agent, "to_number"),
            (["call", "--from", text, "--to", "918888888801"] + agent, "caller_id"),
            (["transfer", CallCommandTests.agent, "--to", text], "to_number"),
            (["transfer", CallCommandTests.agent, "--warm", "--to", text], "to_number"),
            (["transfer", CallCommandTests.agent, "--to", "918888888801", "--from", text], "caller_id"),
            (["transfer", CallCommandTests.agent, "--warm", "--to", "918888888801", "--from", text], "caller_id"),
            (["sms", "--to", text, "--text", "hello"], "to"),
        ]
        for (command, field) in commands {
            let result = try await program.run(command + ["--output", "json", "--api-url", "http://127.0.0.1:1/v3"])
            #expect(result.status == 64 && result.error["field"] as? String == field, "\(command)")
            #expect((result.error["message"] as? String)?.contains(words) == true, "\(result.output)")
        }
        let list = program.home.appending(path: "spring.csv")
        try Data("to\n918888888801\n".utf8).write(to: list)
        let campaign = try await program.run(["campaign", "run", list.path, "--from", text, "--dry-run"] + agent)
        #expect(
            campaign.status == 64 && campaign.errors.contains("--from ") && campaign.errors.contains(words),
            "\(campaign.errors)"
        )
    }

    @Test("A contact's number goes by the rule, and a wrong one is told with its line")
    func contacts() {
        let file = ConfigurationFile(
            "contacts:\n  Ann: +44 20 7946 0018\n  Ben: +44 (0) 20 7946 0018\n  Cy: 1001 1002\n",
            path: "config.yaml",
            access: FileAccess()
        )
        #expect(file.top.contacts.map(\.value) == ["442079460018"])
        let said = file.mistakes.map { "\($0)" }
        #expect(said.count == 2)
        #expect(said.first?.contains("config.yaml:3: contacts.Ben has a zero in brackets") == true, "\(said)")
        #expect(said.last?.contains("config.yaml:4: contacts.Cy may be two numbers") == true, "\(said)")
    }

    @Test("A list's columns are mapped or named by options, and the remedy is typed as it is printed")
    func layout() async throws {
        let program = try Program()
        defer { program.clean() }
        let list = program.home.appending(path: "spring.csv")
        try Data("Mobile No,first name\n+91 88888 88801,Asha\n".utf8).write(to: list)
        let run = [
            "campaign", "run", list.path, "--from", "919999999999", "--agent", CallCommandTests.agent, "--dry-run",
        ]
        let refused = try await program.run(run)
        #expect(refused.status == 64, "\(refused.errors)")
        let remedy = "map its columns: --map 'first name=first_name' --map 'Mobile No=to'."
        #expect(refused.errors.contains(remedy), "\(refused.errors)")
        let mapped = try await program.run(
            run + ["--map", "first name=first_name", "--map", "Mobile No=to", "--output", "json"]
        )
        #expect(mapped.status == 0, "\(mapped.errors)")
        let request = try #require(mapped.object["request"] as? [String: Any])
        let body = try #require(request["body"] as? [String: Any])
        #expect(body["to_number"] as? String == "918888888801")
        #expect((body["variables"] as? [String: Any])?["first_name"] as? String == "Asha")

        try Data("918888888801,Asha\n".utf8).write(to: list)
        let headless = try await program.run(run)
        #expect(headless.status == 64 && headless.errors.contains("--columns to,column_2"), "\(headless.errors)")
        let named = try await program.run(run + ["--columns", "to,name"])
        #expect(named.status == 0 && named.output.contains("Would dial 1 number"), "\(named.errors)")
        let both = try await program.run(run + ["--columns", "to,name", "--map", "a=to"])
        #expect(both.status == 64 && both.errors.contains("--map does not work together with columns"))
    }
}
