import CallBoard
import Piopiy
import Terminal

/// A console that hides itself when nobody is there.
struct ConsoleLock: Hashable, Sendable {
    var typed = TextField(limit: 64)
    var wrong = 0
    /// Nothing is tried before this, by the steady clock, after several wrong ones.
    var notBefore: Timestamp?
}

extension ConsoleModel {
    /// When it locks by itself, should no key come before; by the steady clock.
    public var locksAt: Timestamp? {
        guard lock == nil, let after = settings.lockAfter else { return nil }
        return lastKeyAt + after
    }

    mutating func lockIfIdle() {
        if let at = locksAt, steady - at >= .zero { lockScreen() }
    }

    /// Hides everything. What was being asked is not done; what was typed stays.
    mutating func lockScreen() {
        if question != nil { decline() }
        presets.wanted = nil
        lock = ConsoleLock()
    }

    /// No key does anything but unlock: not even quitting or suspending, which would leave a shell behind.
    mutating func pressLocked(_ key: Key) -> [ConsoleEffect] {
        guard var held = lock else { return [] }
        defer { if lock != nil { lock = held } }
        switch key {
        case .enter:
            if let at = held.notBefore, steady - at < .zero { return [] }
            guard let pin = settings.unlockPIN else {
                lock = nil
                return []
            }
            if held.typed.text == pin {
                lock = nil
            } else {
                held.wrong += 1
                held.typed.text = ""
                // Three tries at once, then one every ten seconds.
                if held.wrong >= 3 { held.notBefore = steady + .seconds(10) }
            }
        case .escape: held.typed.text = ""
        case .character(let character): held.typed.insert(String(character))
        // A paste is no word of anybody's.
        case .paste: break
        default:
            if settings.keymap.action(for: key, in: .board) == .redraw { return [.redraw] }
            _ = held.typed.edit(key)
        }
        return []
    }

    /// - Returns: where the cursor stands.
    func drawLock(_ canvas: inout Canvas) -> Point? {
        guard let lock else { return nil }
        let theme = settings.theme
        let counts = snapshot.counts
        let x = max(0, min(3, size.width - 1))
        let middle = max(0, size.height / 2 - 2)
        canvas.write("piopiy is locked", x: x, y: middle, style: theme[.title])
        // How many, not who: that is what the lock is for.
        canvas.write("\(counts.up) up, \(counts.unknown) unknown", x: x, y: middle + 1, style: theme[.dim])
        guard settings.unlockPIN != nil else {
            canvas.write("Enter unlocks it.", x: x, y: middle + 3, style: theme[.text])
            return nil
        }
        var x2 = x + canvas.write("PIN ", x: x, y: middle + 3, style: theme[.text])
        x2 += canvas.write(
            String(repeating: "*", count: lock.typed.characters.count),
            x: x2,
            y: middle + 3,
            style: theme[.fieldFocus]
        )
        if let at = lock.notBefore, steady - at < .zero {
            canvas.write("Wrong PIN. Wait ten seconds.", x: x, y: middle + 4, style: theme[.error])
        } else if lock.wrong > 0 {
            canvas.write("Wrong PIN.", x: x, y: middle + 4, style: theme[.error])
        }
        return Point(x: min(x2, size.width - 1), y: min(middle + 3, size.height - 1))
    }
}
