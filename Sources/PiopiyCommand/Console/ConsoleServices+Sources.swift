import CallBoard
import Console
import Journal
import Piopiy
import Station

/// Where the console's knowledge of the past and of names comes from.
extension ConsoleServices {
    /// History, what was used before, and presets are in a journal.
    /// - Parameter usedEverywhere: what was used before is taken from all accounts: each sandbox has one of its own.
    mutating func read(_ journal: SQLiteJournal, usedEverywhere: Bool) {
        let account = journal.origin.account
        history = { query in
            var query = query
            query.account = account
            var page = HistoryPage()
            // The first page is of what is there now; those behind it go on in the same.
            guard query.before == nil else {
                page.calls = try await journal.calls(query)
                return page
            }
            page.calls = try await journal.currentCalls(query) { missing in
                let lines = missing.count == 0 ? "" : "the newest \(missing.count) lines of "
                page.warning = "\(lines)the journal could not be read, so the list is not up to date: \(missing.why)"
            }
            return page
        }
        usedValues = { try await journal.usedValues(account: usedEverywhere ? nil : account, calls: 2000) }
        presets = {
            var presets: [Preset] = []
            for name in try await journal.names(of: .preset) {
                guard let text = try await journal.text(JournalSlot(.preset, name)) else { continue }
                presets.append(Preset(name: name, text: text))
            }
            return presets
        }
        keepPreset = { name, text in try await journal.keep(text, in: JournalSlot(.preset, name)) }
    }

    /// Campaigns are kept and rung at a desk.
    mutating func ring(_ desk: CampaignDesk) {
        campaigns.find = { try await desk.find($0) }
        campaigns.rungBefore = { try await desk.rungBefore($0) }
        campaigns.checkMeanwhile = { try await desk.checkMeanwhile($0) }
        campaigns.start = { try await desk.start($0) }
        campaigns.order = { try await desk.order($0, $1) }
        campaigns.change = { try await desk.change($0, of: $1) }
        campaigns.events = { try await desk.events(of: $0) }
        campaigns.ending = { await desk.ending(of: $0) }
        campaigns.watch = {
            AsyncStream { continuation in
                let watching = Task {
                    for await change in desk.changes() {
                        switch change {
                        case .success(let now): continuation.yield(.all(now.all, rungHere: now.rungHere))
                        case .failure(let why): continuation.yield(.unreadable("\(why)"))
                        }
                    }
                    continuation.finish()
                }
                continuation.onTermination = { _ in watching.cancel() }
            }
        }
    }

    /// Lists are read from files.
    /// - Parameter home: what `~` stands for.
    mutating func readLists(home: String?) {
        campaigns.read = { ask in
            do throws(CommandFailure) {
                return try await CampaignFile.read(
                    ask.file,
                    name: ask.name,
                    defaults: ask.defaults,
                    pace: ask.pace,
                    layout: ask.layout,
                    allowRepeats: ask.allowsRepeats,
                    syntax: .words,
                    home: home
                )
            } catch {
                throw StationError(error.message)
            }
        }
    }

    /// There is no journal, and the console says why where it would have read it.
    mutating func haveNoJournal(because why: String) {
        history = { _ in throw StationError(why) }
        presets = { throw StationError(why) }
        keepPreset = { _, _ in throw StationError(why) }
    }

    /// The account's agents are asked of the platform.
    /// - Parameter why: a reason not to.
    mutating func ask(_ platform: RestClient, unless why: String? = nil) {
        agents = {
            if let why { throw StationError(why) }
            let outcome = await platform.agents.list()
            guard case .accepted(let agents) = outcome else {
                throw StationError(ResultLine(reading: outcome).message ?? outcome.name)
            }
            return agents.map { AgentName(id: $0.id, name: $0.name ?? "", status: $0.status) }
        }
    }
}
