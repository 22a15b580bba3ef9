import SystemPackage

/// What a ``FileWatch``'s thread knows: the files that are followed, by whom, and how it learns of changes.
struct Watcher {
    typealias Instant = ContinuousClock.Instant

    /// Somebody who follows a file.
    private struct Follower {
        /// Of whoever follows it, perhaps with other files.
        let number: Int
        let subject: FileWatch.Subject
        let directory: String
        /// `nil` for all files of the directory.
        let name: String?
        let looks: AsyncStream<Void>.Continuation
        var pace: WatchPace
        /// The file when it was last compared, where it is polled.
        var stamp: Stamp?
        /// Whether it was another at the last comparison. It may have been in the middle of a change, and the next
        /// change may leave the same time: so it is looked at once more.
        var isSettling = false
    }

    /// How a file is on disk, as far as it tells that it was written to.
    private struct Stamp: Equatable {
        let inode: Inode
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        /// - Returns: `nil` where there is no file.
        init?(_ path: String) {
            guard let status = try? Stat(path, followTargetSymlink: false) else { return nil }
            inode = status.inode
            size = status.size
            seconds = Int(status.st_mtim.tv_sec)
            nanoseconds = Int(status.st_mtim.tv_nsec)
        }
    }

    private let canTell: (String) -> Bool
    private let looksUnasked: Bool
    private var followers: [Follower] = []
    /// The directories that files are followed in; `nil` for those of which the kernel does not tell.
    private var watches: [String: CInt?] = [:]
    private var compareAt: Instant?
    private var retryAt: Instant?
    #if os(Linux)
    private var events: DirectoryEvents?
    #endif

    init(canTell: @escaping (String) -> Bool, looksUnasked: Bool) {
        self.canTell = canTell
        self.looksUnasked = looksUnasked
    }

    private func pace(_ subject: FileWatch.Subject, isPolled: Bool, at now: Instant) -> WatchPace {
        let longest = looksUnasked ? subject.longest(isPolled: isPolled) : .seconds(1_000_000)
        return WatchPace(longest: longest, at: now)
    }

    /// Readable when the kernel has something to tell; -1 where it never has.
    var eventDescriptor: CInt {
        #if os(Linux)
        events?.descriptor ?? -1
        #else
        -1
        #endif
    }

    /// When ``step(at:)`` is to be called at the latest.
    var next: Instant {
        ([compareAt, retryAt].compactMap(\.self) + followers.map(\.pace.next)).min() ?? .now
    }

    // MARK: Followers

    /// Follows a file from now on. Its first look is due once changes are watched, so that none falls in between.
    mutating func follow(_ subject: FileWatch.Subject, as number: Int, _ looks: AsyncStream<Void>.Continuation) {
        let file = subject.file
        var directory = file
        var name: String?
        if !subject.isDirectory {
            let slash = file.lastIndex(of: "/")
            directory = slash.map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
            name = slash.map { String(file[file.index(after: $0)...]) } ?? file
        }
        if watches[directory] == nil { watches[directory] = .some(watch(directory)) }
        let isPolled = isPolled(directory)
        if isPolled, compareAt == nil { compareAt = .now + FileWatch.interval }
        followers.append(
            Follower(
                number: number,
                subject: subject,
                directory: directory,
                name: name,
                looks: looks,
                pace: pace(subject, isPolled: isPolled, at: .now),
                stamp: isPolled ? Stamp(file) : nil
            )
        )
    }

    mutating func forget(_ number: Int) {
        let directories = Set(followers.filter { $0.number == number }.map(\.directory))
        followers.removeAll { $0.number == number }
        for directory in directories where !followers.contains(where: { $0.directory == directory }) {
            let watch = watches.removeValue(forKey: directory) ?? nil
            #if os(Linux)
            // Another name of the same directory has the same watch.
            if let watch, !watches.values.contains(watch) { events?.forget(watch) }
            #endif
        }
    }

    private func isPolled(_ directory: String) -> Bool {
        guard case .some(.some) = watches[directory] else { return true }
        return false
    }

    // MARK: Changes

    /// Takes in what has changed, and tells whose looks are due.
    mutating func step(at now: Instant) {
        readEvents(at: now)
        if let at = retryAt, at <= now { watchAgain(at: now) }
        if let at = compareAt, at <= now { compare(at: now) }
        for index in followers.indices where followers[index].pace.takeLook(at: now) {
            followers[index].looks.yield()
        }
    }

    private mutating func noteChange(at now: Instant, isVisible: (Follower) -> Bool, _ concerns: (Follower) -> Bool) {
        for index in followers.indices where concerns(followers[index]) {
            followers[index].pace.noteChange(at: now, isVisible: isVisible(followers[index]))
        }
    }

    private mutating func readEvents(at now: Instant) {
        #if os(Linux)
        guard let events else { return }
        for event in events.read() {
            switch event {
            case .changed(let watch, let name, let isWrite):
                let watches = watches
                noteChange(at: now, isVisible: { !isWrite || !$0.subject.isPublishedLater }) { follower in
                    (follower.name ?? name) == name && watches[follower.directory] == .some(.some(watch))
                }
            case .gone(let watch):
                for (directory, its) in watches where its == watch {
                    events.forget(watch)
                    watches[directory] = .some(nil)
                    poll(directory, at: now)
                }
            case .overflow: noteChange(at: now, isVisible: { _ in true }) { _ in true }
            }
        }
        #endif
    }

    /// Has the kernel tell of a directory's changes.
    /// - Returns: `nil` where it cannot.
    private mutating func watch(_ directory: String) -> CInt? {
        #if os(Linux)
        if canTell(directory) {
            if events == nil { events = DirectoryEvents() }
            if let watch = events?.watch(directory) { return watch }
            retryAt = retryAt ?? .now + FileWatch.retry
        }
        #endif
        return nil
    }

    private mutating func watchAgain(at now: Instant) {
        retryAt = nil
        for directory in watches.keys where isPolled(directory) {
            guard let watch = watch(directory) else { continue }
            watches[directory] = watch
            repace(directory, at: now)
        }
    }

    // MARK: Polling

    /// The kernel tells no more of a directory's changes.
    private mutating func poll(_ directory: String, at now: Instant) {
        retryAt = retryAt ?? now + FileWatch.retry
        compareAt = compareAt ?? now + FileWatch.interval
        repace(directory, at: now)
    }

    /// How changes are learnt of is another from now on. What changed in between is found by a look at once.
    private mutating func repace(_ directory: String, at now: Instant) {
        let isPolled = isPolled(directory)
        for index in followers.indices where followers[index].directory == directory {
            let subject = followers[index].subject
            followers[index].pace = pace(subject, isPolled: isPolled, at: now)
            followers[index].stamp = isPolled ? Stamp(subject.file) : nil
        }
    }

    private mutating func compare(at now: Instant) {
        var isAnyPolled = false
        for index in followers.indices where isPolled(followers[index].directory) {
            isAnyPolled = true
            let stamp = Stamp(followers[index].subject.file)
            let isChanged = stamp != followers[index].stamp
            let wasChanged = followers[index].isSettling
            followers[index].stamp = stamp
            followers[index].isSettling = isChanged
            if isChanged || wasChanged { followers[index].pace.noteChange(at: now, isVisible: true) }
        }
        compareAt = isAnyPolled ? now + FileWatch.interval : nil
    }
}
