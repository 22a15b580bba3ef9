/// Why something on this host could not be had, in words for an operator.
package struct StationError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
