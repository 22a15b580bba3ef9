import CallBoard
import Console
import Journal
import Logging
import Piopiy
import Station
import Webhooks

/// The console on the platform itself.
struct PlatformConsole {
    let place: PlatformPlace
    /// How long to wait at the end for answers.
    let patience: Duration
    /// Why the platform is not asked for the account's agents by itself; `nil` when it is.
    let whyNoAgents: String?

    func run(_ console: any FrontEnd) async -> ConsoleExit {
        var console = console
        console.services.ask(place.platform, unless: whyNoAgents)
        do throws(CommandFailure) {
            let journal = try JournalPlace(context: place.context).open(account: place.account, as: .console)
            let session = ConsoleSession(patience: patience, isSandbox: false)
            return await withStation(try place.station(on: journal), platform: place.platform) { station in
                await session.run(console, at: station)
            }
        } catch {
            return await runWithoutJournal(console, because: error.message)
        }
    }

    /// Nothing is placed, as nobody would remember it; but what is up can be seen and hung up.
    private func runWithoutJournal(_ console: any FrontEnd, because why: String) async -> ConsoleExit {
        var console = console
        console.warnings.append("no call can be placed: \(why)")
        console.services.haveNoJournal(because: why)
        let session = ConsoleSession(patience: patience, isSandbox: false)
        let path = try? JournalPlace(context: place.context).path()
        return await withStation(place.station(.none(path: path, why: why)), platform: place.platform) { [console] in
            await session.run(console, at: $0)
        }
    }
}

/// An account at the platform, as a console or a campaign works at it.
struct PlatformPlace {
    let platform: RestClient
    let account: String
    let context: CommandContext
    let log: LogFile
    /// `nil` where it cannot be kept: then no webhooks are heard.
    let secret: WebhookSecret?
    /// `nil` where no figures are to be served.
    let metrics: MetricsService?

    /// - Throws: ``CommandFailure`` where the state directory cannot be made.
    func station(on journal: SQLiteJournal) throws(CommandFailure) -> Station.Configuration {
        station(.journal(journal, folder: try context.places.makeState()))
    }

    func station(_ store: Station.Configuration.Store) -> Station.Configuration {
        let settings = context.settings
        let listener = secret.map { WebhookListener.Configuration(port: settings.webhookPort, secret: $0) }
        var configuration = Station.Configuration(
            account: account,
            operator: JournalPlace.person(context.environment),
            store: store,
            source: .platform(listener: listener, appID: settings.appID),
            logger: { [log] in log.logger($0) }
        )
        configuration.numberPlan = settings.numberPlan
        configuration.notPlacedDelay = settings.notPlacedDelay
        configuration.isReadOnly = settings.isReadOnly
        configuration.history = settings.history
        if let metrics {
            let logger = log.logger("piopiy.metrics")
            configuration.beside.append { await metrics.serve($0.board, $0.journal, logger: logger) }
        }
        return configuration
    }
}
