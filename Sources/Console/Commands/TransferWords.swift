import Piopiy

/// What stands behind `transfer`: a call, how, to whom, and keywords in any order.
struct TransferWords: Hashable, Sendable {
    /// The call's name; `nil` for the selected one.
    var call: String?
    var isWarm: Bool?
    var target: String?
    var caller: String?
    var ringTimeout: String?
    var confirm = false
    var summary: String?

    private static let kinds = ["warm", "blind"]
    private static let keywords = ["caller", "ring", "confirm", "summary"]

    init(_ reader: inout WordReader) throws(CommandMistake) {
        call = reader.next(unless: Self.kinds)
        guard let kind = reader.next() else { return }
        switch kind.keyword {
        case "warm": isWarm = true
        case "blind": isWarm = false
        default: throw CommandMistake("“\(kind.text)” is neither warm nor blind; use one of them")
        }
        target = reader.next(unless: Self.keywords)
        while let word = reader.next() {
            switch word.keyword {
            case "caller": caller = try reader.value(of: "caller", "a number")
            case "ring": ringTimeout = try reader.value(of: "ring", "seconds")
            case "summary": summary = try reader.value(of: "summary", "a text between quotation marks")
            case "confirm":
                try reader.once("confirm")
                confirm = true
            default: throw reader.unexpected(word, keywords: Self.keywords)
            }
        }
        guard isWarm == false else { return }
        let isFor = [("ring", ringTimeout != nil), ("confirm", confirm), ("summary", summary != nil)]
        if let wrong = isFor.first(where: \.1) {
            throw CommandMistake("\(wrong.0) works only with a warm transfer; a blind one takes only a caller id")
        }
    }

    /// Whether it can be sent as it stands.
    var isWhole: Bool { isWarm != nil && target != nil }

    /// The dialog with all of it filled in.
    func filled(_ form: TransferForm) throws(CommandMistake) -> TransferForm {
        var form = form
        if let isWarm { form.isWarm = isWarm }
        try Self.fill(&form.target, target, "the target")
        try Self.fill(&form.caller, caller, "caller")
        try Self.fill(&form.ringTimeout, ringTimeout, "ring")
        try Self.fill(&form.summary, summary, "summary")
        form.confirm = confirm
        form.problems = [:]
        form.focus = form.target.isEmpty ? .target : .send
        return form
    }

    /// A text that does not fit is not cut: what is left out could be what mattered.
    private static func fill(_ field: inout TextField, _ text: String?, _ what: String) throws(CommandMistake) {
        guard let text else { return }
        guard text.count <= field.limit else {
            throw CommandMistake("\(what) has \(text.count) characters; it may have at most \(field.limit)")
        }
        field.text = text
    }
}
