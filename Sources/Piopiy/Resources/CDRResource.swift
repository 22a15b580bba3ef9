/// `RestClient.cdr`: what the platform has on record of calls that have ended (source: public integrations).
public struct CDRResource: Sendable {
    let requester: Requester

    /// One answer's worth: at most ``CDRQuery/limit`` records, oldest first.
    public func list(_ query: CDRQuery) async -> Outcome<[CallRecord]> {
        await requester.perform(query.request, name: "cdr.list", about: ["app": query.appID]) { answer, now in
            AnswerReader.value(answer, now: now) { body in
                AnswerReader.list(body, under: ["cdr", "data", "records", "result"])?
                    .compactMap(CallRecord.init(json:))
                    .sorted { ($0.at?.milliseconds ?? 0, $0.callID.text) < ($1.at?.milliseconds ?? 0, $1.callID.text) }
            }
        }
    }

    /// All records of the query's time, oldest first, however many there are; none comes twice.
    public func pages(_ query: CDRQuery) -> CDRPages { CDRPages(resource: self, query: query) }
}

/// All records of a time, in pages.
///
/// The platform tells neither an order nor a cursor. So a page that is full is not believed: its time is cut in two, and
/// each half asked for again, down to a millisecond. A page that is full even so is told as it is, with
/// ``CDRPage/isCut`` set.
///
/// ```swift
/// for await page in client.cdr.pages(query) {
///     switch page {
///     case .accepted(let page): count += page.records.count
///     default: end = page.name  // the last element
///     }
/// }
/// ```
public struct CDRPages: AsyncSequence, Sendable {
    /// A page, or as the last element the outcome that ended the sequence.
    public typealias Element = Outcome<CDRPage>

    let resource: CDRResource
    let query: CDRQuery

    /// Begins at the oldest record. Every iteration asks the platform anew.
    public func makeAsyncIterator() -> Iterator { Iterator(resource: resource, query: query) }

    /// Asks for page after page, each when it is wanted.
    public struct Iterator: AsyncIteratorProtocol {
        private let resource: CDRResource
        private let query: CDRQuery
        /// Times that were not asked for yet, the oldest last. Neighbours share a moment, because nothing public says
        /// whether the bounds are inside.
        private var windows: [ClosedRange<Timestamp>]
        /// Records at the end of the last page, which may come again at the start of the next.
        private var atTheEdge: Set<CallRecord> = []
        /// How often the platform was asked.
        package private(set) var requests = 0

        init(resource: CDRResource, query: CDRQuery) {
            self.resource = resource
            self.query = query
            windows = [query.from...query.to]
        }

        /// - Returns: the next page; after anything but an accepted one, `nil`.
        public mutating func next() async -> Outcome<CDRPage>? {
            while let window = windows.popLast() {
                let outcome = await records(of: window)
                guard case .accepted(let records) = outcome else {
                    windows = []
                    return outcome.map { CDRPage(records: $0, isCut: false) }
                }
                let isFull = records.count >= query.limit
                if isFull, let halves = Self.halves(of: window) {
                    windows.append(halves.1)
                    windows.append(halves.0)
                    continue
                }
                let fresh = records.filter { !atTheEdge.contains($0) }
                // Compared whole: the legs of a call have records of their own.
                atTheEdge = Set(records.filter { ($0.at ?? window.upperBound) >= window.upperBound })
                if fresh.isEmpty, !isFull { continue }
                return .accepted(CDRPage(records: fresh, isCut: isFull))
            }
            return nil
        }

        private mutating func records(of window: ClosedRange<Timestamp>) async -> Outcome<[CallRecord]> {
            let (first, last) = (window.lowerBound, window.upperBound)
            let outcome = await ask(first, last)
            guard first == last, first.milliseconds < .max, case .accepted(let records) = outcome, records.isEmpty
            else {
                return outcome
            }
            // Where the last moment is not inside, a single one has nothing: it is asked for with the next, and what is the
            // next one's is left out.
            return await ask(first, Timestamp(milliseconds: first.milliseconds + 1)).map { records in
                records.filter { ($0.at ?? first) == first }
            }
        }

        private mutating func ask(_ first: Timestamp, _ last: Timestamp) async -> Outcome<[CallRecord]> {
            requests += 1
            do throws(ValidationError) {
                return await resource.list(try query.between(first, last))
            } catch {
                return .invalid(error)
            }
        }

        private static func halves(
            of window: ClosedRange<Timestamp>
        ) -> (ClosedRange<Timestamp>, ClosedRange<Timestamp>)? {
            let (first, last) = (window.lowerBound, window.upperBound)
            guard first < last else { return nil }
            // Of a query from the beginning of time to its end the span fits no Int64, but always an UInt64.
            let span = UInt64(bitPattern: last.milliseconds &- first.milliseconds)
            if span == 1 { return (first...first, last...last) }
            let middle = Timestamp(milliseconds: first.milliseconds &+ Int64(bitPattern: span / 2))
            return (first...middle, middle...last)
        }
    }
}

/// A part of the records of a time.
public struct CDRPage: Hashable, Sendable {
    /// Oldest first.
    public let records: [CallRecord]
    /// There may be more of this very millisecond than the platform tells.
    public let isCut: Bool
}

/// A call detail record.
public struct CallRecord: Hashable, Sendable {
    /// From `call_id`, `cmiuuid` or `uuid`.
    public let callID: CallID
    /// From `caller_id` or `from`, as it came.
    public let callerID: String?
    /// From `to_number` or `to`, as it came.
    public let toNumber: String?
    /// When the call was placed, from `timestamp`, `time` or `start_time`, read as ``Timestamp/init(told:)`` does.
    public let at: Timestamp?
    /// The time as it was told, where it cannot be read as a moment: a date and time without a zone, for instance.
    public let unreadTime: String?
    /// The platform's word, such as `answered` or `missed`.
    public let status: String?
    /// Talk time in seconds.
    public let talkSeconds: Double?
    /// Seconds in all.
    public let seconds: Double?
    /// What ``RecordingsResource/download(fileName:to:overwrite:onProgress:)`` asks for; `nil` when nothing was recorded.
    public let fileName: String?
    /// Everything that the platform told.
    public let json: JSONValue

    /// Reads one record of an answer; `nil` for what names no call.
    public init?(json: JSONValue) {
        guard let id = json["call_id"]?.looseText ?? json["cmiuuid"]?.looseText ?? json["uuid"]?.looseText else {
            return nil
        }
        callID = CallID(id)
        callerID = json["caller_id"]?.looseText ?? json["from"]?.looseText
        toNumber = json["to_number"]?.looseText ?? json["to"]?.looseText
        let times = ["timestamp", "time", "start_time"].compactMap { json[$0] }
        at = times.lazy.compactMap { Timestamp(told: $0) }.first
        unreadTime = at == nil ? times.lazy.compactMap(\.looseText).first : nil
        status = json["status"]?.looseText
        talkSeconds = json["answer_sec"]?.looseNumber ?? json["answeredsec"]?.looseNumber
        seconds = json["duration"]?.looseNumber
        fileName = json["file_name"]?.looseText ?? json["filename"]?.looseText
        self.json = json
    }
}
