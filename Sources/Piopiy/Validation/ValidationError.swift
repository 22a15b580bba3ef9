/// A request that breaks a rule. It was found before anything was sent.
public struct ValidationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where, in the platform's own names: `to_number`, `options.max_duration_sec`, `variables.9x`.
    public let field: String
    /// What is wrong and what would be right, worded to follow the field's name.
    public let problem: String

    /// - Parameters:
    ///   - field: where, in the platform's own names.
    ///   - problem: what is wrong and what would be right, worded to follow the field's name.
    public init(field: String, _ problem: String) {
        self.field = field
        self.problem = problem
    }

    public var description: String { "\(field) \(problem)" }
}
