import CallBoard
import Piopiy
import Terminal

/// What one step of the plain console leads to.
public struct PlainStep: Sendable {
    /// To be printed, each as a line. Nothing in them is a control character.
    public var lines: [String] = []
    /// To be done once the lines are printed.
    public var effects: [ConsoleEffect] = []

    public init(lines: [String] = [], effects: [ConsoleEffect] = []) {
        self.lines = lines
        self.effects = effects
    }
}

/// The console as lines, for screen readers, logs and poor links: typed lines and snapshots in, lines and effects out.
///
/// It is the console of the screen without its screen: a command goes by the same functions, so that it asks and refuses as
/// a key does. Calls have numbers by which they are named; nothing is ever selected.
public struct PlainModel: Sendable {
    /// What an answer is awaited to. While it is, a line is that answer and no command.
    enum Asked: Hashable, Sendable {
        case question(ConsoleModel.Question)
        case field(FormField)
        /// The form has all that it needs.
        case place
        case kind, target
    }

    var model: ConsoleModel
    var numbers = CallNumbers()
    var asked: Asked?
    /// Whether the transfer that is being typed has been said to be warm or blind.
    var kindIsKnown = false
    /// Whether past calls are to be told once the journal has answered.
    var awaitsHistory = false
    /// Whether the presets are to be told once the journal has answered.
    var awaitsPresets = false
    private var told: [CallKey: CallStory] = [:]
    private var lastMessage = 0
    private var feed: BoardFeed?

    /// The most past calls that are told at once.
    static let historyLength = 50

    /// - Parameter makeRef: makes the id of a new call.
    public init(
        settings: ConsoleModel.Settings,
        now: Timestamp,
        makeRef: @escaping @Sendable (Timestamp) -> CallRef = { at in
            var random = SystemRandomNumberGenerator()
            return CallRef(at: at, using: &random)
        }
    ) {
        var settings = settings
        // Lines that were printed cannot be hidden again, and nothing is to ring.
        settings.lockAfter = nil
        settings.alerts = Alerts()
        // As wide as any line: nothing is broken into several.
        model = ConsoleModel(
            settings: settings,
            size: Size(width: 4000, height: Self.historyLength + 6),
            now: now,
            makeRef: makeRef
        )
        model.hasCallNumbers = true
    }

    // MARK: What happens

    /// The first lines. The board as it is then follows by ``receive(_:at:)-(BoardSnapshot,_)``.
    /// - Parameter draft: the form that a console before this one was left with; its caller and agent are offered again.
    public mutating func begin(draft: String?) -> PlainStep {
        if let draft {
            model.restore(draft: draft)
            freshenForm()
        }
        let readOnly = model.settings.isReadOnly ? ", read-only" : ""
        let words = "piopiy, \(model.settings.place)\(readOnly), plain lines. help lists the commands, quit ends."
        // What agents are called; what was used before is for forms that can be seen.
        return PlainStep(lines: [safe(words)], effects: [.run(.agents)])
    }

    /// Takes the newest state of the board.
    public mutating func receive(_ snapshot: BoardSnapshot, at now: Timestamp, steady: Timestamp? = nil) -> PlainStep {
        model.advance(to: now, steady: steady)
        var step = PlainStep(effects: model.receive(snapshot))
        let time = clock(now)
        for (gone, staying) in numbers.follow(told.keys, in: snapshot) {
            step.lines.append("\(time) call \(gone) is the same as call \(staying)")
        }
        tellCalls(snapshot, time, &step)
        tellMessages(snapshot, &step)
        if snapshot.feed != feed {
            feed = snapshot.feed
            step.lines.append("\(time) \(Self.words(snapshot))")
        }
        finish(&step)
        return step
    }

    /// Takes what came of an errand.
    public mutating func receive(_ news: ConsoleNews, at now: Timestamp, steady: Timestamp? = nil) -> PlainStep {
        model.advance(to: now, steady: steady)
        var step = PlainStep(effects: model.receive(news))
        tellHistory(&step)
        if case .presets = news { tellPresets(&step) }
        finish(&step)
        return step
    }

    /// Takes a line that was typed.
    public mutating func take(_ line: String, at now: Timestamp, steady: Timestamp? = nil) -> PlainStep {
        model.advance(to: now, steady: steady)
        model.presets.wanted = nil
        model.campaigns.wanted = nil
        var step = PlainStep()
        if line.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\t" }) {
            let words = "error: the line holds a control character; nothing was done"
            if let asked, isPrompt(asked) { refuse(asked, words, &step) } else { step.lines.append(words) }
        } else {
            let text = line.split(whereSeparator: \.isWhitespace).isEmpty ? "" : line
            if let asked { answer(asked, text, &step) } else if !text.isEmpty { run(text, &step) }
        }
        finish(&step)
        return step
    }

    /// What is left behind when nobody types any more.
    public func end() -> PlainStep {
        var words: [String] = []
        if asked != nil { words.append("The open question was not answered; nothing was done.") }
        // Of the platform's calls that go on, and of hang-ups that wait, whoever waits for the last answers tells.
        if model.settings.isSandbox { words.append(model.goingOn) }
        let line = words.filter { !$0.isEmpty }.joined(separator: " ")
        return PlainStep(lines: line.isEmpty ? [] : [safe(line)])
    }

    // MARK: Telling

    private mutating func tellCalls(_ snapshot: BoardSnapshot, _ time: String, _ step: inout PlainStep) {
        var stories: [CallKey: CallStory] = [:]
        stories.reserveCapacity(snapshot.order.count)
        for key in snapshot.order {
            guard let call = snapshot.call(key) else { continue }
            let story = CallStory(call)
            stories[call.key] = story
            let before = told[call.key]
            if story == before { continue }
            let number = numbers.number(of: call.key)
            let news = story.news(since: before ?? earlier(call.key, snapshot))
            guard !news.isEmpty else { continue }
            let from = before == nil && call.request == nil ? call.from.map { " from \($0)" } ?? "" : ""
            step.lines.append("\(time) \(name(number, call))\(from): \(news.joined(separator: ", "))")
        }
        // A call that left the rows is told of anew when it comes back.
        told = stories
        model.callNumbers = numbers.keys
    }

    /// What was told of a call whose row had another key before.
    private func earlier(_ key: CallKey, _ snapshot: BoardSnapshot) -> CallStory? {
        told.first { $0.key != key && snapshot.resolve($0.key) == key }?.value
    }

    private mutating func tellMessages(_ snapshot: BoardSnapshot, _ step: inout PlainStep) {
        for message in snapshot.messages where message.id > lastMessage {
            let number = message.call.flatMap { numbers[snapshot.resolve($0)] }
            let about = number.map { "call \($0): " } ?? ""
            step.lines.append(
                "\(clock(message.at)) \(Self.mark(message.level))\(about)\(Self.plain(message.text, number))"
            )
        }
        lastMessage = snapshot.messages.last?.id ?? lastMessage
    }

    /// Says what the console itself has to say, and asks what there is to ask.
    mutating func finish(_ step: inout PlainStep) {
        if let notice = model.notice {
            model.notice = nil
            step.lines.append(Self.mark(notice.level) + Self.plain(notice.text, nil))
        }
        // Nothing is selected here: a command says which call it means.
        model.selection = nil
        for effect in step.effects {
            if case .copy(let text) = effect { step.lines.append(text) }
        }
        step.effects.removeAll { effect in
            switch effect {
            case .copy, .alert, .redraw, .suspend: true
            // Each command says so in its own words; that nothing gets past one that forgot to is made sure of here.
            case let effect where effect.actsOnCalls: model.settings.isReadOnly
            default: false
            }
        }
        ask(&step)
        step.lines = step.lines.map { safe($0) }
    }

    // MARK: Words

    func clock(_ moment: Timestamp) -> String { ClockText.time(moment, utcOffset: model.settings.utcOffset) }

    func name(_ number: Int?, _ call: Call) -> String {
        "call \(number.map { "\($0)" } ?? "?") to \(call.to ?? "?")"
    }

    func name(_ key: CallKey) -> String {
        guard let call = model.snapshot.call(key) else { return "a call that no longer exists" }
        return name(numbers[call.key], call)
    }

    /// A line as it may be printed anywhere.
    private func safe(_ text: String) -> String {
        let text = model.settings.masksNumbers ? NumberMask.masked(text) : text
        guard model.settings.ascii else { return SafeText.printable(text) }
        var view = String.UnicodeScalarView()
        // Here there is room for the three dots that a cell has not.
        for glyph in SafeText.glyphs(text.replacing("…", with: "..."), ascii: true) {
            view.append(contentsOf: glyph.scalars)
        }
        return String(view)
    }

    private static func mark(_ level: BoardMessage.Level) -> String {
        switch level {
        case .info: ""
        case .warning: "warning: "
        case .error: "error: "
        }
    }

    private static func words(_ snapshot: BoardSnapshot) -> String {
        let none = snapshot.lastWebhook == nil ? "; none has come yet" : ""
        return switch snapshot.feed {
        case .nothing: "nothing reports calls yet: no webhooks are received"
        case .webhooks: "this console listens for webhooks\(none)"
        case .journal: "another console or listener on this host listens for webhooks\(none)"
        case .polling: "the platform is polled; no webhooks are received"
        }
    }

    /// What is said on the screen, with a command in place of what is seen there.
    static func plain(_ text: String, _ number: Int?) -> String {
        let show = number.map { "show \($0)" } ?? "show"
        var text = text
        if let range = text.firstRange(of: "(see its details)") {
            text.replaceSubrange(range, with: "(\(show): details)")
        }
        return text
    }
}
