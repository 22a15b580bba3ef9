import Foundation
import TestSupport
import Testing

@testable import Journal

/// Looks that are due because something has changed; those that are due anyway are left out.
@Suite("Watching files")
struct FileWatchTests {
    /// The kernel tells, or files are polled.
    static func watch(polls: Bool) -> FileWatch { FileWatch(canTell: { _ in !polls }, looksUnasked: false) }

    /// Follows a file while `body` runs, and gives it what was read at the last look: `nil` before the first look,
    /// an empty text where there was no file.
    private func following(
        _ subject: FileWatch.Subject,
        polls: Bool,
        _ body: (@escaping @Sendable () -> String?) async throws -> Void
    ) async throws {
        let seen = Locked<String?>(nil)
        let looks = Self.watch(polls: polls).looks(at: subject)
        let reading = Task {
            for await _ in looks { seen.set((try? String(contentsOfFile: subject.file, encoding: .utf8)) ?? "") }
        }
        defer { reading.cancel() }
        try await body { seen.get() }
    }

    @Test(
        "The first look comes without a change, so that one before the watch is not missed",
        arguments: [false, true]
    )
    func first(polls: Bool) async throws {
        try await TemporaryFolder.with("watch") { folder in
            let file = folder.appending(path: "a-wal")
            try Data("before".utf8).write(to: file)
            try await following(.journal(folder.appending(path: "a").path), polls: polls) { seen in
                try await eventually("a look") { seen() == "before" }
            }
        }
    }

    @Test(
        "A file that is made, written, renamed, deleted and made anew is looked at each time",
        arguments: [false, true]
    )
    func everyChange(polls: Bool) async throws {
        try await TemporaryFolder.with("watch") { folder in
            let file = folder.appending(path: "a-wal")
            let other = folder.appending(path: "other")
            try await following(.journal(folder.appending(path: "a").path), polls: polls) { seen in
                try await eventually("the first look") { seen() == "" }
                try Data("made".utf8).write(to: file)
                try await eventually("it to be made") { seen() == "made" }
                let handle = try FileHandle(forWritingTo: file)
                try handle.write(contentsOf: Data("writ".utf8))
                try await eventually("it to be written") { seen() == "writ" }
                try handle.close()
                try FileManager.default.removeItem(at: file)
                try await eventually("it to be deleted") { seen() == "" }
                try Data("anew".utf8).write(to: other)
                try FileManager.default.moveItem(at: other, to: file)
                try await eventually("it to be there again") { seen() == "anew" }
            }
        }
    }

    @Test("A directory that is deleted and made anew is followed all the same")
    func directory() async throws {
        try await TemporaryFolder.with("watch") { folder in
            let inner = folder.appending(path: "inner")
            try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
            try await following(.journal(inner.appending(path: "a").path), polls: false) { seen in
                try await eventually("the first look") { seen() == "" }
                try FileManager.default.removeItem(at: inner)
                try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
                try Data("anew".utf8).write(to: inner.appending(path: "a-wal"))
                try await eventually("the new file") { seen() == "anew" }
            }
        }
    }

    @Test("Whoever waits for a lock looks when its holder is killed", arguments: [false, true])
    func lock(polls: Bool) async throws {
        try await TemporaryFolder.with("watch") { folder in
            let path = folder.appending(path: "duty.lock").path
            let holder = try Probe("lock", path, "1")
            #expect(try await holder.line() == "locked")
            let isFree = Locked(false)
            let looked = Locked(0)
            // That a lock is let go of changes no time: polling looks now and then.
            let watch = polls ? FileWatch(canTell: { _ in false }) : Self.watch(polls: false)
            let looks = watch.looks(at: .lock(path))
            let waiting = Task {
                for await _ in looks {
                    let file = open(path, O_RDONLY | O_CLOEXEC)
                    isFree.set(flock(file, LOCK_SH | LOCK_NB) == 0)
                    close(file)
                    looked.update { $0 += 1 }
                }
            }
            defer { waiting.cancel() }
            try await eventually("a look") { looked.get() > 0 }
            #expect(!isFree.get())
            await holder.kill()
            try await eventually("the lock to be free") { isFree.get() }
        }
    }

    @Test("Followers come and go, and each that is there gets its looks", arguments: [false, true])
    func comeAndGo(polls: Bool) async throws {
        try await TemporaryFolder.with("watch") { folder in
            let watch = Self.watch(polls: polls)
            let path = folder.appending(path: "a.lock").path
            for round in 0..<20 {
                // The one before has gone, and the thread with it or not.
                let looks = Locked(0)
                let stream = watch.looks(at: .lock(path))
                let reading = Task { for await _ in stream { looks.update { $0 += 1 } } }
                try await eventually("the first look of round \(round)") { looks.get() > 0 }
                let before = looks.get()
                try Data("\(round)".utf8).write(to: URL(filePath: path))
                try await eventually("a look in round \(round)") { looks.get() > before }
                reading.cancel()
                await reading.value
            }
        }
    }
}
