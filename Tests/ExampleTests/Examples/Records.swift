import Piopiy

/// The examples of what the platform has on record. Each is shown word for word in the documentation.
enum Records {
    static func count(_ client: RestClient, _ query: CDRQuery) async -> (Int, String?) {
        var count = 0
        var end: String?

        for await page in client.cdr.pages(query) {
            switch page {
            case .accepted(let page): count += page.records.count
            default: end = page.name  // the last element
            }
        }
        return (count, end)
    }

    static func lookUp(_ requestID: RequestID, token: Token, secret: Token) async throws -> Outcome<[LegRecord]> {
        var configuration = RestClient.Configuration()
        configuration.app = try AppCredential(appID: "2222224", secret: secret)
        let client = try RestClient(token: token, configuration)
        let outcome = await client.lookups.records(.request(requestID))
        await client.shutdown()
        return outcome
    }

    static func save(_ client: RestClient, _ record: CallRecord, to path: String) async -> Outcome<DownloadedRecording>?
    {
        guard let name = record.fileName else { return nil }
        let outcome = await client.recordings.download(fileName: name, to: path) { progress in
            print("\(progress.received) of \(progress.total.map { "\($0)" } ?? "?") bytes")
        }
        return outcome
    }
}
