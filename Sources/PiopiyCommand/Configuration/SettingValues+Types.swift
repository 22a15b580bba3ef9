import CallBoard
import Console
import Piopiy

/// The settings as what uses them wants them. What breaks a rule was refused before.
extension SettingValues {
    func text(_ setting: Setting) -> String? { self[setting]?.words.first }

    private func isOn(_ setting: Setting) -> Bool { text(setting).flatMap { YesNo.parse($0) } ?? false }

    var timeouts: Timeouts {
        let seconds = text(.timeout).flatMap { Double($0) } ?? 10
        return Timeouts(answer: .milliseconds(max(1, Int64((seconds * 1000).rounded()))))
    }

    var webhookPort: Int { text(.webhookPort).flatMap { Int($0) } ?? 8787 }

    /// How long ended calls are kept.
    var history: Duration { .seconds((text(.historyDays).flatMap { Int($0) } ?? 90) * 86_400) }

    /// The form of log lines.
    var logFormat: LogFormat { text(.logFormat).flatMap { LogFormat(rawValue: $0) } ?? .text }

    var appID: String? { text(.appID) }

    /// In which country numbers are told that have no country code.
    var numberPlan: NumberPlan { text(.country).flatMap { try? NumberPlan(country: $0) } ?? .international }

    var usesMouse: Bool { isOn(.mouse) }

    /// How long a lone Esc waits for what would make it another key. Over SSH a key arrives in pieces more often.
    func escapeDelay(_ environment: [String: String]) -> Duration {
        let isRemote = environment["SSH_CONNECTION"]?.isEmpty == false
        return .milliseconds(text(.escapeDelay).flatMap { Int($0) } ?? (isRemote ? 100 : 25))
    }

    /// Whether nothing is to be placed, handed over or hung up.
    var isReadOnly: Bool { isOn(.readOnly) }
    /// How long after a placement was given up nobody can say that it was not placed. To this machine no network is on
    /// the way on which it could still be.
    var notPlacedDelay: Duration { Addresses(self).isSandbox ? .zero : Settlement.notPlacedDelay }

    /// Whether the token may go in the clear to another machine.
    var allowsHTTP: Bool { isOn(.allowHTTP) }

    var addresses: Addresses { Addresses(self) }

    /// Puts in what the console goes by, but for its theme, which is read from a file.
    func apply(to settings: inout ConsoleModel.Settings) {
        settings.keymap = keymap
        settings.ascii = isOn(.ascii)
        settings.isReadOnly = isReadOnly
        settings.masksNumbers = isOn(.mask)
        settings.numberPlan = numberPlan
        settings.confirmation = text(.confirm).flatMap { Confirmation(rawValue: $0) } ?? .always
        settings.columns = (self[.columns]?.words ?? []).compactMap { BoardColumn(word: $0) }
        settings.contacts = contacts.map { Contact(name: $0.name, number: $0.number) }
        settings.agents = agents.map { AgentName(id: $0.id, name: $0.name) }
        settings.alerts = Alerts(
            events: Set((self[.alertEvents]?.words ?? []).compactMap { Alerts.Event(rawValue: $0) }),
            kind: text(.alertsBy).flatMap { Alerts.Kind(rawValue: $0) } ?? .bell
        )
        if case .after(let time) = text(.lockAfter).flatMap({ LockTime.parse($0) }) { settings.lockAfter = time }
        settings.unlockPIN = text(.unlockPIN)
    }
}
