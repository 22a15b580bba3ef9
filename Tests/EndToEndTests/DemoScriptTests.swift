import CallBoard
import Campaigns
import Foundation
import Piopiy
import TestSupport
import Testing

@testable import PiopiyCommand

/// The demo's plan, without a sandbox and without a clock.
@Suite("The demo's script")
struct DemoScriptTests {
    private static let callID = CallID("3f0c2f4e-9d1b-4c8a-8a63-0d5f6f1c7b21")

    private static func placed(_ orders: [DemoScript.Order]) -> [AICall] {
        orders.compactMap { order -> AICall? in
            if case .place(_, let call) = order { call } else { nil }
        }
    }

    /// All that is given out in so many seconds, looked at ten times a second.
    private static func play(
        _ script: inout DemoScript,
        from start: Double = 0,
        to end: Double,
        standing: (DemoScript.Part) -> DemoScript.Standing
    ) -> [DemoScript.Order] {
        stride(from: start, through: end, by: 0.1).flatMap { script.due(at: .seconds($0), standing: standing) }
    }

    private static func numbers(_ script: DemoScript) -> [String] {
        let placed = script.steps.compactMap { step -> String? in
            if case .place(_, let call) = step.action { call.toNumber.digits } else { nil }
        }
        return placed + script.campaign.rows.map(\.call.toNumber.digits)
    }

    @Test("No number is called twice, and nobody is called who calls or to whom a call is handed over")
    func distinct() throws {
        let script = try DemoScript()
        let numbers = Self.numbers(script)
        #expect(numbers.count == 84)
        #expect(Set(numbers).count == numbers.count)
        let targets = script.steps.compactMap { step -> String? in
            if case .transfer(_, to: let number) = step.action { number.digits } else { nil }
        }
        #expect(targets.count == 6)
        #expect(Set(numbers).isDisjoint(with: targets + [DemoCast.caller]))
    }

    @Test("Every number is one that nobody has")
    func fictional() throws {
        let script = try DemoScript()
        let kept = ["9188888888", "120255501", "447700900"] + (113...118).map { "44\($0)4960" }
        let more = ["4414149600", "4415149600"]
        for number in Self.numbers(script) {
            #expect((kept + more).contains { number.hasPrefix($0) }, "\(number)")
        }
    }

    @Test("Each step is given out once, however often and however late the script is looked at", arguments: [0.1, 700])
    func once(start: Double) throws {
        var script = try DemoScript()
        let steps = script.steps.count
        let orders = Self.play(&script, from: start, to: 701) { _ in .talking(Self.callID) }
        #expect(orders.count == steps)
        #expect(script.isOver)
        let calls = Self.placed(orders).map(\.toNumber)
        #expect(calls.count == 24 && Set(calls).count == 24)
        let campaigns = orders.count { if case .startCampaign = $0 { true } else { false } }
        #expect(campaigns == 1)
    }

    @Test("Within five seconds there is a call of each kind, and the campaign")
    func opening() throws {
        var script = try DemoScript()
        let orders = Self.play(&script, to: 5) { _ in .talking(Self.callID) }
        let endings = Set(Self.placed(orders).map { String($0.toNumber.digits.suffix(4)) })
        #expect(endings.isSuperset(of: ["0001", "0002", "0012", "0015", "8801"]))
        #expect(orders.contains { if case .startCampaign = $0 { true } else { false } })
        #expect(orders.contains { if case .transfer = $0 { true } else { false } })
        #expect(orders.contains { if case .hangUp = $0 { true } else { false } })
        #expect(Set(Self.placed(orders).map(\.agentID)).count == 3)
        #expect(Set(Self.placed(orders).map { $0.variables?[DemoCast.orderKey] }).count == Self.placed(orders).count)
    }

    @Test("A call is acted on only while it talks: before that it is waited for, after that it is let be")
    func standing() throws {
        func acts(_ orders: [DemoScript.Order]) -> Int {
            orders.count { order in
                switch order {
                case .transfer, .hangUp: true
                case .place, .startCampaign, .changePace: false
                }
            }
        }
        var script = try DemoScript()
        #expect(acts(Self.play(&script, to: 10) { _ in .awaited }) == 0)
        let orders = script.due(at: .seconds(10)) { _ in .talking(Self.callID) }
        #expect(acts(orders) == 2)
        let transfers = orders.compactMap { order -> CallID? in
            if case .transfer(_, let transfer) = order { transfer.callID } else { nil }
        }
        #expect(transfers == [Self.callID])

        var ended = try DemoScript()
        #expect(acts(Self.play(&ended, to: 10) { _ in .ended }) == 0)
        #expect(acts(ended.due(at: .seconds(10)) { _ in .talking(Self.callID) }) == 0)

        // One that nobody answers is not waited for without end.
        var unanswered = try DemoScript()
        #expect(acts(Self.play(&unanswered, to: 700) { _ in .awaited }) == 0)
        #expect(unanswered.isOver)
    }

    @Test("The campaign has endings of several kinds, none that stops it, and lasts for about ten minutes")
    func campaign() throws {
        let script = try DemoScript()
        let rows = script.campaign.rows
        #expect(rows.count == 60 && script.campaign.leftOut.isEmpty)
        let endings = rows.map { String($0.call.toNumber.digits.suffix(4)) }
        #expect(Set(endings).isSuperset(of: ["0001", "0002", "0003", "0011"]))
        // Refusals and doubts in a row would pause it.
        #expect(Set(endings).isDisjoint(with: ["0004", "0005", "0006", "0007", "0009", "0010", "0013", "0015"]))
        #expect(endings.first == "0001")
        #expect(rows.allSatisfy { $0.call.variables?[Campaign.variableName] == .text(DemoCampaign.name) })
        let paces = script.steps.compactMap { step -> Campaign.Pace? in
            if case .changePace(let pace) = step.action { pace } else { nil }
        }
        let gentle = try #require(paces.last)
        #expect(gentle.perMinute < script.campaign.pace.perMinute)
        #expect(Double(rows.count) / Double(gentle.perMinute) >= 10)
    }

    @Test("The campaign's pace goes by the sandbox's speed, within its range", arguments: [0.01, 3, 1e5])
    func pace(speed: Double) throws {
        let pace = try DemoCampaign.pace(speed: speed)
        #expect(pace.perMinute == (speed < 1 ? 1 : speed > 100 ? 600 : 18))
        #expect(try DemoCampaign.pace(isOpening: true, speed: speed).perMinute >= pace.perMinute)
    }

    @Test("Its journal is in a directory of its own, for its owner alone, that goes with it")
    func folder() throws {
        let parent = FileManager.default.temporaryDirectory.appending(path: "demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: parent) }
        let first = try DemoFolder(environment: ["TMPDIR": parent.path])
        let second = try DemoFolder(environment: ["TMPDIR": parent.path])
        #expect(first.path != second.path)
        let attributes = try FileManager.default.attributesOfItem(atPath: first.path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        try Data("x".utf8).write(to: URL(filePath: first.path).appending(path: "sandbox.sqlite"))
        first.remove()
        second.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == [])
        #expect(throws: CommandFailure.self) { try DemoFolder(environment: ["TMPDIR": parent.path + "/none"]) }
    }

    @Test("What a demo that was killed left behind goes with the next one; what is in use, new or not a demo's stays")
    func leftovers() throws {
        let parent = FileManager.default.temporaryDirectory.appending(path: "demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: parent) }
        let running = try DemoFolder(environment: ["TMPDIR": parent.path])
        let long = Date(timeIntervalSinceNow: -3600)
        for name in ["piopiy-demo-killed", "piopiy-demo-new", "other"] {
            let folder = parent.appending(path: name)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            try Data("x".utf8).write(to: folder.appending(path: "sandbox.sqlite"))
            if name != "piopiy-demo-new" {
                try FileManager.default.setAttributes([.modificationDate: long], ofItemAtPath: folder.path)
            }
        }
        try FileManager.default.setAttributes([.modificationDate: long], ofItemAtPath: running.path)
        let next = try DemoFolder(environment: ["TMPDIR": parent.path])
        let left = Set(try FileManager.default.contentsOfDirectory(atPath: parent.path))
        let names = [running.path, next.path].map { URL(filePath: $0).lastPathComponent }
        #expect(left == Set(names + ["piopiy-demo-new", "other"]))
        running.remove()
        next.remove()
    }
}
