/// Keeps the draft of the form in the journal: one after the other, the newest last.
struct DraftKeeper: Sendable {
    private let session: JournalSession?
    private let drafts: AsyncStream<String?>
    private let keeper: AsyncStream<String?>.Continuation

    init(_ session: JournalSession?) {
        self.session = session
        (drafts, keeper) = AsyncStream.makeStream(of: String?.self, bufferingPolicy: .bufferingNewest(1))
    }

    func keep(_ text: String?) { keeper.yield(text) }

    /// Keeps until ``finish()``, and what came before it to the last.
    func run() async {
        for await text in drafts { await session?.keepDraft(text) }
    }

    func finish() { keeper.finish() }
}
