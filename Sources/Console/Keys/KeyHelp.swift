/// The keys of the console in words, for help and manual outside of it: from the table that the console itself goes by.
public enum KeyHelp {
    private static let keyWidth = 10
    /// What a manual page has room for beside its own indentation.
    private static let width = 64

    /// Several lines of at most 64 columns.
    public static var text: String {
        var lines = ["Keys, and commands behind : that do the same:"]
        for context in KeyContext.allCases {
            lines += ["", "\(context.title):"]
            for binding in Keymap.standard.named(in: context) {
                let texts = DetailText.wrapped(binding.action.explanation, width: width - keyWidth - 2)
                for (index, text) in texts.enumerated() {
                    let key = index == 0 ? binding.key.name : ""
                    let gap = String(repeating: " ", count: max(1, keyWidth - key.count))
                    lines.append("  \(key)\(gap)\(text)")
                }
            }
        }
        return lines.joined(separator: "\n")
    }
}
