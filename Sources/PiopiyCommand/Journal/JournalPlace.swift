import CallBoard
import Journal
import Piopiy

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where this user's journals are, and in whose name lines are written.
struct JournalPlace {
    let context: CommandContext
    /// What is played on the console's own sandbox is kept apart from what is real.
    var isSandbox = false
    /// The directory that holds it, in place of the state directory.
    var folder: String?

    /// `$XDG_STATE_HOME/piopiy/journal.sqlite`, or `sandbox.sqlite` beside it.
    func path() throws(CommandFailure) -> String {
        let name = isSandbox ? "/sandbox.sqlite" : "/journal.sqlite"
        if let folder { return folder + name }
        return try context.places.makeState() + name
    }

    /// Opens the journal, made if it is not there.
    /// - Parameters:
    ///   - role: what this process is there for, which `piopiy who` shows.
    ///   - patience: how long to wait for others who hold it, each time.
    /// - Throws: ``CommandFailure`` with what stands in the way.
    func open(
        account: String,
        as role: JournalMember.Role = .command,
        patience: Duration = .seconds(20)
    ) throws(CommandFailure) -> SQLiteJournal {
        let path = try path()
        var options = SQLiteJournal.Options()
        let person = Person(context.environment)
        options.member = JournalMember(
            role: role,
            user: person.user,
            host: person.host,
            terminal: person.terminal,
            version: PiopiyVersion.current
        )
        options.patience = patience
        options.numberPlan = context.settings.numberPlan
        options.notPlacedDelay = isSandbox ? .zero : context.settings.notPlacedDelay
        do throws(JournalError) {
            return try SQLiteJournal(path: path, origin: origin(account: account), at: .now, options: options)
        } catch {
            throw CommandFailure(status: .badConfiguration, message: "\(error)")
        }
    }

    private static func newID() -> Int64 {
        var random = SystemRandomNumberGenerator()
        return Int64.random(in: 1...Int64.max, using: &random)
    }

    func origin(account: String) -> JournalOrigin {
        JournalOrigin(
            id: Self.newID(),
            account: account,
            operator: Self.person(context.environment)
        )
    }

    /// Such as `anna@host pts/3`.
    static func person(_ environment: [String: String]) -> String { "\(Person(environment))" }
}

/// Whom this process belongs to, and where they sit.
struct Person: CustomStringConvertible {
    let user: String
    let host: String?
    /// Such as `pts/3`; `nil` without a terminal.
    let terminal: String?

    init(_ environment: [String: String]) {
        user = Self.account ?? environment["USER"] ?? environment["LOGNAME"] ?? "uid \(getuid())"
        var name = [CChar](repeating: 0, count: 256)
        host =
            gethostname(&name, name.count - 1) == 0
            ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
        terminal = [0, 1, 2].lazy.compactMap({ ttyname($0) }).first.map { name in
            let path = String(cString: name)
            return path.hasPrefix("/dev/") ? String(path.dropFirst(5)) : path
        }
    }

    /// The name of the account that this process runs as, which no variable changes.
    private static var account: String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var text = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(getuid(), &entry, &text, text.count, &found) == 0, found != nil, let name = entry.pw_name
        else {
            return nil
        }
        return String(cString: name)
    }

    /// Such as `anna@host pts/3`: as the audit has it.
    var description: String { user + (host.map { "@\($0)" } ?? "") + (terminal.map { " \($0)" } ?? "") }
}
