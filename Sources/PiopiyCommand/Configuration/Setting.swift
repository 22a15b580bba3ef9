import Console
import Piopiy

/// A value that can be set by a flag, in the environment or in the configuration's file. What has names of its own
/// (contacts, agents, keys, profiles) is in the file alone.
enum Setting: String, CaseIterable {
    case token
    case tokenFile = "token_file"
    case apiURL = "api_url"
    case accountURL = "account_url"
    case messagingURL = "messaging_url"
    case lookupURL = "lookup_url"
    case messagingTokenFile = "messaging_token_file"
    case messagingLoginFile = "messaging_login_file"
    case allowHTTP = "allow_http"
    case proxy
    case caFile = "ca_file"
    case appID = "app_id"
    case appSecretFile = "app_secret_file"
    case timeout
    case webhookPort = "webhook_port"
    case metrics
    case historyDays = "history_days"
    case logFormat = "log_format"
    case country
    case theme
    case ascii
    case mouse
    case escapeDelay = "escape_delay"
    case confirm
    case readOnly = "read_only"
    case mask
    case columns
    case alertEvents = "alerts.events"
    case alertsBy = "alerts.by"
    case lockAfter = "lock_after"
    case unlockPIN = "unlock_pin"

    /// The settings that stand under `alerts` in the file.
    static let alerts: [String: Setting] = ["events": .alertEvents, "by": .alertsBy]

    /// Whether it is a list of words.
    var isList: Bool { self == .columns || self == .alertEvents }

    /// The settings that name a file with a secret in it.
    static let secretFiles: [Setting] = [.tokenFile, .messagingTokenFile, .messagingLoginFile, .appSecretFile]

    /// Whether it is an address of the platform's.
    var isAddress: Bool { [.apiURL, .accountURL, .messagingURL, .lookupURL].contains(self) }

    /// Whether nobody may see it.
    var isSecret: Bool { self == .token || self == .unlockPIN }

    /// The variable that sets it, such as `PIOPIY_ALERTS_BY`.
    var variable: String { "PIOPIY_" + rawValue.uppercased().replacing(".", with: "_") }

    /// Whether some value of it holds a secret; the address of a proxy may have a password in it.
    var mayHoldSecret: Bool { isSecret || self == .proxy }

    /// Whether a value holds a secret, so that nobody else may read the file that it stands in.
    func holdsSecret(_ words: [String]) -> Bool { isSecret || (self == .proxy && (words.first ?? "").contains("@")) }

    /// The flag that sets it, where there is one.
    var flag: String? {
        switch self {
        case .apiURL: "--api-url"
        case .timeout: "--timeout"
        case .webhookPort: "--webhook-port"
        case .metrics: "--metrics"
        case .theme: "--theme"
        case .mouse: "--mouse"
        case .logFormat: "--log-format"
        case .readOnly: "--read-only"
        case .mask: "--mask"
        default: nil
        }
    }

    /// What holds where nothing else says so; `nil` for what is then not there, or follows from others.
    var standard: [String]? {
        switch self {
        case .apiURL: [RestClient.Configuration.defaultBaseURL]
        case .timeout: ["10"]
        case .webhookPort: ["8787"]
        case .metrics: [MetricsAddress.off]
        case .historyDays: ["90"]
        case .logFormat: [LogFormat.text.rawValue]
        case .ascii, .mouse, .readOnly, .mask, .allowHTTP: ["no"]
        case .confirm: [Confirmation.always.rawValue]
        case .columns, .alertEvents: []
        case .alertsBy: [Alerts.Kind.bell.rawValue]
        case .lockAfter: ["off"]
        case .token, .tokenFile, .accountURL, .messagingURL, .lookupURL, .messagingTokenFile, .messagingLoginFile,
            .proxy, .caFile, .appID, .appSecretFile, .country, .theme, .unlockPIN, .escapeDelay:
            nil
        }
    }

    // MARK: Checking

    /// What is wrong with a value, and what would be right, in words that follow the setting's name; `nil` when nothing is.
    /// They never hold a secret.
    func problem(with words: [String]) -> String? {
        if isList {
            for (index, word) in words.enumerated() {
                if !takes(word) { return "has “\(word)”; use \(rule)" }
                if words[..<index].contains(word) { return "has “\(word)” twice" }
            }
            return nil
        }
        let text = words.first ?? ""
        switch self {
        case .token: return Self.validation { () throws(ValidationError) in _ = try Token(validating: text) }
        case .apiURL, .accountURL, .messagingURL, .lookupURL:
            return Self.validation { () throws(ValidationError) in _ = try address(text) }
        case .proxy:
            // The address may hold a password, and is not repeated.
            if NetworkSettings.isOff(text) { return nil }
            return Self.validation { () throws(ValidationError) in _ = try ProxyAddress(validating: text) }
        case .unlockPIN: return takes(text) ? nil : "is not a valid PIN; it must be \(rule)"
        case .country: return Self.validation { () throws(ValidationError) in _ = try NumberPlan(country: text) }
        default:
            if text.isEmpty { return "is empty; it must be \(rule)" }
            return takes(text) ? nil : "is “\(text)”; it must be \(rule)"
        }
    }

    /// The values as they are used: of an address what stands around it is cut off.
    func normalized(_ words: [String]) -> [String] {
        isAddress ? words.map { (try? address($0))?.text ?? $0 } : words
    }

    private func address(_ text: String) throws(ValidationError) -> WebAddress {
        let example =
            switch self {
            case .accountURL: RestClient.Configuration.defaultAccountURL
            case .messagingURL: RestClient.Configuration.defaultMessagingURL
            default: RestClient.Configuration.defaultBaseURL
            }
        return try WebAddress(validating: text, field: rawValue, example: example)
    }

    private static func validation(_ check: () throws(ValidationError) -> Void) -> String? {
        do throws(ValidationError) {
            try check()
            return nil
        } catch {
            return error.problem
        }
    }

    private func takes(_ word: String) -> Bool {
        switch self {
        case .timeout: Double(word).map { $0 > 0 && $0 <= 600 } ?? false
        case .webhookPort: word.utf8.allSatisfy { (0x30...0x39).contains($0) } && (0...65_535).contains(Int(word) ?? -1)
        case .metrics: word == MetricsAddress.off || MetricsAddress(word) != nil
        case .logFormat: LogFormat(rawValue: word) != nil
        case .historyDays: Int(word).map { (1...3650).contains($0) } ?? false
        case .ascii, .mouse, .readOnly, .mask, .allowHTTP: YesNo.parse(word) != nil
        case .escapeDelay: word.allSatisfy(\.isNumber) && Int(word).map { (1...1000).contains($0) } ?? false
        case .confirm: Confirmation(rawValue: word) != nil
        case .columns: BoardColumn(word: word) != nil
        case .alertEvents: Alerts.Event(rawValue: word) != nil
        case .alertsBy: Alerts.Kind(rawValue: word) != nil
        case .lockAfter: LockTime.parse(word) != nil
        // What can be typed, and not by one slip.
        case .unlockPIN: (4...64).contains(word.count) && word.unicodeScalars.allSatisfy { $0.value >= 0x20 }
        case .theme: !word.contains("/") && !word.hasPrefix(".")
        case .token, .tokenFile, .messagingTokenFile, .messagingLoginFile, .appSecretFile, .apiURL, .accountURL,
            .messagingURL, .lookupURL, .proxy, .caFile, .appID, .country:
            !word.isEmpty
        }
    }

    private var rule: String {
        switch self {
        case .timeout: "more than 0 up to 600 seconds"
        case .webhookPort: "a port, 0 to 65535; 0 is any free port"
        case .metrics: "an address of this machine and a port, such as 127.0.0.1:9464, or off"
        case .logFormat: Self.list(LogFormat.allCases.map(\.rawValue), "or")
        case .historyDays: "a whole number of days, 1 to 3650"
        case .ascii, .mouse, .readOnly, .mask, .allowHTTP: "yes or no"
        case .escapeDelay: "a whole number of milliseconds, 1 to 1000"
        case .confirm: Self.list(Confirmation.allCases.map(\.rawValue), "or")
        case .columns: Self.list(BoardColumn.named.map(\.word), "and") + ", or var: and the key of a variable"
        case .alertEvents: Self.list(Alerts.Event.allCases.map(\.rawValue), "and")
        case .alertsBy: Self.list(Alerts.Kind.allCases.map(\.rawValue), "or")
        case .lockAfter: "off, or 10 seconds to 24 hours, such as 90, 5m or 1h"
        case .unlockPIN: "4 to 64 characters that can be typed"
        case .theme: "the name of a theme; piopiy themes list shows them"
        case .tokenFile, .messagingTokenFile, .messagingLoginFile, .appSecretFile: "the name of a file"
        case .caFile: "the name of a file with certificates in PEM form"
        case .proxy: "the address of a proxy, or off"
        case .appID: "the id of an app"
        case .country: "a country code"
        case .token: "the token of an account"
        case .apiURL, .accountURL, .messagingURL, .lookupURL: "a web address"
        }
    }

    private static func list(_ words: [String], _ conjunction: String) -> String {
        words.count < 2
            ? words.joined() : words.dropLast().joined(separator: ", ") + " \(conjunction) \(words[words.count - 1])"
    }
}

/// Yes and no, as YAML has them.
enum YesNo {
    static func parse(_ word: String) -> Bool? {
        switch word.lowercased() {
        case "yes", "true", "on": true
        case "no", "false", "off": false
        default: nil
        }
    }
}

/// After which time without a key the console hides itself.
enum LockTime {
    enum Choice: Equatable {
        case never
        case after(Duration)
    }

    static func parse(_ word: String) -> Choice? {
        if word == "off" { return .never }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        let unit = word.last.flatMap { units[$0] }
        let digits = unit == nil ? word : String(word.dropLast())
        guard digits.count <= 6, digits.allSatisfy(\.isNumber), let number = Int(digits) else { return nil }
        let seconds = number * (unit ?? 1)
        return (10...86_400).contains(seconds) ? .after(.seconds(seconds)) : nil
    }
}
