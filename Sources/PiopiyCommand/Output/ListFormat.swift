import ArgumentParser

/// How a list is printed that a spreadsheet may want too.
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people.
    case text
    /// One JSON object a line.
    case json
    case csv
}
