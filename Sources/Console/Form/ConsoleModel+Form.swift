import CallBoard
import Piopiy
import Terminal

/// The form for a new call.
extension ConsoleModel {
    mutating func pressForm(_ key: Key) -> [ConsoleEffect] {
        let action = settings.keymap.action(for: key, in: .form)
        if form.showsPreview {
            switch action {
            case .close, .preview: form.showsPreview = false
            case .place, .help, .redraw, .suspend, .savePreset, .presets: break
            // The fields are out of sight: a key must not change what cannot be seen.
            default:
                form.scrollPreview(key, page: size.height - 5)
                return []
            }
            if action == .close || action == .preview { return [] }
        }
        if !form.showsPreview, pressSuggestions(key, action) { return [] }
        switch action {
        case .close: layers.removeLast()
        case .place: return submit()
        case .savePreset: namePreset()
        case .presets: return openPresets()
        case .nextField: form.move(by: 1)
        case .previousField: form.move(by: -1)
        case .preview: form.showPreview()
        case .removeVariable: form.removeVariable()
        case .some(let action): return common(action)
        case nil:
            if form.take(key), isPressedAlone("the call was not placed") { return submit() }
        }
        return []
    }

    mutating func submit() -> [ConsoleEffect] {
        // What is wrong, and the question that may come, stand on the form.
        form.showsPreview = false
        guard let call = form.validated() else { return [] }
        if !snapshot.availability(of: call.toNumber, at: steady).isFree {
            question = .ringAgain(call, isForm: true)
            return []
        }
        return place(call, allowRepeat: false)
    }

    mutating func place(_ call: AICall, allowRepeat: Bool) -> [ConsoleEffect] {
        let ref = newRef()
        form = form.forNextCall()
        book.note(call)
        // Wherever the form was opened from: what matters now is the new call.
        layers = []
        selection = CallKey(ref)
        firstRow = 0
        return [.send(.place(ref, call, allowRepeat: allowRepeat))]
    }
}
