import Terminal

/// A question as it is asked: its words, and the one answer that is a yes.
///
/// One rule holds for all prompts, on the screen and as lines:
///
/// - A prompt names its answers. The answer that it names as a yes does what was asked.
/// - A yes counts when it was typed alone, after the prompt was on the screen. Text that was pasted or typed ahead is
///   never one.
/// - Any other key closes the prompt, a paste too, and nothing is done. A click of the mouse is no key.
struct ConsolePrompt: Hashable, Sendable {
    /// The answer that is a yes.
    enum Yes: Hashable, Sendable {
        /// `y`, or Enter: to hang up one call.
        case yOrEnter
        /// `y` alone: for what rings somebody, ends several calls or throws something away. An Enter that was meant for
        /// something else is none.
        case y
        /// `e`: to quit where that ends all calls. A `y` that was meant for a hang-up is none.
        case e
        /// `t`: to take a hang-up back that waits. A second `x` and `y` for the same hang-up are none.
        case t
    }

    /// The question, without its answers.
    let words: String
    let yes: Yes

    /// Whether a key is the answer that does it.
    func isYes(_ key: Key) -> Bool {
        switch yes {
        case .yOrEnter: [.character("y"), .character("Y"), .enter].contains(key)
        case .y: [.character("y"), .character("Y")].contains(key)
        case .e: [.character("e"), .character("E")].contains(key)
        case .t: [.character("t"), .character("T")].contains(key)
        }
    }

    /// Its answers as the screen shows them behind the words.
    var answers: String {
        switch yes {
        case .yOrEnter: " y/Enter/n"
        case .y: " y/n"
        case .e: " e: end/n: no"
        case .t: " t/n"
        }
    }

    /// The word that is a yes where lines are typed.
    var yesWord: String {
        switch yes {
        case .yOrEnter, .y: "yes"
        case .e: "end"
        case .t: "take-back"
        }
    }

    /// Whether a word that was typed as a line is the yes.
    func isYes(_ word: String) -> Bool {
        word == yesWord || (yesWord == "yes" && word == "y")
    }

    /// The question with its answers, as a line.
    var line: String { "\(words) \(yesWord) or no" }

    /// Whether a key answers some prompt, yes or no: none of a dialog that settles a call may be one.
    static func answers(_ key: Key) -> Bool {
        guard case .character(let character) = key else { return key == .enter || key == .escape }
        return "yYnNeEtT".contains(character)
    }
}
