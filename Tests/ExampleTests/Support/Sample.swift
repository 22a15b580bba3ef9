import Piopiy
import TestSupport

extension Sample {
    static let otherAgent = "7d3f2a10-5b1e-4c55-9d0e-2f6a1c9b8e77"
    static let callID = CallID("ee6a7a9b-78ea-4693-9e77-5fc085567b2f")

    /// A client of a sandbox.
    static func client(_ base: String) throws -> RestClient {
        try RestClient(
            token: Token(validating: "token"),
            .init(baseURL: base, timeouts: Timeouts(answer: .seconds(30)))
        )
    }
}
