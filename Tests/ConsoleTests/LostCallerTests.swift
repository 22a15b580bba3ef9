import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("A caller whom a failed transfer has lost")
struct LostCallerTests {
    private func transfers(_ desk: Desk) -> [CallTransferRequest] {
        desk.sent.compactMap { if case .transfer(_, let request) = $0 { request } else { nil } }
    }

    @Test("A blind transfer that failed has lost the caller: row, colour, header, details and alert say so")
    func lost() throws {
        var settings = ConsoleModel.Settings(place: "sandbox")
        settings.alerts.events = [.failed]
        var desk = Desk(settings: settings)
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        desk.press(.down, .character("t"))
        desk.model.transfer?.isWarm = false
        desk.type("918888880001")
        desk.press(.control("s"))
        let request = try #require(transfers(desk).first)
        let key = try #require(desk.board.snapshot.order.first)
        desk.happen(.transferOutcome(key, request, .accepted(TransferReceipt(status: 200, requestID: RequestID("T1")))))
        let extra: [String: JSONValue] = ["type": "transfer_status", "request_id": "T1", "reason": "busy"]
        desk.event("failed", call: Desk.id(1), to: "918888880001", extra: extra)
        desk.event("hangup", call: Desk.id(1), to: "918888888801")
        let row = try #require(desk.lines.firstIndex { $0.contains(" 918888888801 ") })
        #expect(desk.lines[row].contains("caller lost") && !desk.lines[row].contains("completed"))
        let canvas = desk.model.frame().canvas
        let x = try #require(desk.model.columns[.flags]?.x)
        #expect(canvas[x, row].style.foreground == desk.model.settings.theme[.warning].foreground)
        #expect(desk.lines[0].contains("1 lost"))
        #expect(desk.board.snapshot.counts.lost == 1)
        let alerts = desk.asked.compactMap { if case .alert(let text) = $0 { text } else { nil } }
        #expect(alerts == ["918888888801: caller lost"])
        desk.press(.enter)
        #expect(desk.line(holding: "State")?.contains("ended, caller lost") == true)
        desk.press(.escape)
        desk.pass(.seconds(31))
        #expect(desk.board.snapshot.counts.lost == 0 && !desk.lines[0].contains("lost"))
    }

    @Test("A warm transfer that failed has lost nobody")
    func notLost() throws {
        var desk = Desk()
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        desk.press(.down, .character("t"))
        // However the dialog begins, it is a warm one.
        desk.model.transfer?.isWarm = true
        desk.type("918888880001")
        desk.press(.control("s"))
        let request = try #require(transfers(desk).first)
        let key = try #require(desk.board.snapshot.order.first)
        desk.happen(.transferOutcome(key, request, .accepted(TransferReceipt(status: 200, requestID: RequestID("T1")))))
        let extra: [String: JSONValue] = ["type": "transfer_status", "request_id": "T1", "reason": "busy"]
        desk.event("failed", call: Desk.id(1), to: "918888880001", extra: extra)
        desk.event("hangup", call: Desk.id(1), to: "918888888801")
        #expect(desk.line(holding: " 918888888801 ")?.contains("completed") == true)
        #expect(desk.board.snapshot.counts.lost == 0)
    }
}
