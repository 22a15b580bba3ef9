import CallBoard
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

    /// - Parameter path: a file; `~/` is the home directory.
    /// - Throws: ``CommandFailure`` for a file that cannot be read, or is no list.
    static func read(
        _ path: String,
        name: String?,
        defaults: CampaignList.Defaults,
        pace: Campaign.Pace,
        allowRepeats: Bool,
        home: String?
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
                        message: "\(path) is too long; a list has at most \(limit >> 20) MiB. Make several of it."
                    )
                }
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(status: .invalid, message: (error as? ByteSource.Failure)?.message ?? "\(error)")
        }
        do throws(CampaignList.Mistake) {
            return try CampaignList.read(
                bytes,
                name: name ?? Self.name(of: path),
                source: path,
                defaults: defaults,
                pace: pace,
                allowRepeats: allowRepeats
            )
        } catch {
            throw CommandFailure(status: .invalid, message: error.description)
        }
    }
}
