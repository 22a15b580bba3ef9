import CallBoard
import Piopiy

/// Finds the call that somebody names.
///
/// A name is a call's number in a list that numbers them, the beginning of a call id or of a reference, or the called
/// number or the caller's of one that came in, in any form.
/// What fits several calls fits none: which call is hung up is never guessed.
struct CallFinder: Sendable {
    let snapshot: BoardSnapshot
    /// Numbers that calls were shown with.
    let numbers: [Int: CallKey]
    /// Whether calls are listed with numbers; else Tab lists them.
    let hasNumbers: Bool

    /// Fewer characters of an id are more likely a slip than an id.
    private static let idLength = 4

    /// - Throws: ``CommandMistake`` when no call is called so, or several are.
    func call(_ name: String) throws(CommandMistake) -> Call {
        let found = calls(name)
        if found.count == 1 { return found[0] }
        if found.isEmpty { throw nothing(name) }
        let listed = found.prefix(5).map { describe($0) }.joined(separator: "; ")
        let more = found.count > 5 ? "; and \(found.count - 5) more" : ""
        let number = number(name[...]) == nil ? "" : "; #\(name) means the call with that number"
        throw CommandMistake("“\(name)” matches \(found.count) calls: \(listed)\(more)\(number)")
    }

    private func nothing(_ name: String) -> CommandMistake {
        let key = key(name)
        if let key, snapshot.order.contains(where: { snapshot.call($0)?.isWith(key) ?? false }) {
            return CommandMistake("no call to \(name) is up")
        }
        return CommandMistake("no call here matches “\(name)”; \(hasNumbers ? "calls" : "Tab") lists the calls")
    }

    /// All calls that a name fits.
    private func calls(_ name: String) -> [Call] {
        let text = name.lowercased()
        if text.hasPrefix("#") { return number(text.dropFirst()).map { [$0] } ?? [] }
        var keys: [CallKey] = []
        func add(_ call: Call) { if !keys.contains(call.key) { keys.append(call.key) } }
        if let call = number(text[...]) { add(call) }
        let number = key(text)
        if number != nil || text.count >= Self.idLength {
            for key in snapshot.order {
                guard let call = snapshot.call(key) else { continue }
                if text.count >= Self.idLength, Self.isCalled(call, text) { add(call) }
                // A number is of a call that is up; one that has ended is named by what is its alone.
                if let number, !call.isEnded, call.isWith(number) { add(call) }
            }
        }
        return keys.compactMap { snapshot.call($0) }
    }

    /// A number as a person writes it; `nil` for a text that is not one number.
    private func key(_ text: String) -> NormalizedNumber? {
        let plan = snapshot.numberPlan
        do throws(NumberRefusal) {
            return NormalizedNumber(try NumberReading.read(text, plan: plan), plan: plan)
        } catch .ambiguous {
            // It names whichever is there.
            return NormalizedNumber(text, plan: plan)
        } catch {
            return nil
        }
    }

    private func number(_ text: Substring) -> Call? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text) else { return nil }
        return numbers[number].flatMap { snapshot.call($0) }
    }

    private static func isCalled(_ call: Call, _ text: String) -> Bool {
        call.callID?.text.lowercased().hasPrefix(text) ?? false || call.ref?.text.hasPrefix(text) ?? false
    }

    private func describe(_ call: Call) -> String {
        let own = numbers.filter { snapshot.resolve($0.value) == call.key }.map(\.key).min()
        let name = own.map { "\($0)" } ?? call.callID?.text ?? call.ref?.text ?? "a call without an id"
        return "\(name) to \(call.to ?? "?"), \(Words.stage(call))"
    }
}
