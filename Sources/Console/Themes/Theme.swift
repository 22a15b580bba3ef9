import CallBoard
import Terminal

/// What a piece of the screen is; a theme says how it looks.
public enum Role: String, CaseIterable, Sendable {
    case text, dim, title, accent, selection, marked
    case queued = "state.queued"
    case ringing = "state.ringing"
    case talking = "state.talking"
    case ended = "state.ended"
    case unknown = "state.unknown"
    case error, warning, ok, border
    case field
    case fieldFocus = "field.focus"
    case fieldError = "field.error"
    case barDone = "bar.done"
    case barLeft = "bar.left"

    init(_ stage: Call.Stage) {
        self =
            switch stage {
            case .placing, .queued: .queued
            case .ringing: .ringing
            case .talking: .talking
            case .ended: .ended
            case .unknown: .unknown
            }
    }
}

/// A look for every role.
public struct Theme: Sendable, Equatable {
    public let name: String
    private let styles: [Role: Style]

    public init(name: String, styles: [Role: Style]) {
        self.name = name
        self.styles = styles
    }

    public subscript(role: Role) -> Style { styles[role] ?? styles[.text] ?? .plain }

    /// What the console starts with when no theme file can be used: attributes alone, fit for every terminal.
    public static let fallback = Theme(
        name: "fallback",
        styles: [
            .dim: Style(attributes: .dim),
            .title: Style(attributes: .bold),
            .accent: Style(attributes: .bold),
            .selection: Style(attributes: .reverse),
            .marked: Style(attributes: .underline),
            .talking: Style(attributes: .bold),
            .ended: Style(attributes: .dim),
            .unknown: Style(attributes: [.bold, .underline]),
            .error: Style(attributes: [.bold, .reverse]),
            .warning: Style(attributes: .bold),
            .border: Style(attributes: .dim),
            .field: Style(attributes: .underline),
            .fieldFocus: Style(attributes: .reverse),
            .fieldError: Style(attributes: .bold),
            .barDone: Style(attributes: .reverse),
            .barLeft: Style(attributes: .dim),
        ]
    )
}
