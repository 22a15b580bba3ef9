import Piopiy
import Terminal
import Testing

@testable import CallBoard
@testable import Console

@Suite("Handing over by key")
struct TransferTests {
    private func talkingDesk(width: Int = 80, height: Int = 24, file: String? = nil) -> Desk {
        let settings = ConsoleModel.Settings(
            place: "sandbox",
            readFile: { _ in file.map { .success($0) } ?? .failure(PipelineFileProblem("is a file that does not exist"))
            }
        )
        var desk = Desk(width: width, height: height, settings: settings)
        desk.event("answered", call: Desk.id(1), to: "918888888801")
        desk.press(.down)
        return desk
    }

    private func transfers(_ desk: Desk) -> [CallTransferRequest] {
        desk.sent.compactMap { if case .transfer(_, let request) = $0 { request } else { nil } }
    }

    @Test("t opens the dialog; a number with its formatting, and Ctrl-S rings the person")
    func warm() throws {
        var desk = talkingDesk()
        desk.press(.character("t"))
        #expect(desk.screen.contains("Transfer 918888888801"))
        #expect(desk.screen.contains("[ Call the person ]"))
        desk.press(.paste("+91 88888-88802\n"))
        desk.press(.tab, .tab)
        desk.type("30")
        desk.press(.tab, .character(" "), .tab)
        desk.type("wants a refund")
        desk.press(.control("s"))
        let request = try #require(transfers(desk).first)
        guard case .warm(let transfer) = request else {
            Issue.record("not a warm one")
            return
        }
        #expect(transfer.callID.text == Desk.id(1))
        #expect(request.target == "918888888802")
        #expect(transfer.ringTimeout == 30)
        #expect(transfer.confirm == true)
        #expect(transfer.summary == "wants a refund")
        #expect(!desk.screen.contains("Transfer 9"))
        #expect(desk.line(holding: " 918888888801 ")?.contains("⇄ sending") == true)
    }

    @Test("Its progress is on the row, and a failure says why")
    func progress() throws {
        var desk = talkingDesk()
        desk.press(.character("t"))
        desk.type("918888880001")
        desk.press(.control("s"))
        let request = try #require(transfers(desk).first)
        let key = try #require(desk.board.snapshot.order.first)
        let receipt = TransferReceipt(status: 200, requestID: RequestID("T1"))
        desk.happen(.transferOutcome(key, request, .accepted(receipt)))
        #expect(desk.line(holding: " 918888888801 ")?.contains("⇄ queued") == true)
        let extra: [String: JSONValue] = ["type": "transfer_status", "request_id": "T1", "reason": "busy"]
        desk.event("started", call: Desk.id(1), to: "918888880001", extra: extra)
        #expect(desk.line(holding: " 918888888801 ")?.contains("⇄ rings") == true)
        desk.event("failed", call: Desk.id(1), to: "918888880001", extra: extra)
        #expect(desk.line(holding: " 918888888801 ")?.contains("⇄ busy") == true)
        #expect(desk.status.contains("the transfer of 918888888801 to 918888880001 failed: busy"))
        desk.press(.enter)
        #expect(desk.line(holding: "Transfer")?.contains("to 918888880001: failed, busy") == true)
    }

    @Test("What is wrong stands under its field, which gets the focus, and nothing is sent")
    func wrong() {
        var desk = talkingDesk()
        desk.press(.character("t"))
        desk.press(.control("s"))
        #expect(desk.screen.contains("▲ to is empty"))
        desk.type("12")
        desk.press(.tab, .tab)
        desk.type("4")
        desk.press(.control("s"))
        #expect(desk.screen.contains("▲ to "))
        desk.press(.control("u"))
        desk.type("sip:desk@example.com")
        desk.press(.control("s"))
        #expect(desk.screen.contains("▲ ring timeout is 4; it must be 5 to 120"))
        #expect(transfers(desk).isEmpty)
    }

    @Test("A blind transfer goes to a number, an address, or on with a pipeline's file")
    func blind() throws {
        let file = #"[{"action":"play","file_name":"bye.wav"},{"action":"hangup"}]"#
        for (typed, target) in [
            ("918888888802", "918888888802"), ("sip:desk@example.com", "sip:desk@example.com"),
            ("./bye.json", "a pipeline"),
        ] {
            var desk = talkingDesk(file: file)
            desk.press(.character("t"), .character(" "), .tab)
            #expect(desk.screen.contains("[ Transfer the caller now ]"))
            desk.type(typed)
            desk.press(.control("s"))
            let request = try #require(transfers(desk).first, "\(typed)")
            guard case .blind = request else {
                Issue.record("\(typed) is not a blind one")
                continue
            }
            #expect(request.target == target)
        }
    }

    @Test(
        "A mistake in a pipeline's file names the action and the field",
        arguments: [
            (nil, "is a file that does not exist"), ("{", "is not JSON"),
            (#"[{"action":"play"}]"#, "file_name"),
        ] as [(String?, String)]
    )
    func wrongFile(file: String?, words: String) {
        var desk = talkingDesk(width: 160, file: file)
        desk.press(.character("t"), .character(" "), .tab)
        desk.type("./flow.json")
        desk.press(.control("s"))
        #expect(desk.screen.contains(words))
        #expect(transfers(desk).isEmpty)
    }

    @Test("Esc keeps what was typed for this call, and for no other")
    func draft() {
        var desk = talkingDesk()
        desk.event("answered", call: Desk.id(2), to: "918888888802")
        desk.press(.character("t"))
        desk.type("919999")
        desk.press(.escape)
        desk.press(.character("t"))
        #expect(desk.screen.contains("919999"))
        desk.press(.escape, .up, .character("t"))
        #expect(desk.screen.contains("Transfer 918888888802"))
        #expect(!desk.screen.contains("919999 "))
    }

    @Test("A call that ends under the dialog closes it, and a Ctrl-S that comes too late sends nothing")
    func endsMeanwhile() {
        var desk = talkingDesk()
        desk.press(.character("t"))
        desk.type("918888888802")
        desk.event("hangup", call: Desk.id(1), to: "918888888801")
        #expect(desk.status.contains("has ended; it was not transferred"))
        desk.press(.control("s"))
        #expect(transfers(desk).isEmpty)
    }

    @Test("A call that cannot be handed over says why")
    func refused() {
        var desk = talkingDesk()
        desk.event("ringing", call: Desk.id(2), to: "918888888802")
        desk.press(.up, .character("t"))
        #expect(desk.status == "the call to 918888888802 can be transferred once it is answered")
        desk.event("busy", call: Desk.id(2), to: "918888888802")
        desk.press(.character("t"))
        #expect(desk.status == "the call to 918888888802 has ended")
        #expect(!desk.screen.contains("Transfer 9"))
    }

    @Test("It begins on the kind: Space makes it blind, and what will be done stands above the button")
    func kindFirst() throws {
        var desk = talkingDesk()
        desk.press(.character("t"))
        #expect(desk.screen.contains("Warm transfer: the agent talks on while they are called"))
        desk.press(.character(" "))
        desk.type("918888888802")
        #expect(desk.screen.contains("Blind transfer to 918888888802: the caller leaves the agent now, for good"))
        desk.press(.control("s"))
        guard case .blind? = transfers(desk).first else {
            Issue.record("not a blind one")
            return
        }
    }

    @Test("A blank at the target's beginning is refused in words: it was meant for the kind")
    func blank() {
        var desk = talkingDesk()
        desk.press(.character("t"), .tab, .character(" "))
        #expect(desk.screen.contains("to cannot begin with a space; Space changes the kind"))
        #expect(desk.model.transfer?.target.isEmpty == true && desk.model.transfer?.isWarm == true)
    }

    @Test("It can be used on small screens", arguments: [(40, 10), (80, 12), (200, 60)])
    func sizes(width: Int, height: Int) {
        var desk = talkingDesk(width: width, height: height)
        desk.press(.character("t"))
        desk.type("918888888802")
        for _ in 0..<5 { desk.press(.tab) }
        #expect(desk.screen.contains("[ Call the person ]"))
        desk.press(.enter)
        #expect(transfers(desk).count == 1)
    }
}
