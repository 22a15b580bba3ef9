/// A fenced block of Swift in an article, the README or a doc comment.
struct SwiftBlock: Sendable, CustomStringConvertible {
    let path: String
    /// Of its fence, from 1.
    let line: Int
    /// Without indentation.
    let lines: [String]

    var description: String { "\(path):\(line): \(lines.first ?? "")" }

    /// Whether its lines stand one after the other in a file.
    func isIn(_ file: SourceText) -> Bool {
        guard let first = lines.first, file.lines.count >= lines.count else { return false }
        return (0...file.lines.count - lines.count).contains { start in
            file.lines[start] == first && file.lines[start..<start + lines.count].elementsEqual(lines)
        }
    }

    /// The blocks of a file: those of its doc comments, when it is Swift.
    static func all(in file: SourceText) -> [SwiftBlock] {
        var blocks: [SwiftBlock] = []
        var open: (line: Int, lines: [String], isSwift: Bool)?
        for (index, raw) in file.lines.enumerated() {
            var text = raw
            if file.path.hasSuffix(".swift") {
                guard text.hasPrefix("///") else {
                    open = nil
                    continue
                }
                text = String(text.dropFirst(3).drop { $0 == " " })
            }
            if let block = open {
                if text == "```" {
                    if block.isSwift {
                        blocks.append(SwiftBlock(path: file.path, line: block.line, lines: block.lines))
                    }
                    open = nil
                } else {
                    open?.lines.append(text)
                }
            } else if text.hasPrefix("```") {
                open = (index + 1, [], text == "```swift")
            }
        }
        return blocks
    }
}
