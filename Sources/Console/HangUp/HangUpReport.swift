import CallBoard
import Piopiy
import Terminal

/// What came of hanging several calls up at once.
struct HangUpReport: Hashable, Sendable {
    /// A call of the report. It says what the call was, also when that has left the board.
    struct Entry: Hashable, Sendable {
        let key: CallKey
        let to: String
        /// It had ended, or was being hung up, before the hang-up was asked for.
        let hadEnded: Bool

        init(_ key: CallKey, _ call: Call?) {
            self.key = key
            to = call?.to ?? "?"
            hadEnded = call?.isEnded ?? true
        }
    }

    /// How one of them stands.
    enum State: Hashable, Sendable {
        case ended, waiting, sent, accepted, failed(String)

        var isSettled: Bool {
            switch self {
            case .ended, .failed: true
            case .waiting, .sent, .accepted: false
            }
        }
    }

    let calls: [Entry]
    let at: Timestamp
    /// Whether the status line has said how it went.
    var isTold = false

    init(calls: [Entry], at: Timestamp) {
        self.calls = calls
        self.at = at
    }

    func state(of entry: Entry, in snapshot: BoardSnapshot) -> State {
        guard let call = snapshot.call(entry.key), !call.isEnded else { return .ended }
        if call.hangUpWaitsElsewhere { return .waiting }
        switch call.hangUp {
        case .waiting: return .waiting
        case .none, .sending: return .sent
        case .accepted: return .accepted
        case .failed:
            let key = snapshot.resolve(entry.key)
            let message = snapshot.messages.last { message in
                message.at >= at && message.level != .info && message.call.map { snapshot.resolve($0) } == key
            }
            return .failed(message?.text ?? "was not hung up; you can try again")
        }
    }
}

extension ConsoleModel {
    /// Says once how the hang-up of several went, when the last of them has settled.
    mutating func tellHangUpReport() {
        guard var report = hangUpReport, !report.isTold else { return }
        let states = report.calls.map { report.state(of: $0, in: snapshot) }
        guard states.allSatisfy(\.isSettled) else { return }
        report.isTold = true
        hangUpReport = report
        let failed = states.count { if case .failed = $0 { true } else { false } }
        let ended = states.count - failed
        if failed > 0 {
            say("\(ended) of \(states.count) calls have ended, \(failed) could not be hung up", .error)
        } else {
            say("all \(ended) calls have ended", .info)
        }
    }

    var hangUpReportLines: [PagerLine] {
        guard let report = hangUpReport else { return [PagerLine(text: "No call was hung up yet.", role: .dim)] }
        return report.calls.map { entry in
            let (words, role): (String, Role) =
                switch report.state(of: entry, in: snapshot) {
                case .ended: (entry.hadEnded ? "had already ended" : "has ended", .ok)
                case .waiting: ("waiting for its call id", .warning)
                case .sent: ("sent", .text)
                case .accepted: ("accepted by the platform; waiting for the end", .text)
                case .failed(let why): (why, .error)
                }
            return PagerLine(label: entry.to, text: words, role: role)
        }
    }

    /// How far it has come, as a bar on the line of the title.
    func drawHangUpProgress(_ canvas: inout Canvas) {
        guard let report = hangUpReport, !report.calls.isEmpty else { return }
        let settled = report.calls.count { report.state(of: $0, in: snapshot).isSettled }
        let text = " \(settled)/\(report.calls.count) "
        let width = min(30, size.width / 3)
        let x = size.width - width - text.count - 3
        let done = width * settled / report.calls.count
        let theme = settings.theme
        canvas.write(text, x: x, y: 1, style: theme[.title])
        canvas.fill(
            Rect(x: x + text.count, y: 1, width: done, height: 1),
            with: settings.ascii ? "#" : "█",
            style: theme[.barDone]
        )
        canvas.fill(
            Rect(x: x + text.count + done, y: 1, width: width - done, height: 1),
            with: settings.ascii ? "." : "░",
            style: theme[.barLeft]
        )
    }
}
