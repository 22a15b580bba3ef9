/// A form that was saved under a name.
public struct Preset: Hashable, Sendable {
    public let name: String
    /// As the form wrote it.
    public let text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// The screen of saved forms.
struct PresetList: Sendable {
    enum State: Hashable, Sendable {
        case loading
        case loaded
        /// In words why.
        case failed(String)
    }

    var state = State.loading
    var all: [Preset] = []
    /// The name of the one that is to be opened once they are known.
    var wanted: String?
    /// What the names are narrowed by.
    var filter = TextField(limit: 60)
    /// Whether digits narrow too, rather than open: after a `/` or a letter.
    var isTyping = false
    var cursor = ListCursor<String>()

    var shown: [Preset] {
        let words = filter.text.lowercased().split(whereSeparator: \.isWhitespace)
        return all.filter { preset in
            let name = preset.name.lowercased()
            return words.allSatisfy { name.contains($0) }
        }
    }

    var selected: Preset? { cursor.selection.flatMap { name in all.first { $0.name == name } } }
}

/// The name that a form is to be saved under, while it is typed on the status line.
struct PresetNaming: Hashable, Sendable {
    var field = TextField(limit: Self.limit)
    /// The number that is rung is saved too. It is not by itself, so that nobody is rung by a slip.
    var withDestination = false

    /// As it is kept.
    var name: String { field.text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    static let limit = 40
}
