import Tracing

/// A request in a trace: what was asked, each attempt, and how it ended. No token, no whole phone number and no text of
/// anybody's is in it.
struct RequestSpan: Sendable {
    private let span: any Span

    /// - Parameter name: the operation's SDK name.
    init?(_ tracer: (any Tracer)?, _ request: APIRequest, name: String) {
        guard let tracer else { return nil }
        span = tracer.startSpan("piopiy \(name)", ofKind: .client)
        span.attributes["piopiy.operation"] = name
        span.attributes["http.request.method"] = request.method.rawValue
        span.attributes["url.path"] = Redaction.numbersMasked(request.path)
    }

    /// - Parameters:
    ///   - number: from 1.
    ///   - result: what came of it, in a word.
    func attempt(_ number: Int, _ result: String) {
        span.addEvent(
            SpanEvent(
                name: "attempt",
                attributes: ["piopiy.attempt": .int64(Int64(number)), "piopiy.result": .string(result)]
            )
        )
    }

    func end<Value>(_ outcome: Outcome<Value>) {
        span.attributes["piopiy.outcome"] = outcome.name
        if let failure = outcome.failure() {
            span.attributes["piopiy.code"] = failure.code.map { Redaction.numbersMasked($0) }
            span.attributes["piopiy.may_have_acted"] = failure.platformMayHaveActed
            span.attributes["http.response.status_code"] = failure.status
            span.setStatus(SpanStatus(code: .error))
        }
        span.end()
    }

    /// The tracer that a client uses: what it was given, else what the program has bootstrapped, if anything.
    static func tracer(_ given: (any Tracer)?) -> (any Tracer)? {
        let tracer = given ?? InstrumentationSystem.tracer
        // One that does nothing would still cost time.
        return tracer is NoOpTracer ? nil : tracer
    }
}
