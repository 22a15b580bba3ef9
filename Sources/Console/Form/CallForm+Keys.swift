import Piopiy
import Terminal

extension CallForm {
    /// Takes a key that no binding of the form claims.
    /// - Returns: whether the form should now be placed (Enter on the button).
    mutating func take(_ key: Key) -> Bool {
        switch (focus, key) {
        case (.place, .enter): return true
        case (.place, .character(let character)): problems[.place] = ButtonWords.leftOut(String(character))
        case (.place, .paste(let text)): problems[.place] = ButtonWords.leftOut(text)
        case (.more, .enter), (.more, .character(" ")), (.more, .right), (.more, .left):
            showsMore.toggle()
            if !showsMore { problems[.appID] = nil; problems[.failoverAgent] = nil }
        case (_, .enter): move(by: 1)
        case (.record, .character(" ")), (.record, .right): record = record.moved(by: 1)
        case (.record, .left): record = record.moved(by: -1)
        case (.variableType(let row), .character(" ")), (.variableType(let row), .right): changeKind(row, by: 1)
        case (.variableType(let row), .left): changeKind(row, by: -1)
        case (.maxDuration, .up), (.ringTimeout, .up): step(by: 1)
        case (.maxDuration, .down), (.ringTimeout, .down): step(by: -1)
        case (_, .up): move(by: -1)
        case (_, .down): move(by: 1)
        case (_, .character(let character)): type(character)
        case (_, .paste(let text)): paste(text)
        default: edit(key)
        }
        return false
    }

    private mutating func changeKind(_ row: Int, by step: Int) {
        variables[row].changeKind(by: step)
        problems[.variableValue(row)] = nil
    }

    private mutating func edit(_ key: Key) {
        guard var field = text(of: focus) else { return }
        let before = field
        guard field.edit(key) else { return }
        if field.characters != before.characters { looked(at: focus) }
        typedNumbers[focus]?.follow(before.characters, field.characters)
        if field.isEmpty { typedNumbers[focus] = nil }
        setText(field, of: focus)
    }

    private mutating func type(_ character: Character) {
        if focus.isPhone || focus.range != nil, !("0"..."9").contains(character), !looksForName(character) {
            // It is said, not swallowed: the operator may look at the keyboard.
            let rule = focus.isPhone && !book.contacts.isEmpty ? "digits, or a contact's name" : "digits only"
            // A sign of a number's writing is no digit that was missed.
            if "+-() .".contains(character) {
                noteSign(character)
            } else {
                leftOut[focus, default: ""].append(character)
            }
            problems[focus] = "accepts \(rule); “\(character)” was ignored"
            return
        }
        insert(String(character))
    }

    /// Whether letters are typed to find a contact's number.
    private func looksForName(_ character: Character) -> Bool {
        guard focus.isPhone, !book.contacts.isEmpty else { return false }
        return character.isLetter || text(of: focus)?.text.contains(where: \.isLetter) ?? false
    }

    private mutating func paste(_ pasted: String) {
        if focus.isPhone {
            pasteNumber(pasted)
            return
        }
        // Line ends of a paste never act as Enter. What is pasted into one line is one line.
        var text = pasted.split(whereSeparator: \.isNewline).joined(separator: " ")
        let whole = text.filter { !$0.isWhitespace }
        // An agent's name may have blanks in it, an id has none.
        let isID = (focus == .agent || focus == .failoverAgent) && UUIDText.problem(with: whole) == nil
        if focus.range != nil || isID { text = whole }
        insert(text)
    }

    private mutating func pasteNumber(_ pasted: String) {
        guard let field = text(of: focus) else { return }
        do throws(NumberPaste.Refusal) {
            let text = try NumberPaste.insertion(of: pasted, into: field, plan: book.plan)
            insert(text)
            // The field leaves the plus out, and the digits may be read without it.
            if field.isEmpty, let text = self.text(of: focus)?.text, NumberPaste.hasCountryCode(pasted, book.plan) {
                typedNumbers[focus] = TypedNumber("+\(text)")
            }
            // Letters may be a name that is looked for; among digits they are a slip or an extension.
            if text.contains(where: \.isNumber), text.contains(where: \.isLetter) {
                problems[focus] = NumberReading.problem(with: text, plan: book.plan)
            }
        } catch {
            problems[focus] = error.problem
        }
    }

    /// Keeps a sign that was typed at the end of a number. In its middle it is said that it was left out, and no more.
    private mutating func noteSign(_ sign: Character) {
        guard focus.isPhone, let field = text(of: focus), field.cursor == field.characters.count else { return }
        typedNumbers[focus, default: TypedNumber(field.text)].append(sign)
    }

    /// What was left out of a field no longer stands against it once the field was changed on purpose.
    private mutating func looked(at field: FormField) {
        typed.insert(field)
        leftOut[field] = nil
    }

    private mutating func insert(_ text: String) {
        guard var field = self.text(of: focus) else {
            problems[focus] = "changes with Space; “\(text.prefix(20))” was ignored"
            return
        }
        // In the middle of a number it is put in on purpose; at its end it is typed on.
        if field.cursor < field.characters.count || leftOut[focus] == nil { looked(at: focus) }
        let before = field.characters
        let fitted = field.insert(text)
        typedNumbers[focus]?.follow(before, field.characters)
        setText(field, of: focus)
        if let left = leftOut[focus] { problems[focus] = "accepts digits only; “\(left)” was ignored" }
        if !fitted { problems[focus] = "is limited to \(field.limit) characters; the rest was cut off" }
    }

    /// Up and down change a number, by one for short ranges and by ten for long ones.
    private mutating func step(by direction: Int) {
        guard let range = focus.range, var field = text(of: focus) else { return }
        let size = range.count > 1000 ? 10 : 1
        let start = focus == .maxDuration ? 600 : 30
        let next = Int(field.text).map { $0 + direction * size } ?? start
        field.text = String(min(max(next, range.lowerBound), range.upperBound))
        setText(field, of: focus)
    }
}
