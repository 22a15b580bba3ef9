import Piopiy

/// All calls that a query is for, page by page: an export of a million calls holds two pages.
///
///     for try await page in journal.pages(of: query) { page.forEach(print) }
///
/// Each page is a short read of its own, so that others can write meanwhile and what they write does not pile up in the
/// write-ahead log. The pages put together have the order of ``JournalStore/calls(_:)``. A call that stays where it is
/// in that order is in them once, whatever is written meanwhile; one whose ``Call/startedAt`` becomes another while the
/// pages are read may be missing or come twice.
public struct CallPages<Store: JournalStore>: AsyncSequence, Sendable {
    let store: Store
    let query: CallQuery
    let size: Int

    public func makeAsyncIterator() -> Iterator { Iterator(store: store, query: query, size: size) }

    /// Reads the next page while the one before it is being used.
    public struct Iterator: AsyncIteratorProtocol {
        private let store: Store
        private let size: Int
        private var query: CallQuery
        private var left: Int
        private var next: Task<[StoredCall], any Error>?

        init(store: Store, query: CallQuery, size: Int) {
            (self.store, self.query, self.size) = (store, query, Swift.max(1, size))
            left = Swift.max(0, query.limit)
        }

        /// - Returns: at least one call; `nil` at the end.
        /// - Throws: what the store throws.
        public mutating func next() async throws -> [StoredCall]? {
            guard let reading = next ?? begin() else { return nil }
            next = nil
            let limit = query.limit
            let page = try await withTaskCancellationHandler {
                try await reading.value
            } onCancel: {
                reading.cancel()
            }
            left -= page.count
            query.before = page.last?.position
            if page.count < limit || query.before == nil { left = 0 }
            next = begin()
            return page.isEmpty ? nil : page
        }

        private mutating func begin() -> Task<[StoredCall], any Error>? {
            guard left > 0 else { return nil }
            query.limit = Swift.min(size, left)
            let (store, query) = (store, query)
            return Task { try await store.calls(query) }
        }
    }
}

extension JournalStore {
    /// All calls that a query is for, at most its limit, in pages.
    /// - Parameter size: the most calls of a page, 1 or more.
    public func pages(of query: CallQuery, size: Int = 500) -> CallPages<Self> {
        CallPages(store: self, query: query, size: size)
    }
}
