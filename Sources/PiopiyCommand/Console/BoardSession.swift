import CallBoard
import Console
import Logging
import Piopiy

/// A console on a board that is running, and what is left to do when the console has ended.
struct BoardSession {
    let board: CallBoard
    /// How long to wait at the end for answers to requests that are under way.
    let patience: Duration
    /// Its calls end with it.
    let isSandbox: Bool
    /// The campaigns, where there is a journal to keep them in.
    var campaigns: CampaignDesk?
    /// Serves the figures, and where it says what becomes of that; `nil` where nobody asked for it.
    var metrics: (service: MetricsService, logger: Logger)?

    /// - Parameters:
    ///   - journal: what is there before is put on the board first, so that nothing is placed in ignorance of it.
    ///   - feed: what tells the board of calls, until it is cancelled.
    func run(
        _ console: any FrontEnd,
        beside journal: JournalSession?,
        feed: @escaping @Sendable () async -> Void
    ) async -> ConsoleExit {
        var console = console
        var position: Int64 = 0
        // One after the other, the newest last.
        let (drafts, keeper) = AsyncStream.makeStream(of: String?.self, bufferingPolicy: .bufferingNewest(1))
        let keeping = Task {
            for await text in drafts { await journal?.keepDraft(text) }
        }
        if let journal {
            console.draft = await journal.draft()
            console.keepDraft = { keeper.yield($0) }
            console.services.read(journal.journal, usedEverywhere: isSandbox)
            do {
                position = try await journal.restore(at: .now)
            } catch {
                await board.note(.error, "earlier calls could not be read: \(error)")
            }
        }
        if let campaigns { console.services.ring(campaigns) }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await board.run() }
            group.addTask { await feed() }
            if let metrics {
                group.addTask { await metrics.service.serve(board, journal?.journal, logger: metrics.logger) }
            }
            if let journal {
                group.addTask { [position] in await journal.follow(from: position) }
                group.addTask { await journal.watchOverOthers() }
            }
            let exit = await console.run(board)
            let rung = await campaigns?.stopRinging() ?? 0
            if case .noScreen = exit {} else { await settle(exit, isTalkative: console.isTalkative, campaigns: rung) }
            // Their answers say who is being rung; the board is told of them, so it must still run.
            if !isSandbox { await campaigns?.windDown() }
            // What is under way still is given up now, and its outcome is in the log.
            group.cancelAll()
            keeper.finish()
            await keeping.value
            return exit
        }
    }

    /// Waits for the answers to what was sent: they say whether somebody is being rung. On the sandbox nobody is.
    ///
    /// Who quits has agreed that hang-ups which wait for a call's id do not go out. Whose line was lost has not: those ids
    /// are waited for too.
    /// - Parameter rung: campaigns that were rung from here up to now.
    private func settle(_ exit: ConsoleExit, isTalkative: Bool, campaigns rung: Int) async {
        if isSandbox { return }
        let isWatched = isTalkative && (exit == .quit || exit == .inputEnded)
        @Sendable func isOpen(_ snapshot: BoardSnapshot) -> Bool {
            snapshot.underWay > 0 || (exit != .quit && snapshot.waitingHangUps > 0)
        }
        // What was asked for in the last moment is under way too.
        await board.settled()
        var snapshot = await board.snapshot
        // An operator who quits has agreed to that; where nobody was asked, they are the next console's.
        let isAgreed = isTalkative && exit == .quit
        let takenBack = isAgreed ? snapshot.waitingHangUps : 0
        if isAgreed {
            for key in snapshot.callsThatWaitForHangUp { board.send(.takeBackHangUp(key)) }
            await board.settled()
            snapshot = await board.snapshot
        }
        if isWatched, let dialled = await campaigns?.underWay, dialled > 0 {
            _ = Streams.out("Waiting for \(Self.count(dialled, "answer")) to campaign calls (Ctrl-C gives up) …")
            await campaigns?.windDown()
        }
        if isOpen(snapshot) {
            if isWatched {
                let awaited = snapshot.underWay + (exit == .quit ? 0 : snapshot.waitingHangUps)
                _ = Streams.out("Waiting for \(Self.count(awaited, "answer")) (Ctrl-C gives up) …")
            }
            await wait(while: isOpen)
            snapshot = await board.snapshot
        }
        guard isWatched else { return }
        if rung > 0 { _ = Streams.out("\(Self.count(rung, "campaign")) \(rung == 1 ? "is" : "are") paused.") }
        for line in farewell(snapshot, takenBack: takenBack) { _ = Streams.out(line) }
    }

    private func wait(while isOpen: @escaping @Sendable (BoardSnapshot) -> Bool) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await snapshot in await board.snapshots() where !isOpen(snapshot) { return }
            }
            group.addTask { try? await Task.sleep(for: patience) }
            await group.next()
            group.cancelAll()
        }
    }

    /// What goes on without the console.
    private func farewell(_ snapshot: BoardSnapshot, takenBack: Int) -> [String] {
        var lines: [String] = []
        let counts = snapshot.counts
        if counts.up > 0 { lines.append("\(Self.count(counts.up, "call")) \(counts.up == 1 ? "goes" : "go") on.") }
        if counts.unknown > 0 { lines.append("\(Self.count(counts.unknown, "call")) may have been placed.") }
        if takenBack > 0 { lines.append("\(Self.count(takenBack, "hang-up")) not sent.") }
        let waiting = snapshot.waitingHangUps
        if waiting > 0 {
            let (words, it) = waiting == 1 ? ("waits", "it") : ("wait", "them")
            lines.append(
                "\(Self.count(waiting, "hang-up")) still \(words): a console that starts within a minute sends \(it)."
            )
        }
        if snapshot.underWay > 0 { lines.append("\(Self.count(snapshot.underWay, "request")) without an answer.") }
        return lines
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
