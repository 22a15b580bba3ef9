import CallBoard

extension ConsoleModel {
    /// Whether the operator may change anything; says so where not.
    /// - Parameter what: what would be done, as in "nothing is placed".
    mutating func mayAct(_ what: String) -> Bool {
        guard settings.isReadOnly else { return true }
        say("this console is read-only: nothing was \(what)", .warning)
        return false
    }
}
