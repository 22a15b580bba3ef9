import Foundation
import Piopiy

/// The examples of transfers and pipelines. Each is shown word for word in the documentation.
enum TransfersAndPipelines {
    static func short() throws -> Pipeline {
        let pipeline = try PipelineBuilder()
            .play("welcome.wav")
            .connect(callerID: "919999999999", to: .pstn("918888888888"))
            .hangup()
            .build()
        return pipeline
    }

    static func menu(_ agent: String) throws -> Pipeline {
        let pipeline = try PipelineBuilder()
            .record(format: .wav)
            .playGetInput(
                .say("Press 1 for sales.", language: "en-IN", voiceID: "v1"),
                input: [.dtmf],
                onResult: .url("https://example.com/answer"),
                dtmf: DTMFRules(maxDigits: 1)
            )
            .connect(callerID: "919999999999", to: .pstn("918888888888"), .agent(agent))
            .build()
        return pipeline
    }

    static func read(_ path: String) throws -> Pipeline {
        let bytes = try Data(contentsOf: URL(filePath: path))
        let pipeline = try Pipeline(json: JSONValue(strictlyParsing: bytes))
        return pipeline
    }

    static func place(_ client: RestClient, _ pipeline: Pipeline) async throws -> Outcome<Acceptance> {
        let call = try PCMOCall(
            callerID: "919999999999",
            toNumber: "918888888888",
            appID: "support",
            pipeline: pipeline
        )
        let outcome = await client.pcmo.call(call)
        return outcome
    }

    static func warm(_ callID: CallID) throws -> WarmTransfer {
        let transfer = try WarmTransfer(
            callID: callID,
            target: .number(PhoneNumber(validating: "918888888801")),
            ringTimeout: 30,
            holdAudio: .standard,
            summary: "Wants to change order A-17."
        )
        return transfer
    }

    static func start(_ client: RestClient, _ transfer: WarmTransfer) async -> RequestID? {
        switch await client.calls.warmTransfer(transfer) {
        case .accepted(let receipt):
            // Also when a transfer of this call ran already: receipt.joined is true then, and the id is that one's.
            return receipt.requestID
        case .unknown, .notSent, .refused, .invalid:
            return nil
        }
    }

    static func wait(_ client: RestClient, _ id: RequestID) async -> String {
        let outcome = await client.transfers.settled(id, every: .seconds(2), within: .seconds(60)) { status in
            print("the transfer is \(status.state.word)")
        }
        guard case .accepted(let status) = outcome else { return "nobody can say" }
        return switch status.state {
        case .completed: "a person has the caller"
        case .failed: "the agent still has the caller: \(status.reason ?? "no reason was given")"
        case .queued, .started, .other: "not settled within a minute"
        }
    }

    static func blind(_ client: RestClient, _ callID: CallID) async throws -> Outcome<TransferReceipt> {
        let transfer = try BlindTransfer(callID: callID, to: .pstn("918888888801"), callerID: "919999999999")
        let outcome = await client.calls.blindTransfer(transfer)
        return outcome
    }

    static func goOn(
        _ client: RestClient,
        _ callID: CallID,
        _ pipeline: Pipeline
    ) async throws -> Outcome<TransferReceipt> {
        let transfer = try PipelineTransfer(callID: callID, pipeline: pipeline)
        let outcome = await client.pcmo.transfer(transfer)
        return outcome
    }
}
