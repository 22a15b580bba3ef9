import CallBoard
import Campaigns
import Piopiy

/// Reads the list of a campaign from a file.
enum CampaignFile {
    /// The most bytes of a list.
    private static let limit = 64 << 20

    /// What a campaign is called that nobody gave a name: its file's, without what stands behind the last dot.
    static func name(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
        return String(file[..<dot])
    }

    /// How what names a list's columns is typed: as options of the command, or as words of the console.
    enum Syntax {
        case options, words

        func typed(_ remedy: CampaignList.Remedy) -> String {
            func quoted(_ text: String) -> String {
                switch self {
                case .options: "'\(text.replacing("'", with: "'\\''"))'"
                case .words: "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
                }
            }
            let dashes = self == .options ? "--" : ""
            switch remedy {
            case .map(let renamings):
                let maps = renamings.map { "\(dashes)map \(quoted("\($0.name)=\($0.meaning)"))" }
                return "Correct the list, or map its columns: \(maps.joined(separator: " "))."
            case .columns(let names):
                return
                    "Name its columns: \(dashes)columns \(names.joined(separator: ",")) (choose any names for the "
                    + "others)."
            }
        }
    }

    /// - Parameters:
    ///   - path: a file; `~/` is the home directory.
    ///   - syntax: for what is proposed.
    ///   - agentNames: asked once for the names of agents, when the list names an agent that `defaults` do not know.
    /// - Throws: ``CommandFailure`` for a file that cannot be read, or is no list.
    static func read(
        _ path: String,
        name: String?,
        defaults: CampaignList.Defaults,
        pace: Campaign.Pace,
        layout: ListLayout,
        allowRepeats: Bool,
        syntax: Syntax,
        home: String?,
        agentNames: (() async throws(CommandFailure) -> AgentNames)? = nil
    ) async throws(CommandFailure) -> CampaignList.Reading {
        let expanded = path.hasPrefix("~/") ? (home ?? "~") + path.dropFirst() : path
        var bytes: [UInt8] = []
        do {
            let source = try ByteSource(path: expanded)
            while let piece = try await source.next(), !piece.isEmpty {
                bytes += piece
                guard bytes.count <= limit else {
                    throw CommandFailure(
                        status: .invalid,
                        message: "\(path) is too long; a list may have at most \(limit >> 20) MiB. Split it."
                    )
                }
            }
        } catch {
            throw CommandFailure(error)
        }
        func list(_ defaults: CampaignList.Defaults) throws(CommandFailure) -> CampaignList.Reading {
            do throws(CampaignList.Mistake) {
                return try CampaignList.read(
                    bytes,
                    name: name ?? Self.name(of: path),
                    source: path,
                    defaults: defaults,
                    pace: pace,
                    layout: layout,
                    allowRepeats: allowRepeats
                )
            } catch {
                let remedy = error.remedy.map { " \(syntax.typed($0))" } ?? ""
                throw CommandFailure(status: .invalid, message: error.description + remedy)
            }
        }
        let reading = try list(defaults)
        guard let agentNames, reading.problems.contains(where: \.isOfAgent) else { return reading }
        let names = try await agentNames()
        if let missing = names.missing {
            Streams.error("A row names an agent that is not in the configuration, and \(missing)")
        }
        var named = defaults
        named.agentNames = names.idsByName
        return try list(named)
    }
}
