import CallBoard
import Console
import Piopiy
import Station

/// A console at a station, and what is left to do when the console has ended.
struct ConsoleSession: Sendable {
    /// How long to wait at the end for answers to requests that are under way.
    let patience: Duration
    /// Its calls end with it.
    let isSandbox: Bool

    func run(_ console: any FrontEnd, at station: Station) async -> ConsoleExit {
        var console = console
        console.aroundStop = { station.aroundStop($0) }
        if let journal = station.journal {
            console.draft = await station.draft()
            console.keepDraft = { station.keepDraft($0) }
            console.services.read(journal, usedEverywhere: isSandbox)
        }
        if let campaigns = station.campaigns { console.services.ring(campaigns) }
        let exit = await console.run(station.board)
        let rung = await station.campaigns?.stopRinging() ?? 0
        if case .noScreen = exit {
        } else {
            await settle(station, exit, isTalkative: console.isTalkative, campaigns: rung)
        }
        return exit
    }

    /// Waits for the answers to what was sent: they say whether somebody is being rung. On the sandbox nobody is.
    ///
    /// Who quits has agreed that hang-ups which wait for a call's id do not go out. Whose line was lost has not: those
    /// ids are waited for too.
    /// - Parameter rung: campaigns that were rung from here up to now.
    private func settle(
        _ station: Station,
        _ exit: ConsoleExit,
        isTalkative: Bool,
        campaigns rung: Int
    ) async {
        if isSandbox { return }
        let (board, campaigns) = (station.board, station.campaigns)
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
            snapshot = await board.snapshot
        }
        if isOpen(snapshot) {
            if isWatched {
                let awaited = snapshot.underWay + (exit == .quit ? 0 : snapshot.waitingHangUps)
                _ = Streams.out("Waiting for \(Self.count(awaited, "answer")) (Ctrl-C gives up) …")
            }
            await station.wait(patience: patience, while: isOpen)
            snapshot = await board.snapshot
        }
        guard isWatched else { return }
        if rung > 0 { _ = Streams.out("\(Self.count(rung, "campaign")) \(rung == 1 ? "is" : "are") paused.") }
        for line in farewell(snapshot, takenBack: takenBack) { _ = Streams.out(line) }
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
