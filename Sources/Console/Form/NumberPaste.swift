import Piopiy
import Terminal

/// The rule for a paste into a number's field.
///
/// A paste is taken whole or refused; the field never gets a part of it. ``NumberReading`` says what one number is.
enum NumberPaste {
    /// Why a paste was refused, in words that follow the field's name.
    struct Refusal: Error, Hashable, Sendable {
        let problem: String
    }

    /// The text to insert for a paste.
    ///
    /// - Parameters:
    ///   - pasted: as it came from the terminal.
    ///   - field: the field as it is before the paste.
    ///   - plan: in which country numbers are typed.
    /// - Returns: the digits of a number or of a part of one; a text with letters as it is, in one line: it may be a
    ///   contact's name, and is not a number before it was changed.
    /// - Throws: ``Refusal`` where more than one number may have been pasted, or the field holds a number already.
    static func insertion(
        of pasted: String,
        into field: TextField,
        plan: NumberPlan = .international
    ) throws(Refusal) -> String {
        let line = try oneLine(pasted)
        if line.contains(where: \.isLetter) { return line }
        if line.isEmpty { return "" }
        if PhoneNumber.problem(with: field.text) == nil {
            throw refusal("the field already holds a number; clear it first (Ctrl-U)", line)
        }
        let bare = line.hasPrefix("+") ? String(line.dropFirst()) : line
        if bare.allSatisfy({ ("0"..."9").contains($0) }) { return bare }
        let isAtEnd = field.cursor == field.characters.count
        do throws(NumberRefusal) {
            if field.isEmpty || !isAtEnd { return try NumberReading.read(line, plan: plan).digits }
            // The country code was typed, say, and the rest pasted.
            let whole = try NumberReading.read("\(field.text) \(line)", plan: plan).digits
            guard whole.hasPrefix(field.text) else { return line.filter { ("0"..."9").contains($0) } }
            return String(whole.dropFirst(field.characters.count))
        } catch {
            throw refusal("it \(error.problem)", line)
        }
    }

    /// Whether what was inserted for a paste has its country code, though nothing in the field shows it.
    static func hasCountryCode(_ pasted: String, _ plan: NumberPlan) -> Bool {
        guard plan.country != nil, let line = try? oneLine(pasted) else { return false }
        // Digits alone go in as they are; all else was read, and so completed.
        return !line.allSatisfy { ("0"..."9").contains($0) } && (try? NumberReading.read(line, plan: plan)) != nil
    }

    /// A paste as one line without blanks around it.
    /// - Throws: ``Refusal`` where several lines or cells of it hold digits.
    static func oneLine(_ pasted: String) throws(Refusal) -> String {
        let parts = NumberReading.parts(of: pasted)
        if parts.count > 1 {
            throw refusal("\(parts.count) of its lines or cells hold digits; paste one number", pasted)
        }
        let line = pasted.split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
        return line.trimmingBlanks
    }

    private static func refusal(_ why: String, _ pasted: String) -> Refusal {
        let text = SafeText.printable(pasted.trimmingBlanks)
        let shown = text.count > 60 ? "\(text.prefix(59))…" : text
        return Refusal(problem: "was not changed. Pasted “\(shown)”: \(why)")
    }
}

extension String {
    /// The text without white space at its ends.
    fileprivate var trimmingBlanks: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
