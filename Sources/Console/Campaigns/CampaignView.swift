import CallBoard
import Campaigns
import Piopiy
import Terminal

/// What campaigns look like.
extension ConsoleModel {
    /// Lines under the list that say how the selected campaign stands.
    private static let standingLines = 2

    /// Rows of campaigns that fit.
    var campaignRows: Int { max(1, listHeight - Self.standingLines) }

    func drawCampaigns(_ canvas: inout Canvas) {
        let theme = settings.theme
        let all = campaigns.all
        let running = all.count { $0.state == .running && !$0.isInterrupted }
        let note: String? =
            switch campaigns.state {
            case .loading: "reading\(ellipsis)"
            case .loaded: running == 0 ? nil : "\(running) running"
            case .failed: "could not be read"
            }
        _ = draw(
            ListFrame(title: "Campaigns \(all.count)", filter: "", field: nil, isWrong: false, note: note),
            &canvas
        )
        let columns = CampaignListColumns(width: size.width)
        if all.isEmpty {
            drawNoCampaigns(&canvas)
            return
        }
        columns.drawHeads(&canvas, y: 2, style: theme[.dim])
        let top = campaigns.cursor.top(in: campaigns.ids, height: campaignRows)
        for (line, campaign) in all.dropFirst(top).prefix(campaignRows).enumerated() {
            draw(campaign, columns, y: 3 + line, &canvas)
        }
        drawStanding(&canvas)
        drawBeyond(top: top, count: all.count, &canvas)
    }

    private func drawNoCampaigns(_ canvas: inout Canvas) {
        let text: String =
            switch campaigns.state {
            case .loading: "Loading campaigns\(ellipsis)"
            case .failed(let why): "The campaigns could not be read. \(why)"
            case .loaded:
                "There are no campaigns. \(hint(.command, in: .campaigns) { "\($0) " })campaign run FILE.csv from N "
                    + "agent NAME starts one. The file's first line names its columns: to holds the numbers, every "
                    + "other column is a variable of the calls."
            }
        drawListText(text, &canvas)
    }

    private func draw(_ campaign: Campaign, _ columns: CampaignListColumns, y: Int, _ canvas: inout Canvas) {
        let theme = settings.theme
        let counts = campaign.counts
        canvas.write(campaign.name, x: columns.name.x, y: y, style: theme[.text], width: columns.name.width)
        canvas.write(campaign.word, x: columns.state.x, y: y, style: theme[role(campaign)], width: columns.state.width)
        let percent = "\(Int(counts.progress * 100))%"
        columns.percent.write(percent, y: y, style: theme[.text], &canvas)
        columns.rung?.write("\(counts.rung)/\(counts.total)", y: y, style: theme[.text], &canvas)
        columns.answered?.write("\(counts.answered)", y: y, style: theme[.ok], &canvas)
        columns.failed?.write("\(counts.failed)", y: y, style: theme[counts.failed > 0 ? .warning : .dim], &canvas)
        columns.unknown?.write("\(counts.unknown)", y: y, style: theme[counts.unknown > 0 ? .unknown : .dim], &canvas)
        columns.up?.write("\(counts.up)", y: y, style: theme[counts.up > 0 ? .talking : .dim], &canvas)
        columns.rate?.write("\(campaign.pace.perMinute)/min", y: y, style: theme[.dim], &canvas)
        columns.atOnce?.write("\(campaign.pace.atOnce)", y: y, style: theme[.dim], &canvas)
        if let by = columns.operator {
            canvas.write(campaign.operator, x: by.x, y: y, style: theme[.dim], width: by.width)
        }
        if let when = columns.when {
            let text = ClockText.when(campaign.createdAt, now: now, utcOffset: settings.utcOffset)
            canvas.write(text, x: when.x, y: y, style: theme[.dim], width: when.width)
        }
        if campaign.id == campaigns.cursor.selection { drawSelection(y: y, &canvas) }
        // Over the selection: a bar is told from what is left of it by its own colours.
        if let bar = columns.bar { drawBar(counts.progress, bar, y: y, &canvas) }
    }

    private func drawBar(_ progress: Double, _ bar: CampaignListColumns.Column, y: Int, _ canvas: inout Canvas) {
        let done = progress >= 1 ? bar.width : min(bar.width - 1, Int(progress * Double(bar.width)))
        let theme = settings.theme
        canvas.fill(
            Rect(x: bar.x, y: y, width: done, height: 1),
            with: settings.ascii ? "#" : "█",
            style: theme[.barDone]
        )
        canvas.fill(
            Rect(x: bar.x + done, y: y, width: bar.width - done, height: 1),
            with: settings.ascii ? "." : "░",
            style: theme[.barLeft]
        )
    }

    private func role(_ campaign: Campaign) -> Role {
        switch campaign.state {
        case .running: campaign.isInterrupted ? .error : .ok
        case .paused: .warning
        case .stopped: .dim
        case .done: .text
        }
    }

    /// How the selected one stands, under the list.
    private func drawStanding(_ canvas: inout Canvas) {
        guard let campaign = campaigns.selected else { return }
        let lines = wrapped([PagerLine(text: standing(campaign))], width: size.width - 4)
        for (index, line) in lines.prefix(Self.standingLines).enumerated() {
            let y = size.height - 3 - Self.standingLines + index
            canvas.write(line.text, x: 3, y: y, style: settings.theme[.dim], width: size.width - 4)
        }
        // There is more of it in the details.
        guard lines.count > Self.standingLines else { return }
        canvas.write(ellipsis, x: size.width - 1 - ellipsis.count, y: size.height - 4, style: settings.theme[.dim])
    }

    // MARK: Details

    var campaignTitle: String {
        switch layers.last {
        case .campaign(let id): "Campaign \(campaigns[id]?.name ?? "")"
        case .campaignPlan: "Campaign \(campaigns.pending?.list.name ?? "")"
        case .campaignProblems: "Nobody is dialed"
        default: ""
        }
    }

    func campaignLines(_ id: Campaign.ID) -> [PagerLine] {
        guard let campaign = campaigns[id] else {
            return [PagerLine(text: "This campaign no longer exists.", role: .dim)]
        }
        let counts = campaign.counts
        func time(_ moment: Timestamp) -> String { ClockText.moment(moment, utcOffset: settings.utcOffset) }
        var lines = [
            PagerLine(label: "State", text: campaign.word, role: role(campaign)),
            PagerLine(label: "", text: standing(campaign), role: .dim),
            PagerLine(label: "List", text: campaign.source),
            PagerLine(label: "Started by", text: "\(campaign.operator), \(time(campaign.createdAt))"),
            PagerLine(label: "Pace", text: campaign.pace.words),
            PagerLine(label: "Dialed", text: "\(counts.rung) of \(counts.total), \(counts.left) left"),
        ]
        if let rest = campaign.timeLeft {
            lines.append(PagerLine(label: "At this rate", text: "at least \(rest) more"))
        }
        lines.append(PagerLine(label: "Up", text: campaign.upWords))
        lines.append(PagerLine(label: "Answered", text: "\(counts.answered)"))
        lines.append(PagerLine(label: "Not answered", text: campaign.failedWords))
        if counts.gone > 0 {
            lines.append(PagerLine(label: "Ended", text: "\(counts.gone), no record says how"))
        }
        lines.append(
            PagerLine(
                label: "In doubt",
                text: counts.unknown == 0
                    ? "none" : "\(counts.unknown), each may have been dialed; they are not dialed again",
                role: counts.unknown == 0 ? .text : .unknown
            )
        )
        lines.append(PagerLine(text: ""))
        lines.append(PagerLine(text: "What happened", role: .title))
        for event in campaigns.events[id] ?? [] {
            let who = event.operator.isEmpty ? "" : " (\(event.operator))"
            lines.append(
                PagerLine(label: ClockText.time(event.at, utcOffset: settings.utcOffset), text: event.text + who)
            )
        }
        return lines
    }

    /// What is about to be rung, for whoever has to say yes to it.
    func planLines(_ reading: CampaignList.Reading, rungBefore: RungBefore?) -> [PagerLine] {
        guard let first = reading.list.rows.first else { return [] }
        let list = reading.list
        let calls = list.rows.lazy.map(\.call)
        let isOneCaller = calls.allSatisfy { $0.callerID == first.call.callerID }
        let isOneAgent = calls.allSatisfy { $0.agentID == first.call.agentID }
        let agent = first.call.agentID.text
        var lines = [
            PagerLine(label: "List", text: list.source),
            PagerLine(label: "Numbers", text: Self.some(list.rows)),
        ]
        if !reading.problems.isEmpty {
            let places = reading.problems.prefix(20).map { "\($0.line)" }.joined(separator: ", ")
            let more = reading.problems.count > 20 ? ellipsis : ""
            lines.append(
                PagerLine(
                    label: "Skipped",
                    text: "\(Self.rows(reading.problems.count)): line \(places)\(more)",
                    role: .warning
                )
            )
        }
        if let rungBefore {
            let names =
                rungBefore.by.prefix(3).joined(separator: ", ") + (rungBefore.by.count > 3 ? ", \(ellipsis)" : "")
            let text = "\(rungBefore.count) of \(list.rows.count) numbers, by campaign \(names)"
            lines.append(PagerLine(label: "Dialed before", text: text, role: .warning))
        }
        lines.append(PagerLine(label: "From", text: isOneCaller ? "\(first.call.callerID)" : "several numbers"))
        lines.append(
            PagerLine(
                label: "Agent",
                text: isOneAgent ? Self.words(ofAgent: agent, book) : "several agents"
            )
        )
        lines.append(PagerLine(label: "Pace", text: list.pace.words))
        let seconds = list.rows.count * 60 / list.pace.perMinute
        lines.append(PagerLine(label: "Takes", text: "at least \(ClockText.length(.seconds(seconds)))"))
        if let options = first.call.json["options"] {
            lines.append(PagerLine(label: "Options", text: "first row: \((try? options.text()) ?? "")"))
        }
        let variables = (first.call.variables ?? [:]).mapValues(\.json)
        let text = (try? JSONValue.object(variables).text()) ?? ""
        lines.append(PagerLine(label: "Variables", text: "first row: \(text)"))
        return lines
    }

    /// Whether it can talk at all is seen before it is to.
    private static func words(ofAgent id: String, _ book: AddressBook) -> String {
        let name = book.agents.name(of: id).map { "\($0)  \(id)" } ?? id
        guard let status = book.agents.agent(id)?.status, status != "active" else { return name }
        return "\(name)  \(status)"
    }

    /// The first of a list's numbers, and how many there are.
    private static func some(_ rows: [CampaignRow]) -> String {
        let first = rows.prefix(3).map(\.call.toNumber.digits).joined(separator: ", ")
        return rows.count > 3 ? "\(rows.count): \(first), …" : "\(rows.count): \(first)"
    }

    var campaignProblemLines: [PagerLine] {
        guard let (ask, reading) = campaigns.refused else { return [] }
        let good = reading.list.rows.count
        var lines = [
            PagerLine(
                text:
                    "\(Self.rows(reading.problems.count)) of \(ask.file) cannot be dialed, \(good) can. "
                    + "Correct the list"
                    + (good == 0 ? ":" : ", or add skip-invalid to leave these out:")
            ),
            PagerLine(text: ""),
        ]
        lines += reading.problems.prefix(1000).map {
            PagerLine(label: "line \($0.line)", text: $0.words, role: .warning)
        }
        if reading.problems.count > 1000 {
            lines.append(PagerLine(text: "and \(reading.problems.count - 1000) more", role: .dim))
        }
        return lines
    }
}

extension Campaign {
    /// How long the rest takes at its rate; `nil` when nothing is left.
    var timeLeft: String? {
        guard state.isOpen, counts.left > 0 else { return nil }
        return ClockText.length(.seconds(counts.left * 60 / pace.perMinute))
    }

    /// What is up, by its stage.
    var upWords: String {
        let stages = [
            ("being placed", counts.placing), ("queued", counts.queued), ("ringing", counts.ringing),
            ("talking", counts.talking),
        ]
        let parts = stages.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }

    /// What was not answered, by how it ended.
    var failedWords: String {
        let ends = [
            ("noAnswer", "no answer"), ("busy", "busy"), ("failed", "failed"), ("rejected", "rejected"),
            ("cancelled", "cancelled"),
        ]
        let parts = ends.compactMap { end, word in counts.ends[end].map { "\($0) \(word)" } }
        return parts.isEmpty ? "none" : "\(counts.failed): \(parts.joined(separator: ", "))"
    }
}
