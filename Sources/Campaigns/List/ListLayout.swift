import Piopiy

/// How the columns of a list are named where its first line does not name them as a campaign needs it.
public struct ListLayout: Hashable, Sendable {
    /// A column that is understood by another name.
    public struct Renaming: Hashable, Sendable {
        /// As the list has it.
        public let name: String
        /// As a list's first line would have it: `to`, `agent`, a variable, a variable and `:=`; empty for a column
        /// that is left out.
        public let meaning: String

        /// - Parameters:
        ///   - name: as the list has it.
        ///   - meaning: as a list's first line would have it; empty to leave the column out.
        public init(name: String, meaning: String) {
            self.name = name
            self.meaning = meaning
        }
    }

    public var renamings: [Renaming]
    /// The names of all columns of a list that has no first line of names; `nil` for one that has it.
    public var columns: [String]?

    public init(renamings: [Renaming] = [], columns: [String]? = nil) {
        self.renamings = renamings
        self.columns = columns
    }

    /// Reads both as they are typed.
    ///
    /// - Parameters:
    ///   - map: each `NAME=MEANING`. The first `=` that no colon stands before parts them, so that `Vip=vip:=` and
    ///     `balance:==saldo:=` can be said. Nothing behind it leaves the column out.
    ///   - columns: the names, with commas between them.
    /// - Throws: ``ValidationError`` of the field `map` or `columns`.
    public init(map: [String], columns: String?) throws(ValidationError) {
        var renamings: [Renaming] = []
        for text in map {
            let characters = Array(text)
            let sign = characters.indices.first { index in
                characters[index] == "=" && index > 0 && characters[index - 1] != ":"
            }
            guard let sign else {
                throw ValidationError(
                    field: "map",
                    "is “\(text)”; write NAME=MEANING, such as \"Phone Number=to\", or NAME= to leave the column out"
                )
            }
            let name = CampaignColumns.trimmed(String(characters[..<sign]))
            let meaning = CampaignColumns.trimmed(String(characters[(sign + 1)...]))
            if renamings.contains(where: { CampaignColumns.word($0.name) == CampaignColumns.word(name) }) {
                throw ValidationError(field: "map", "has the column “\(name)” twice; give each once")
            }
            renamings.append(Renaming(name: name, meaning: meaning))
        }
        var names: [String]?
        if let columns {
            let given = columns.split(separator: ",", omittingEmptySubsequences: false)
                .map { CampaignColumns.trimmed(String($0)) }
            guard given.contains(where: { !$0.isEmpty }) else {
                throw ValidationError(
                    field: "columns",
                    "is empty; write comma-separated names, such as to,name"
                )
            }
            guard renamings.isEmpty else {
                throw ValidationError(field: "map", "does not work together with columns; name the columns there")
            }
            names = given
        }
        self.init(renamings: renamings, columns: names)
    }
}
