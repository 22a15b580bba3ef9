import Piopiy
import Testing

@Suite("An outcome as an error")
struct RequestFailureTests {
    private let call: AICall

    init() throws {
        call = try AICall(
            callerID: "919999999999",
            toNumber: "918888888888",
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6"
        )
    }

    @Test("It says whether the platform may have acted, and what to do")
    func advice() throws {
        let lost = Outcome<Acceptance>.unknown(Doubt(.serverError(status: 502)))
        let failure = try #require(lost.failure(of: call.request))
        #expect(failure.platformMayHaveActed && failure.status == 502 && failure.code == "server_error")
        #expect(failure.description.contains("Find out before you repeat it"))
        #expect(failure.metadata["request"]?.contains("918888888888") == false)

        let hangUp = try HangUp(callID: CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f")).request
        #expect(lost.failure(of: hangUp)?.advice.contains("Repeating it is safe") == true)

        let outcomes: [Outcome<Acceptance>] = [
            .invalid(ValidationError(field: "to_number", "is empty")),
            .notSent(NotSent(reason: .rateLimited, attempts: 4)),
            .refused(Refusal(status: 403, code: "app_not_active", message: "app_not_active")),
        ]
        for outcome in outcomes {
            let failure = try #require(outcome.failure(of: call.request))
            #expect(!failure.platformMayHaveActed && failure.outcome == outcome.name)
            #expect(throws: failure) { try outcome.get(call.request) }
        }
    }

    @Test("An accepted one has none, and gives its value")
    func accepted() throws {
        let outcome = Outcome.accepted(Acceptance(status: 200, requestID: RequestID("GQqY")))
        #expect(outcome.failure() == nil)
        #expect(try outcome.get().requestID == RequestID("GQqY"))
    }
}
