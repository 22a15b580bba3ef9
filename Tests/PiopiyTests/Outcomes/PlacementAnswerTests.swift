import Foundation
import Testing

@testable import Piopiy

@Suite("The answer to a placement")
struct PlacementAnswerTests {
    static let now = Date(timeIntervalSince1970: 1_725_942_871)

    static func read(_ status: Int, _ body: String, retryAfter: String? = nil) -> Attempt<Acceptance> {
        AnswerReader.placement(Answer(status: status, retryAfter: retryAfter, body: Array(body.utf8)), now: now)
    }

    static func refusal(_ status: Int, _ body: String) -> Refusal? {
        if case .refused(let refusal) = read(status, body) { refusal } else { nil }
    }

    @Test("Each id is kept under its own meaning")
    func ids() {
        #expect(
            Self.read(200, #"{"message":"call_queued","request":"R1"}"#)
                == .accepted(Acceptance(status: 200, requestID: RequestID("R1"), message: "call_queued"))
        )
        #expect(
            Self.read(202, #"{"request_id":"R2","code":"200"}"#)
                == .accepted(Acceptance(status: 202, requestID: RequestID("R2")))
        )
        #expect(Self.read(200, #"{"call_id":"C"}"#) == .accepted(Acceptance(status: 200, callID: CallID("C"))))
        #expect(Self.read(200, #"{"id":"X"}"#) == .accepted(Acceptance(status: 200, otherID: "X")))
        #expect(
            Self.read(201, #"{"id":1,"call_id":"C","request_id":22,"request":{"a":1}}"#)
                == .accepted(
                    Acceptance(status: 201, requestID: RequestID("22"), callID: CallID("C"), otherID: "1")
                )
        )
        #expect(Self.read(200, "{}") == .accepted(Acceptance(status: 200)))
    }

    @Test(
        "A 2xx whose body says no is a refusal",
        arguments: [
            (#"{"error":"app_not_active"}"#, "app_not_active"), (#"{"error":{"code":"x1","message":"m"}}"#, "x1"),
            (#"{"error":true}"#, nil), (#"{"error":["a"]}"#, nil), (#"{"success":false}"#, nil),
            (#"{"code":403}"#, "403"),
            (#"{"code":"400"}"#, "400"), (#"{"cmi_code":"cmi-407"}"#, "cmi-407"), (#"{"cmi_code":407}"#, "407"),
            (#"{"code":200,"cmi_code":"cmi-500"}"#, "200"), (#"{"code":201}"#, "201"), (#"{"code":200.5}"#, "200.5"),
            (#"{"request":"R","success":false}"#, nil), (#"{"code":0}"#, "0"), (#"{"error":17}"#, "17"),
        ] as [(String, String?)]
    )
    func refusedWith200(body: String, code: String?) throws {
        for status in [200, 201, 299] {
            let refusal = try #require(Self.refusal(status, body))
            #expect(refusal.status == status)
            #expect(refusal.code == code)
            #expect(!refusal.message.isEmpty)
        }
    }

    @Test(
        "A 2xx whose body says nothing against it is accepted",
        arguments: [
            #"{"error":""}"#, #"{"error":null}"#, #"{"error":false}"#, #"{"error":{}}"#, #"{"error":[]}"#,
            #"{"error":0}"#,
            #"{"success":true}"#, #"{"success":null}"#, #"{"code":200}"#, #"{"code":"200"}"#, #"{"code":"cmi-200"}"#,
            #"{"cmi_code":"cmi-200"}"#, #"{"cmi_code":200}"#, #"{"code":200.0}"#, #"{"code":null}"#, #"{"code":""}"#,
        ]
    )
    func acceptedWith200(body: String) {
        #expect(Self.read(200, body) == .accepted(Acceptance(status: 200)))
    }

    @Test(
        "A 2xx that nobody can read is in doubt",
        arguments: ["", "OK", "<html></html>", "[]", "null", "7", #"{"request":"R"#, "{\"a\":\"\u{1}\"}"]
    )
    func unreadable(body: String) {
        #expect(Self.read(200, body) == .doubtful(Doubt(.unreadableAnswer(status: 200))))
    }

    @Test(
        "A 4xx is a refusal with the platform's words, whatever its body is",
        arguments: [
            (403, #"{"error":"app_not_active"}"#, "app_not_active", "app_not_active"),
            (400, #"{"message":"bad number"}"#, nil, "bad number"),
            (400, #"{"error":"e1","message":"bad number"}"#, "e1", "bad number"),
            (422, #"{"error":"","code":77,"msg":"no"}"#, "77", "no"),
            (409, #"{"error":{"code":"busy","message":"wait"}}"#, "busy", "wait"),
            (404, "<html><h1>Not Found</h1></html>", nil, "<html><h1>Not Found</h1></html>"),
            (400, "", nil, "no reason was given"), (400, " \n\t ", nil, "no reason was given"),
            (418, "[1]", nil, "[1]"), (400, "{}", nil, "{}"), (407, "{}", nil, "{}"), (498, "x", nil, "x"),
        ] as [(Int, String, String?, String)]
    )
    func refused(status: Int, body: String, code: String?, message: String) {
        #expect(Self.refusal(status, body) == Refusal(status: status, code: code, message: message))
    }

    @Test("A 401 is told as a bad token")
    func badToken() throws {
        let refusal = try #require(Self.refusal(401, #"{"message":"unauthorized"}"#))
        #expect(refusal.isBadToken)
        #expect("\(refusal)".contains("token"))
        #expect(try #require(Self.refusal(403, "")).isBadToken == false)
    }

    @Test("A refusal without end is cut")
    func longRefusal() throws {
        let long = String(repeating: "x", count: 100_000)
        for body in [long, #"{"message":"\#(long)","error":"\#(long)"}"#] {
            #expect(try #require(Self.refusal(400, body)).description.utf8.count < 2000)
        }
        // A page that is cut within a character is still text.
        #expect(Self.refusal(400, String(repeating: "€", count: 100)) != nil)
    }

    @Test("429 means that the platform did not act")
    func rateLimited() {
        #expect(Self.read(429, "") == .notActed(.rateLimited, retryAfter: nil))
        #expect(Self.read(429, "{}", retryAfter: "3") == .notActed(.rateLimited, retryAfter: .after(.seconds(3))))
    }

    @Test("A refusal that nobody can unpack is a refusal: its status says so")
    func packedRefusal() {
        let answer = Answer(status: 403, body: [], unreadCoding: "br")
        let refusal = Refusal(status: 403, code: nil, message: "the reason was compressed (br) and could not be read")
        #expect(AnswerReader.placement(answer, now: Self.now) == .refused(refusal))
    }

    @Test(
        "Anything else is in doubt, a redirect too",
        arguments: [500, 501, 502, 503, 504, 505, 511, 599, 301, 302, 307, 308, 304, 408, 499, 600, 999, 101]
    )
    func doubtful(status: Int) {
        for body in ["", #"{"error":"x"}"#, #"{"request":"R"}"#, "<html>"] {
            let doubt = Doubt(.serverError(status: status))
            #expect(Self.read(status, body) == .doubtful(doubt))
            #expect(Self.read(status, body, retryAfter: "1") == .doubtful(doubt, retryAfter: .after(.seconds(1))))
        }
    }
}
