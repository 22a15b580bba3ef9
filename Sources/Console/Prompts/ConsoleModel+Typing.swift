import CallBoard
import Terminal

/// Keys that come together: text that is being typed or pasted never acts on calls.
extension ConsoleModel {
    /// What takes the keys, as far as a key that was meant for it would mean something else when it is gone.
    struct Typing: Hashable {
        var question: Question?
        var places: Set<Place> = []

        enum Place: Hashable {
            case lock, naming, palette, filter, listFilter, form, transfer, settle, hangUp, presets
        }

        /// Whether a key has asked a question, or closed one or a place where text is typed.
        func isOver(in next: Typing) -> Bool { question != next.question || !places.isSubset(of: next.places) }
    }

    var typing: Typing {
        var typing = Typing(question: question)
        if lock != nil { typing.places.insert(.lock) }
        if naming != nil { typing.places.insert(.naming) }
        if palette != nil { typing.places.insert(.palette) }
        if filterField != nil { typing.places.insert(.filter) }
        if history.field != nil || agentList.field != nil { typing.places.insert(.listFilter) }
        for layer in layers {
            switch layer {
            case .form: typing.places.insert(.form)
            case .transfer: typing.places.insert(.transfer)
            case .settle: typing.places.insert(.settle)
            case .hangUpWith: typing.places.insert(.hangUp)
            case .presets: typing.places.insert(.presets)
            default: break
            }
        }
        return typing
    }

    /// Leaves out the keys of a burst behind one that asked a question, answered one or closed a dialog: they were meant
    /// for what is no longer there, or typed before anybody could read what was asked.
    mutating func throwAway(_ count: Int) {
        guard count > 0 else { return }
        upkeep.note(.anything)
        if question != nil {
            decline("nothing was done: several keys came together; press the key again, alone")
            return
        }
        let keys = count == 1 ? "1 key was" : "\(count) keys were"
        // What went wrong stands there already.
        if notice == nil { say("\(keys) ignored: typed together with the key before", .info) }
    }

    /// Whether the Enter that is being pressed came alone, as one that presses a button must: it may be the end of a
    /// pasted line. Says so where it did not.
    mutating func isPressedAlone(_ what: String) -> Bool {
        if burst?.isAlone ?? true { return true }
        say("\(what): Enter came with other keys; press it again", .warning)
        return false
    }
}

/// What a button says of keys that are not for it.
enum ButtonWords {
    static func leftOut(_ text: String) -> String { "only Enter presses the button; “\(text.prefix(20))” was ignored" }
}
