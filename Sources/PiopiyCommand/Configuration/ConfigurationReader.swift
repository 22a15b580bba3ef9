import Console
import Piopiy
import Terminal
import Yams

/// Takes a configuration out of YAML, and notes whatever is not right.
struct ConfigurationReader {
    let file: String
    var top = ConfigurationFile.Section()
    var profiles: [String: ConfigurationFile.Section] = [:]
    var mistakes: [ConfigurationMistake] = []
    /// The file's own, by which its contacts are read.
    private var plan = NumberPlan.international

    init(file: String) { self.file = file }

    mutating func read(_ root: Node) {
        // A file of comments alone.
        if let scalar = root.scalar, scalar.string.isEmpty { return }
        guard let mapping = root.mapping else {
            note(root, nil, "the file must have lines such as “theme: light”")
            return
        }
        plan = Self.plan(of: mapping) ?? .international
        top = section(mapping, prefix: "", isProfile: false)
    }

    private mutating func section(_ mapping: Node.Mapping, prefix: String, isProfile: Bool) -> ConfigurationFile.Section
    {
        var section = ConfigurationFile.Section()
        let plan = Self.plan(of: mapping) ?? plan
        for (keyNode, value) in mapping {
            guard let word = name(keyNode, in: prefix) else { continue }
            let key = prefix + word
            switch word {
            case "alerts":
                for (partNode, value) in parts(value, key, "events and by") {
                    guard let part = name(partNode, in: key + ".") else { continue }
                    if let setting = Setting.alerts[part] {
                        read(setting, value, prefix: prefix, into: &section)
                    } else {
                        note(partNode, "\(key).\(part)", "is not a setting; alerts has events and by")
                    }
                }
            case "contacts":
                section.contacts = named(value, key, "names with their numbers") { text in
                    do throws(NumberRefusal) {
                        return (try NumberReading.read(text, plan: plan).digits, nil)
                    } catch {
                        return (text, error.problem)
                    }
                }
            case "agents":
                section.agents = named(value, key, "names with their ids") { ($0, UUIDText.problem(with: $0)) }
            case "keys": section.keys = keys(value, key)
            case "profiles" where !isProfile: readProfiles(value)
            case "profiles": note(keyNode, key, "cannot be inside a profile; profiles belong at the top level")
            default:
                if let setting = Setting(rawValue: word) {
                    read(setting, value, prefix: prefix, into: &section)
                } else {
                    note(keyNode, key, "is not a setting; the settings are \(Self.names(isProfile))")
                }
            }
        }
        return section
    }

    /// The country that a section sets; what is wrong with it is told where it is read.
    private static func plan(of mapping: Node.Mapping) -> NumberPlan? {
        let entry = mapping.first { $0.key.scalar?.string == Setting.country.rawValue }
        return entry?.value.scalar.flatMap { try? NumberPlan(country: $0.string) }
    }

    private static func names(_ isProfile: Bool) -> String {
        let words = Setting.allCases.filter { !Setting.alerts.values.contains($0) }.map(\.rawValue)
        return (words + ["alerts", "contacts", "agents", "keys"] + (isProfile ? [] : ["profiles"])).joined(
            separator: ", "
        )
    }

    private mutating func readProfiles(_ node: Node) {
        for (nameNode, value) in parts(node, "profiles", "names with settings under them") {
            guard let name = name(nameNode, in: "profiles.") else { continue }
            if name.isEmpty {
                note(nameNode, "profiles", "contains a profile without a name")
            } else if let mapping = value.mapping {
                profiles[name] = section(mapping, prefix: "profiles.\(name).", isProfile: true)
            } else {
                note(value, "profiles.\(name)", "must contain settings, one per line, indented")
            }
        }
    }

    // MARK: Values

    private mutating func read(
        _ setting: Setting,
        _ node: Node,
        prefix: String,
        into section: inout ConfigurationFile.Section
    ) {
        let key = prefix + setting.rawValue
        guard let words = words(node, key, isList: setting.isList, isSecret: setting.isSecret) else { return }
        if let problem = setting.problem(with: words) {
            note(node, key, problem)
        } else {
            section.values[setting] = .init(value: setting.normalized(words), line: line(node))
        }
    }

    /// - Parameter isList: whether several can be given; one that stands alone is a list of one.
    private mutating func words(_ node: Node, _ key: String, isList: Bool, isSecret: Bool = false) -> [String]? {
        if let scalar = node.scalar {
            // `key:` with nothing behind it, or something that YAML takes for more than text.
            if scalar.string.isEmpty, scalar.style == .plain {
                note(node, key, "is empty; put a value that begins with ! or # in quotes")
                return nil
            }
            return [scalar.string]
        }
        guard isList, let sequence = node.sequence else {
            note(node, key, isList ? "must be a list of words: [one, two]" : "must be one value")
            return nil
        }
        var words: [String] = []
        for item in sequence {
            guard let scalar = item.scalar, !scalar.string.isEmpty else {
                note(item, key, "must be a list of words; put one that begins with ! or * in quotes")
                return nil
            }
            words.append(scalar.string)
        }
        return words
    }

    private mutating func named(
        _ node: Node,
        _ key: String,
        _ what: String,
        _ read: (String) -> (value: String, problem: String?)
    ) -> [ConfigurationFile.Named] {
        var all: [ConfigurationFile.Named] = []
        for (nameNode, node) in parts(node, key, what) {
            guard let name = name(nameNode, in: key + ".") else { continue }
            guard let text = words(node, "\(key).\(name)", isList: false)?.first else { continue }
            let (value, problem) = read(text)
            if name.isEmpty || name.count > 64 {
                note(nameNode, key, "has a name of \(name.count) characters; it must have 1 to 64")
            } else if let problem {
                note(node, "\(key).\(name)", problem)
            } else {
                all.append(.init(name: name, value: value, line: line(node)))
            }
        }
        return all
    }

    // MARK: Keys

    private mutating func keys(_ node: Node, _ key: String) -> [ConfigurationFile.Entry<KeyChange>] {
        var changes: [ConfigurationFile.Entry<KeyChange>] = []
        let contexts = KeyContext.allCases.map(\.rawValue).joined(separator: ", ")
        for (contextNode, node) in parts(node, key, "screens: \(contexts)") {
            guard let word = name(contextNode, in: key + ".") else { continue }
            guard let context = KeyContext(rawValue: word) else {
                note(contextNode, "\(key).\(word)", "is not a screen; the screens are \(contexts)")
                continue
            }
            for (actionNode, node) in parts(node, "\(key).\(word)", "actions with their keys") {
                guard let name = name(actionNode, in: "\(key).\(word).") else { continue }
                let path = "\(key).\(word).\(name)"
                guard let action = Action(rawValue: name) else {
                    let known = Keymap.actions(in: context).map(\.rawValue).joined(separator: ", ")
                    note(actionNode, path, "is not an action of \(word); the actions are \(known)")
                    continue
                }
                guard let words = words(node, path, isList: true) else { continue }
                do throws(KeyNameProblem) {
                    var keys: [Key] = []
                    for word in words { keys.append(try Key(named: word)) }
                    changes.append(.init(value: KeyChange(context, action, keys), line: line(node)))
                } catch {
                    note(node, path, "has an invalid key: \(error)")
                }
            }
        }
        return changes
    }

    // MARK: Nodes

    private mutating func parts(_ node: Node, _ key: String, _ what: String) -> [(Node, Node)] {
        guard let mapping = node.mapping else {
            note(node, key, "must contain \(what), one per line, indented")
            return []
        }
        return mapping.map { ($0.key, $0.value) }
    }

    private mutating func name(_ node: Node, in prefix: String) -> String? {
        guard let scalar = node.scalar else {
            note(node, nil, "a word is missing before the colon")
            return nil
        }
        // It stood there before, and that was told.
        if scalar.string.hasPrefix(ConfigurationYAML.aside) { return nil }
        return scalar.string
    }

    private func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

    private mutating func note(_ node: Node, _ key: String?, _ problem: String) {
        mistakes.append(ConfigurationMistake(file: file, line: line(node), key: key, problem: problem))
    }
}
