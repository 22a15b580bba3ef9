import Terminal

/// Keys as they come from a terminal: several at once, and maybe before their user saw the newest screen.
extension ConsoleModel {
    /// Takes keys that came together. Keys behind one that quits are not pressed.
    public mutating func press(_ burst: KeyBurst) -> [ConsoleEffect] {
        self.burst = burst
        defer { self.burst = nil }
        var effects: [ConsoleEffect] = []
        for key in burst.keys {
            let wanted = press(key)
            effects += wanted
            if wanted.contains(where: \.isQuit) { break }
        }
        return effects
    }

    /// Whether the key that is being pressed was typed alone, and on a screen that was made after the frame of this number.
    ///
    /// A question that notes ``frameNumber`` when it is asked learns by it whether the key can be its answer. A key that is
    /// pressed by ``press(_:)-(Key)`` alone is one.
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
