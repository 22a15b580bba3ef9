/// The keys and commands of the console in words, for help and manual outside of it: from the tables that the console itself
/// goes by.
public enum KeyHelp {
    private static let keyWidth = 10
    /// What a manual page has room for beside its own indentation.
    private static let width = 64

    /// Several lines of at most 64 columns.
    public static var text: String {
        var lines = ["Default keys:"]
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
        lines += [
            "", "Commands, after : and with --plain. Each key of the board has",
            "a command too. These take arguments:", "",
        ]
        for entry in CommandBook.entries where !entry.arguments.isEmpty || entry.action == nil {
            lines += indented(entry.usage, by: 2) + indented(entry.explanation, by: 6)
        }
        return lines.joined(separator: "\n")
    }

    private static func indented(_ text: String, by indent: Int) -> [String] {
        DetailText.wrapped(text, width: width - indent).map { String(repeating: " ", count: indent) + $0 }
    }
}
