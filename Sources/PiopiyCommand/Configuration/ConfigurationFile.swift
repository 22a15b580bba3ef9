import Console

/// A mistake in the configuration's file, with its place.
struct ConfigurationMistake: Error, Hashable, CustomStringConvertible {
    let file: String
    /// Counted from 1; `nil` when it is about the whole file.
    let line: Int?
    /// The key with those above it, `keys.board.new`; `nil` when it is about none.
    let key: String?
    /// In words that follow the key.
    let problem: String

    var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return key.map { "\(place): \($0) \(problem)" } ?? "\(place): \(problem)"
    }
}

/// The configuration's file, read strictly: whatever is not right is a mistake, so that no typing error is taken for "not
/// set".
struct ConfigurationFile {
    /// A value and the line that it stands in.
    struct Entry<Value> {
        let value: Value
        let line: Int
    }

    /// Something with a name: a contact, an agent.
    struct Named {
        let name: String
        let value: String
        let line: Int
    }

    /// The file's own values, or those of one profile.
    struct Section {
        var values: [Setting: Entry<[String]>] = [:]
        var contacts: [Named] = []
        var agents: [Named] = []
        var keys: [Entry<KeyChange>] = []
    }

    let path: String
    var top = Section()
    var profiles: [String: Section] = [:]
    var mistakes: [ConfigurationMistake] = []

    /// - Parameter access: who may read and change the file.
    init(_ yaml: String, path: String, access: FileAccess = FileAccess()) {
        var reader = ConfigurationReader(file: path)
        let (root, mistakes) = ConfigurationYAML.read(yaml, file: path)
        reader.mistakes = mistakes
        if let root { reader.read(root) }
        self.path = path
        top = reader.top
        profiles = reader.profiles
        self.mistakes = reader.mistakes
        checkSecrets(access)
        checkKeys()
        self.mistakes.sort { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    /// The name of a section for people: `profiles.NAME.` before its keys.
    private var sections: [(prefix: String, section: Section)] {
        [("", top)] + profiles.sorted { $0.key < $1.key }.map { ("profiles.\($0.key).", $0.value) }
    }

    private mutating func checkSecrets(_ access: FileAccess) {
        for (prefix, section) in sections {
            if section.values[.token] != nil, let file = section.values[.tokenFile] {
                note("\(prefix)token_file", file.line, "is set together with token; set only one of them")
            }
            if section.values[.messagingTokenFile] != nil, let file = section.values[.messagingLoginFile] {
                note(
                    "\(prefix)messaging_login_file",
                    file.line,
                    "is set together with messaging_token_file; set only one of them"
                )
            }
            guard let why = access.exposure else { continue }
            for secret in Setting.allCases {
                guard let value = section.values[secret], secret.holdsSecret(value.value) else { continue }
                let problem = "is in a file that is not private: \(why). chmod 600 it"
                note("\(prefix)\(secret.rawValue)", value.line, problem)
            }
        }
        if access.isChangeable {
            note(nil, nil, "anybody on this host can change it and send your token elsewhere; chmod go-w it")
        }
    }

    private mutating func checkKeys() {
        var told: Set<String> = []
        for (prefix, section) in sections {
            let keys = Self.overlay(section.keys, on: prefix.isEmpty ? [] : top.keys)
            for problem in Keymap.standard.problems(with: keys.map(\.value)) {
                // What is wrong by itself is told where it stands, once.
                let key = "keys.\(problem.change.context.rawValue).\(problem.change.action.rawValue)"
                guard let entry = keys.last(where: { $0.value == problem.change }),
                    told.insert("\(entry.line) \(key)").inserted
                else { continue }
                if section.keys.contains(where: { $0.line == entry.line && $0.value == entry.value }) {
                    note(prefix + key, entry.line, problem.words)
                } else {
                    note(key, entry.line, "\(problem.words) (together with the keys of \(prefix.dropLast()))")
                }
            }
        }
    }

    /// The keys of a profile in place of the file's own, action by action.
    static func overlay(_ keys: [Entry<KeyChange>], on below: [Entry<KeyChange>]) -> [Entry<KeyChange>] {
        below.filter { old in
            !keys.contains { $0.value.context == old.value.context && $0.value.action == old.value.action }
        } + keys
    }

    private mutating func note(_ key: String?, _ line: Int?, _ problem: String) {
        mistakes.append(ConfigurationMistake(file: path, line: line, key: key, problem: problem))
    }
}
