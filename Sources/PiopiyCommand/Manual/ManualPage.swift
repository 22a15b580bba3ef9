/// A page of the manual, as `piopiy help TOPIC` names it. The texts are those of the DocC catalog.
struct ManualPage: Sendable {
    /// One word in small letters.
    let topic: String
    /// A few words on the page, for the list of topics.
    let about: String
    private let bytes: [UInt8]

    /// The page in Markdown.
    var markdown: String { String(decoding: bytes, as: UTF8.self) }

    /// In the order in which the manual's first page has them.
    static let all: [ManualPage] = [
        ManualPage(topic: "manual", about: "what piopiy is, its words and states", bytes: PackageResources.Manual_md),
        ManualPage(topic: "install", about: "installing, completions, removing", bytes: PackageResources.Install_md),
        ManualPage(topic: "firstday", about: "your first calls, with no account", bytes: PackageResources.FirstDay_md),
        ManualPage(topic: "keys", about: "what each key does", bytes: PackageResources.Keys_md),
        ManualPage(topic: "form", about: "the forms for a new call and a transfer", bytes: PackageResources.Form_md),
        ManualPage(
            topic: "commands",
            about: "commands in a shell and inside the console; exit codes",
            bytes: PackageResources.Commands_md
        ),
        ManualPage(topic: "batch", about: "many operations from a file", bytes: PackageResources.Batch_md),
        ManualPage(topic: "campaigns", about: "dialing a list at a steady rate", bytes: PackageResources.Campaigns_md),
        ManualPage(
            topic: "configuration",
            about: "settings, profiles, themes, proxies",
            bytes: PackageResources.Configuration_md
        ),
        ManualPage(topic: "webhooks", about: "receiving events; systemd, nginx", bytes: PackageResources.Webhooks_md),
        ManualPage(topic: "metrics", about: "figures for Prometheus, and alerts", bytes: PackageResources.Metrics_md),
        ManualPage(topic: "sandbox", about: "practice, and tests of scripts", bytes: PackageResources.Sandbox_md),
        ManualPage(
            topic: "troubleshooting",
            about: "messages and exit codes, and what to do",
            bytes: PackageResources.Troubleshooting_md
        ),
        ManualPage(
            topic: "security",
            about: "secrets, and what is kept where",
            bytes: PackageResources.Security_md
        ),
    ]

    /// The page that a word names, in any letter case and with or without blanks or dashes.
    static func named(_ word: String) -> ManualPage? {
        let topic = word.lowercased().filter { !" -_".contains($0) }
        return all.first { $0.topic == topic }
    }

    // MARK: Parts of a page

    /// The lines of a page below a heading, up to the next heading of the same rank or a higher one.
    static func section(_ heading: String, of topic: String) -> ArraySlice<Substring> {
        let lines = named(topic)?.markdown.split(separator: "\n", omittingEmptySubsequences: false) ?? []
        let start = lines.firstIndex { line in
            let level = rank(line)
            return level > 0 && line.dropFirst(level + 1) == heading
        }
        guard let start else { return [] }
        let level = rank(lines[start])
        let body = lines[(start + 1)...]
        var isFenced = false
        let end = body.firstIndex { line in
            if line.hasPrefix("```") { isFenced.toggle() }
            return !isFenced && (1...level).contains(rank(line))
        }
        return body[..<(end ?? body.endIndex)]
    }

    /// The lines for a shell, block by block, that stand before the next heading.
    static func blocks(of section: ArraySlice<Substring>) -> [[Substring]] {
        var blocks: [[Substring]] = []
        var isInside = false
        for line in section {
            if line == "```sh" {
                isInside = true
                blocks.append([])
            } else if line.hasPrefix("```") {
                isInside = false
            } else if isInside {
                blocks[blocks.count - 1].append(line)
            } else if rank(line) > 0 {
                break
            }
        }
        return blocks
    }

    /// How many `#` a heading begins with; 0 for any other line.
    private static func rank(_ line: Substring) -> Int {
        let marks = line.prefix { $0 == "#" }.count
        return line.dropFirst(marks).first == " " ? marks : 0
    }
}
