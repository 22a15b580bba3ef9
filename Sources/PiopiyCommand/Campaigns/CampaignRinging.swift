import ArgumentParser
import CallBoard
import Campaigns
import Journal
import Piopiy
import Station
import Terminal
import Webhooks

/// Rings a campaign in this process, hearing and asking what becomes of its calls as a console does, and says how it
/// ended.
struct CampaignRinging {
    let context: CommandContext
    let token: FoundToken
    /// The account's, which this process has open.
    let journal: SQLiteJournal
    let format: OutputFormat
    /// `nil` where no figures are to be served.
    let metrics: MetricsService?

    var account: String {
        Account.name(baseURL: context.settings.addresses.rest, token: token.token)
    }

    func run(_ work: CampaignProgress.Work) async throws -> ExitStatus {
        var warnings = context.warnings(token)
        let log = LogFile.open(context.places, format: context.settings.logFormat, warnings: &warnings)
        var configuration = try context.clientConfiguration()
        configuration.logger = log.logger("piopiy.client")
        configuration.app = AppSecretSource.find(context, warnings: &warnings)
        configuration.connections = Station.connections
        let platform = try CommandContext.client(token.token, configuration)
        var secret: WebhookSecret?
        do throws(CommandFailure) {
            secret = try WebhookSecretFile.secret(context.places)
        } catch {
            warnings.append("no webhooks are received: \(error.message)")
        }
        let place = PlatformPlace(
            platform: platform,
            account: account,
            context: context,
            log: log,
            secret: secret,
            metrics: metrics
        )
        journal.tell { $0.role = .campaign }
        for warning in warnings { Streams.error(warning) }
        let progress = CampaignProgress(work, format: format, columns: OutputWidth.columns(context.environment))
        let patience = configuration.timeouts.answer
        let run = await withStation(try place.station(on: journal), platform: platform) { station in
            let run = await progress.run(at: station)
            // A hang-up that it has taken over may be on its way.
            await station.board.settled()
            await station.wait(patience: patience) { $0.underWay > 0 }
            return run
        }
        await platform.shutdown()
        if let failure = run.failure {
            if failure is CampaignError { throw failure }
            throw CommandFailure(status: .badConfiguration, message: "The campaign was not started: \(failure).")
        }
        let status = try await tellEnd(of: run)
        return run.isOutputLost ? .outputLost : status
    }

    /// The last line, and what it means for scripts.
    private func tellEnd(of run: CampaignProgress.Run) async throws -> ExitStatus {
        guard let id = run.id else {
            Streams.error("The campaign was ended before it started; nobody was dialed.")
            return .notSent
        }
        let all = try await journal.currentCampaigns { missing in Streams.error(missing.words) }
        guard var campaign = all.first(where: { $0.id == id }) else { return .notSent }
        // Where that could not be written the journal still has this process as who runs it.
        if campaign.runnerID == journal.origin.id { campaign.tell(runner: nil) }
        let text = format == .json ? JSONLine.text(CampaignText.json(campaign)) : CampaignText.line(campaign)
        let isOver = format == .text && OutputWidth.columns(context.environment) != nil ? "\r\u{1B}[K" : ""
        guard Streams.write("\(isOver)\(text)\n", to: 1) else { return .outputLost }
        if campaign.state == .paused, format == .text {
            var isToken = false
            if case .paused(let halt) = run.ending { isToken = halt.kind == .badToken }
            let command = "piopiy campaign resume \(CommandLineText.quoted(campaign.name))"
            Streams.error(
                isToken ? "With a new token, \(command) --take-over continues it." : "\(command) continues it."
            )
        }
        if case .failed(let why) = run.ending { Streams.error("\(why).") }
        return Self.status(run.ending, campaign)
    }

    private static func status(_ ending: CampaignRunner.Ending?, _ campaign: Campaign) -> ExitStatus {
        switch ending {
        case .done: return campaign.counts.unknown > 0 ? .unknown : .done
        case .paused(let halt):
            switch halt.kind {
            case .badToken: return .noToken
            case .refused: return .refused
            case .inDoubt: return .unknown
            case .notSent: return .notSent
            case .invalid: return .invalid
            case .notWritten: return .outputLost
            }
        // What was stopped is never a success. Nobody here to ring it: another process does.
        case .stopped, .interrupted, .failed: return .notSent
        case nil: return campaign.runner != nil ? .done : .notSent
        }
    }
}
