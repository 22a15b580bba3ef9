import Piopiy

/// What dialing took. The official SDK's script prints the same.
struct Measured: Codable {
    var seconds: Double
    var cpu: Double
    /// How many dials the platform accepted, as the client saw it.
    var accepted: Int
}

/// Dials with our SDK in this process. What is counted begins once the client is made, as it does in the other script.
enum Dialing {
    static func run(port: Int, first: Int, count: Int, concurrency: Int) async throws -> Measured {
        var configuration = RestClient.Configuration(baseURL: "http://127.0.0.1:\(port)/v3")
        configuration.connections = concurrency
        let client = try RestClient(token: Token(validating: "benchmark-token"), configuration)
        let cpuBefore = Usage.own.cpu
        let clock = ContinuousClock()
        let began = clock.now
        let accepted = try await withThrowingTaskGroup { group in
            for worker in 0..<concurrency {
                group.addTask {
                    var accepted = 0
                    for index in stride(from: worker, to: count, by: concurrency) {
                        if try await dial(first + index, client) { accepted += 1 }
                    }
                    return accepted
                }
            }
            return try await group.reduce(0, +)
        }
        let seconds = (clock.now - began) / .seconds(1)
        let cpu = Usage.own.cpu - cpuBefore
        await client.shutdown()
        return Measured(seconds: seconds, cpu: cpu, accepted: accepted)
    }

    private static func dial(_ index: Int, _ client: RestClient) async throws -> Bool {
        let digits = String(index)
        let call = try AICall(
            callerID: "919999999999",
            toNumber: "91888" + String(repeating: "0", count: max(0, 7 - digits.count)) + digits,
            agentID: "bdd32bcb-767c-40a5-be4a-5f45eeb348a6",
            options: CallOptions(maxDuration: 600, record: true),
            variables: ["order": "A-17"]
        )
        if case .accepted = await client.ai.call(call) { return true }
        return false
    }
}
