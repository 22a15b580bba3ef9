import ArgumentParser

/// Checks `--metrics`, which several commands take.
enum MetricsOption {
    /// - Throws: ``ArgumentParser/ValidationError`` for what is not an address, nor `off`.
    static func check(_ text: String?) throws {
        guard let text, let problem = Setting.metrics.problem(with: [text]) else { return }
        throw ArgumentParser.ValidationError("--metrics \(problem).")
    }
}
