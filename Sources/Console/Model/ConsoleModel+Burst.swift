import Terminal

/// Keys as they come from a terminal: several at once, and maybe before their user saw the newest screen.
extension ConsoleModel {
    /// Takes keys that came together.
    ///
    /// Keys behind one that quits are not pressed, nor are those behind one that asked a question, answered one or
    /// closed a dialog: see ``Typing``. What still comes of such a burst, torn on its way, is left out too.
    public mutating func press(_ burst: KeyBurst) -> [ConsoleEffect] {
        self.burst = burst
        defer { self.burst = nil }
        if throwsAway, burst.follows {
            // The rest of what was thrown away before.
            lastKeyAt = steady
            return []
        }
        throwsAway = false
        var effects: [ConsoleEffect] = []
        for (index, key) in burst.keys.enumerated() {
            let before = typing
            let wanted = press(key)
            effects += wanted
            if wanted.contains(where: \.isQuit) { break }
            guard before.isOver(in: typing) else { continue }
            throwsAway = !burst.isAlone
            throwAway(burst.keys.count - index - 1)
            break
        }
        return effects
    }

    /// Whether the key that is being pressed was typed alone, and on a screen that was made after the frame of this
    /// number.
    ///
    /// A question that notes ``frameNumber`` when it is asked learns by it whether the key can be its answer. A key
    /// that is pressed by ``press(_:)-(Key)`` alone is one.
    func isDeliberate(after frame: Int) -> Bool {
        guard let burst else { return true }
        return burst.isAlone && (burst.frame ?? 0) > frame
    }
}

extension ConsoleEffect {
    fileprivate var isQuit: Bool {
        if case .quit = self { true } else { false }
    }
}
