import CallBoard

/// What anybody writes into a journal, in portions, as it comes.
///
/// ```swift
/// for await news in journal.follow(from: try await journal.position()) {
///     switch news {
///     case .success(let lines): await board.follow(lines.filter { $0.origin != journal.origin })
///     case .failure(let error): print("The journal cannot be followed: \(error)")
///     }
/// }
/// ```
///
/// - The lines of this process and of other accounts are among them.
/// - An error is told once; the journal is read again and again, and what was written meanwhile comes when it can be
///   read.
/// - It ends when its task is cancelled. A slow reader gets larger portions later and misses nothing.
public struct JournalFollower: AsyncSequence, Sendable {
    public typealias Element = Result<[RecordedLine], any Error>

    /// The most lines of one portion.
    static let portion = 2000
    /// How long to wait after an error.
    static let pause = Duration.milliseconds(100)

    let lines: @Sendable (_ after: Int64, _ limit: Int) async throws -> [RecordedLine]
    /// When to read.
    let looks: @Sendable () -> AsyncStream<Void>
    let start: Int64

    public func makeAsyncIterator() -> Iterator {
        Iterator(lines: lines, looks: looks().makeAsyncIterator(), position: start)
    }

    public struct Iterator: AsyncIteratorProtocol {
        let lines: @Sendable (Int64, Int) async throws -> [RecordedLine]
        var looks: AsyncStream<Void>.Iterator
        var position: Int64
        var failure: String?

        public mutating func next() async -> Element? {
            while !Task.isCancelled {
                do {
                    let lines = try await lines(position, JournalFollower.portion)
                    failure = nil
                    if let last = lines.last {
                        position = last.position
                        return .success(lines)
                    }
                } catch is CancellationError {
                    return nil
                } catch {
                    let isTold = failure == "\(error)"
                    failure = "\(error)"
                    if !isTold { return .failure(error) }
                    guard (try? await Task.sleep(for: JournalFollower.pause)) != nil else { return nil }
                    continue
                }
                guard await looks.next() != nil else { return nil }
            }
            return nil
        }
    }
}

extension SQLiteJournal {
    /// Follows what is written after a position, by whomever.
    public func follow(from start: Int64) -> JournalFollower { follow(from: start, by: .shared) }

    func follow(from start: Int64, by watch: FileWatch) -> JournalFollower {
        JournalFollower(
            lines: { try await self.lines(after: $0, limit: $1) },
            looks: { [path] in watch.looks(at: .journal(path)) },
            start: start
        )
    }
}
