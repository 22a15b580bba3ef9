/// Decides in which order a call's reports go out, and how often.
///
/// For most calls that is as they come. A scrambled call's come twice and out of order, but not so late that nobody could
/// follow it: what starts it and what ends it wait for the report after them and go out behind it, and when the CDR is
/// there, everything is said once more, shuffled.
struct ReportOrder: Sendable {
    private let telling: CallScript.Telling
    private var held: CallReport?
    private var said: [CallReport] = []
    private var generator: SeededGenerator

    init(_ telling: CallScript.Telling, generator: SeededGenerator) {
        self.telling = telling
        self.generator = generator
    }

    /// Takes the next report in.
    /// - Parameter waits: whether a scrambled call holds it back until the next.
    /// - Returns: what is to go out now, in this order.
    mutating func add(_ report: CallReport, waits: Bool) -> [CallReport] {
        switch telling {
        case .live: return [report]
        case .lateRecord: return report.kind == .record ? [report] : []
        case .nothing: return []
        case .scrambled: break
        }
        said.append(report)
        if waits {
            defer { held = report }
            return held.map { [$0] } ?? []
        }
        var out = [report]
        if let held { out.append(held) }
        held = nil
        if report.kind == .record { out += said.shuffled(using: &generator) }
        return out
    }
}
