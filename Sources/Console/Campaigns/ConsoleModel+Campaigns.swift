import CallBoard
import Campaigns
import Piopiy
import Terminal

/// Campaigns: the list of them, and what is ordered.
extension ConsoleModel {
    mutating func openCampaigns() -> [ConsoleEffect] {
        layers.append(.campaigns)
        keepCampaignSelection()
        return []
    }

    mutating func keepCampaignSelection() {
        campaigns.cursor.keep(in: campaigns.ids, height: campaignRows)
    }

    mutating func receive(_ news: CampaignNews) -> [ConsoleEffect] {
        switch news {
        case .all(let all, let rungHere):
            campaigns.state = .loaded
            campaigns.rungHere = rungHere
            campaigns.all = all
            if let name = campaigns.begun, let place = all.firstIndex(where: { $0.name == name }) {
                campaigns.begun = nil
                campaigns.cursor.select(place, in: campaigns.ids, height: campaignRows)
            }
            keepCampaignSelection()
            closeQuestionOfCampaign()
            // What is looked at goes on.
            if case .campaign(let id) = layers.last, let one = campaigns[id] {
                return [.run(.campaign(.events(one.id)))]
            }
        case .unreadable(let why):
            campaigns.state = .failed(why)
            if layers.contains(.campaigns) { say("the campaigns could not be read: \(why)", .error) }
        case .read(let ask, let reading, let there, let before): receive(reading, of: ask, there, before)
        case .started(let campaign):
            take(campaign)
            say("campaign \(campaign.name) is running: \(campaign.counts.total) numbers, \(campaign.pace.words)", .info)
        case .changed(let campaign):
            take(campaign)
            say("campaign \(campaign.name): \(campaign.word), \(campaign.pace.words)", .info)
        case .events(let id, let events): campaigns.events[id] = events
        }
        return []
    }

    /// What came of an order, before the next look at all of them.
    private mutating func take(_ campaign: Campaign) {
        if let place = campaigns.all.firstIndex(where: { $0.id == campaign.id }) {
            campaigns.all[place] = campaign
        } else {
            campaigns.all.insert(campaign, at: 0)
        }
        if campaigns.begun == campaign.name {
            campaigns.begun = nil
            campaigns.cursor.select(0, in: campaigns.ids, height: campaignRows)
        }
        keepCampaignSelection()
    }

    /// A list was read. It is asked about only if nobody has turned to something else since.
    /// - Parameters:
    ///   - there: the campaign that the list is of, where it has begun before.
    ///   - before: how many of its numbers were rung before.
    private mutating func receive(
        _ reading: CampaignList.Reading,
        of ask: CampaignAsk,
        _ there: Campaign?,
        _ before: RungBefore?
    ) {
        guard campaigns.wanted == ask else { return }
        campaigns.wanted = nil
        if !reading.problems.isEmpty, !ask.skipsInvalid {
            campaigns.refused = (ask, reading)
            open(.campaignProblems)
            say("nobody is dialed: \(Self.rows(reading.problems.count)) of the list cannot be dialed", .error)
            return
        }
        guard !reading.list.rows.isEmpty else {
            say("nobody is dialed: no row of \(ask.file) can be dialed", .error)
            return
        }
        if let there {
            goOn(with: there)
            return
        }
        campaigns.pending = reading
        campaigns.planLines = planLines(reading, rungBefore: before)
        campaigns.rungBefore = before?.count ?? 0
        open(.campaignPlan)
        question = .startCampaign
    }

    /// A list that has begun before goes on where it was.
    private mutating func goOn(with there: Campaign) {
        take(there)
        if !there.state.isOpen {
            say(
                "\(CampaignError.ended(there.name, there.state)); add name NEW to dial it again",
                .warning
            )
        } else if let runner = there.runner, there.state == .running {
            say("\(CampaignError.rungBy(there.name, runner))", .warning)
        } else {
            question = .resumeCampaign(there.id)
        }
    }

    /// It is not to be rung.
    mutating func dropCampaignPlan() {
        campaigns.pending = nil
        layers.removeAll { $0 == .campaignPlan }
    }

    /// What keys on the screen and words behind `campaign` do is said in the same words.
    func standing(_ campaign: Campaign) -> String {
        var words = campaign.standing
        if campaign.counts.unknown > 0 { words += " \(campaign.counts.unknown) in doubt." }
        guard campaign.state == .paused || campaign.isInterrupted else { return words }
        return words + (hint(.resumeCampaign, in: .campaigns) { " \($0) resumes it." })
    }

    static func rows(_ count: Int) -> String { count == 1 ? "1 row" : "\(count) rows" }

    /// A question whose reason is gone is taken away.
    private mutating func closeQuestionOfCampaign() {
        switch question {
        case .resumeCampaign(let id), .stopCampaign(let id):
            if let campaign = campaigns[id], campaign.state.isOpen { return }
            question = nil
            say("the campaign has ended meanwhile", .info)
        default: break
        }
    }

    /// The campaigns that nobody rings once the console is closed.
    var campaignsHere: [Campaign] {
        campaigns.all.filter { $0.state == .running && campaigns.rungHere.contains($0.id) }
    }

    // MARK: Keys

    mutating func pressCampaigns(_ key: Key) -> [ConsoleEffect] {
        guard let action = settings.keymap.action(for: key, in: .campaigns) else { return [] }
        if campaigns.cursor.take(action, in: campaigns.ids, height: campaignRows) { return [] }
        switch action {
        case .close: layers.removeLast()
        case .campaignDetails:
            guard let selected = campaigns.selected else { return sayNoCampaign() }
            open(.campaign(selected.id))
            return [.run(.campaign(.events(selected.id)))]
        case .pauseCampaign: return orderSelected(.pause)
        case .resumeCampaign: return orderSelected(.resume)
        case .stopCampaign: return orderSelected(.stop)
        case .campaignCalls:
            guard let selected = campaigns.selected else { return sayNoCampaign() }
            setFilter("campaign:\(CallFilter.word(ofCampaign: selected.name))")
            layers = []
        case .faster: return changePace(by: 1)
        case .slower: return changePace(by: -1)
        default: return common(action)
        }
        return []
    }

    private mutating func sayNoCampaign() -> [ConsoleEffect] {
        say("there are no campaigns; campaign run FILE starts one", .warning)
        return []
    }

    private mutating func orderSelected(_ order: CampaignOrder) -> [ConsoleEffect] {
        guard let selected = campaigns.selected else { return sayNoCampaign() }
        guard mayAct("changed") else { return [] }
        do throws(CommandMistake) {
            return try self.order(order, selected)
        } catch {
            say(error.words, .warning)
            return []
        }
    }

    /// What rings somebody, or ends for good, is asked first; to hold it up is not.
    private mutating func order(_ order: CampaignOrder, _ campaign: Campaign) throws(CommandMistake) -> [ConsoleEffect]
    {
        guard campaign.state.isOpen else {
            throw CommandMistake("\(CampaignError.ended(campaign.name, campaign.state))")
        }
        switch order {
        case .pause:
            if campaign.state == .paused { throw CommandMistake("campaign \(campaign.name) is already paused") }
            return [.run(.campaign(.order(.pause, campaign.id)))]
        case .resume:
            if campaign.state == .running, let runner = campaign.runner {
                throw CommandMistake("campaign \(campaign.name) is already run by \(runner)")
            }
            question = .resumeCampaign(campaign.id)
        case .stop: question = .stopCampaign(campaign.id)
        }
        return []
    }

    /// The rates that a key goes through.
    private static let rates = [1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600]

    private mutating func changePace(by step: Int) -> [ConsoleEffect] {
        guard let selected = campaigns.selected else { return sayNoCampaign() }
        guard mayAct("changed") else { return [] }
        guard selected.state.isOpen else {
            say("\(CampaignError.ended(selected.name, selected.state))", .warning)
            return []
        }
        let now = selected.pace.perMinute
        let next = step > 0 ? Self.rates.first { $0 > now } : Self.rates.last { $0 < now }
        guard let next, let pace = try? Campaign.Pace(checking: next, atOnce: selected.pace.atOnce) else {
            say("\(now)/min is the \(step > 0 ? "maximum" : "minimum")", .warning)
            return []
        }
        return [.run(.campaign(.change(pace, selected.id)))]
    }

    // MARK: Commands

    mutating func run(_ words: CampaignWords) throws(CommandMistake) -> [ConsoleEffect] {
        switch words {
        case .run(let words):
            let ask = try words.ask(book)
            campaigns.wanted = ask
            say("reading \(ask.file)\(ellipsis)", .info)
            return [.run(.campaign(.read(ask)))]
        case .order(let order, let name):
            return try self.order(order, try campaign(name, for: order))
        case .pace(let name, let perMinute, let atOnce):
            let campaign = try campaign(name, for: nil)
            guard campaign.state.isOpen else {
                throw CommandMistake("\(CampaignError.ended(campaign.name, campaign.state))")
            }
            let pace = try CampaignRun.pace(perMinute: perMinute, atOnce: atOnce, instead: campaign.pace)
            return [.run(.campaign(.change(pace, campaign.id)))]
        }
    }

    /// The campaign of that name; without a name the selected one where they are looked at, else the only one that it can be.
    private func campaign(_ name: String?, for order: CampaignOrder?) throws(CommandMistake) -> Campaign {
        switch campaigns.state {
        case .loading: throw CommandMistake("the campaigns are still loading; try again")
        case .failed(let why): throw CommandMistake("the campaigns could not be read: \(why)")
        case .loaded: break
        }
        if let name {
            let all = campaigns.all.map(\.name)
            if let place = all.firstIndex(of: name) { return campaigns.all[place] }
            let alike = campaigns.all.filter { $0.name.lowercased() == name.lowercased() }
            if alike.count == 1 { return alike[0] }
            let meant = Spelling.nearest(to: name, among: all).map { "did you mean \($0)?" }
            throw CommandMistake("there is no campaign “\(name)”; \(meant ?? "campaigns lists them")")
        }
        if case .campaign(let id) = layers.last, let looked = campaigns[id] { return looked }
        if layers.last == .campaigns, let selected = campaigns.selected { return selected }
        let fitting = campaigns.all.filter { campaign in
            switch order {
            case .pause: campaign.state == .running
            case .resume: campaign.state == .paused || campaign.isInterrupted
            case .stop, nil: campaign.state.isOpen
            }
        }
        if fitting.count == 1 { return fitting[0] }
        if campaigns.all.isEmpty { throw CommandMistake("there is no campaign; campaign run FILE starts one") }
        if fitting.isEmpty { throw CommandMistake("no campaign is in a state that fits; name one") }
        throw CommandMistake("which campaign? \(fitting.prefix(5).map(\.name).joined(separator: ", "))")
    }

    // MARK: Questions

    /// What is asked before somebody is rung, or nobody any more.
    func campaignQuestion(_ question: Question) -> String? {
        switch question {
        case .startCampaign:
            guard let list = campaigns.pending?.list else { return nil }
            let count = list.rows.count == 1 ? "1 number" : "\(list.rows.count) numbers"
            let before = campaigns.rungBefore
            return "Dial \(count)\(before > 0 ? ", \(before) of them dialed before" : ""), \(list.pace.words)?"
        case .resumeCampaign(let id):
            guard let campaign = campaigns[id] else { return nil }
            let left = campaign.counts.left
            return
                "Resume \(campaign.name): \(left) \(left == 1 ? "number" : "numbers"), \(campaign.pace.short)?"
        case .stopCampaign(let id):
            guard let campaign = campaigns[id] else { return nil }
            let up = campaign.counts.up
            let goOn = up == 0 ? "" : up == 1 ? " 1 call goes on." : " \(up) calls go on."
            let left = campaign.counts.left == 1 ? "1 number" : "\(campaign.counts.left) numbers"
            return "Stop \(campaign.name) for good, \(left) not dialed?\(goOn)"
        default: return nil
        }
    }

    /// A yes to one of them.
    mutating func agreeToCampaign(_ asked: Question) -> [ConsoleEffect] {
        switch asked {
        case .startCampaign:
            guard let list = campaigns.pending?.list else { return [] }
            dropCampaignPlan()
            campaigns.begun = list.name
            if layers.last != .campaigns { layers = [.campaigns] }
            return [.run(.campaign(.start(list)))]
        case .resumeCampaign(let id): return [.run(.campaign(.order(.resume, id)))]
        case .stopCampaign(let id): return [.run(.campaign(.order(.stop, id)))]
        default: return []
        }
    }

    mutating func failed(_ errand: CampaignErrand, _ why: String) {
        switch errand {
        case .read(let ask):
            if campaigns.wanted == ask { campaigns.wanted = nil }
            say(why, .error)
        case .start(let list):
            campaigns.begun = nil
            say("campaign \(list.name) was not started: \(why)", .error)
        case .order, .change: say(why, .error)
        case .events(let id): campaigns.events[id] = [CampaignEvent(at: now, operator: "", text: why)]
        }
    }
}
