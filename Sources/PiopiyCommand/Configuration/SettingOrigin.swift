/// Where a value came from. The earlier of two wins.
enum SettingOrigin: Hashable {
    case flag(String)
    case environment(String)
    /// `profile` is the one it stands in, if it does.
    case file(String, line: Int, profile: String?)
    case standard

    /// Which layer it is: 0 has the last word.
    var layer: Int {
        switch self {
        case .flag: 0
        case .environment: 1
        case .file(_, _, profile: .some): 2
        case .file: 3
        case .standard: 4
        }
    }
}

extension SettingOrigin: CustomStringConvertible {
    var description: String {
        switch self {
        case .flag(let name), .environment(let name): name
        case .file(let path, let line, nil): "\(path):\(line)"
        case .file(let path, let line, let profile?): "\(path):\(line) (profile \(profile))"
        case .standard: "default"
        }
    }
}
