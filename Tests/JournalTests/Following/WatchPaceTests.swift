import Foundation
import Testing

@testable import Journal

/// When whoever follows a file looks at it.
@Suite("The pace of looks at a file")
struct WatchPaceTests {
    private let start = ContinuousClock.now

    /// The looks of a time, in milliseconds from its start, taken as soon as they are due.
    private func looks(_ pace: inout WatchPace, until end: Int) -> [Int] {
        var looks: [Int] = []
        while pace.next <= start + .milliseconds(end) {
            let at = max(pace.next, start)
            let isTaken = pace.takeLook(at: at)
            #expect(isTaken)
            looks.append(Int(start.duration(to: at) / .milliseconds(1)))
        }
        return looks
    }

    private func pace() -> WatchPace { WatchPace(longest: .seconds(5), at: start) }

    @Test("The first look is due at once, and others after a long time without one")
    func quiet() {
        var pace = pace()
        let until12000 = looks(&pace, until: 12_000)
        #expect(until12000 == [0, 5000, 10_000])
        // One that is woken for something else before the time is over looks too, rather than to be woken again.
        let at13700 = pace.takeLook(at: start + .milliseconds(13_700))
        #expect(!at13700)
        let at13800 = pace.takeLook(at: start + .milliseconds(13_800))
        #expect(at13800)
        let until20000 = looks(&pace, until: 20_000)
        #expect(until20000 == [18_800])
    }

    @Test("A change that is visible is looked at at once, and again later")
    func visible() {
        var pace = pace()
        let until100 = looks(&pace, until: 100)
        #expect(until100 == [0])
        pace.noteChange(at: start + .milliseconds(100), isVisible: true)
        let until4000 = looks(&pace, until: 4000)
        #expect(until4000 == [100, 350, 1100])
    }

    @Test("One that may not be visible yet gets a moment")
    func published() {
        var pace = pace()
        let until100 = looks(&pace, until: 100)
        #expect(until100 == [0])
        pace.noteChange(at: start + .milliseconds(100), isVisible: false)
        let at129 = pace.takeLook(at: start + .milliseconds(129))
        #expect(!at129)
        let until200 = looks(&pace, until: 200)
        #expect(until200 == [130])
    }

    @Test("A look that comes for another reason in between does not take its place")
    func between() {
        var pace = pace()
        let until100 = looks(&pace, until: 100)
        #expect(until100 == [0])
        pace.noteChange(at: start + .milliseconds(4990), isVisible: false)
        let at5000 = pace.takeLook(at: start + .milliseconds(5000))
        #expect(at5000)
        let until5100 = looks(&pace, until: 5100)
        #expect(until5100 == [5020])
    }

    @Test("However much changes, there are 50 looks a second and no fewer")
    func flood() {
        for isVisible in [true, false] {
            var pace = pace()
            var count = 0
            for millisecond in 0..<1000 {
                let now = start + .milliseconds(millisecond)
                pace.noteChange(at: now, isVisible: isVisible)
                if pace.takeLook(at: now) { count += 1 }
            }
            // One that waits for what is not visible yet is not put off by what comes after it.
            #expect((30...51).contains(count), "\(count)")
        }
    }
}

@Suite("File systems that tell of changes")
struct FileSystemKindTests {
    private static let table = """
        21 28 0:19 / /proc rw,nosuid - proc proc rw
        28 1 254:0 / / rw,relatime - ext4 /dev/vda rw
        41 28 0:35 / /home rw,relatime shared:7 master:1 - nfs4 server:/home rw,vers=4.2
        42 28 0:36 / /mnt/host rw - fuse.sshfs anna@host: rw
        """

    @Test("The type of a device's file system is found, whatever optional fields a line has")
    func type() {
        #expect(FileSystemKind.type(of: "254:0", in: Self.table) == "ext4")
        #expect(FileSystemKind.type(of: "0:35", in: Self.table) == "nfs4")
        #expect(FileSystemKind.type(of: "0:36", in: Self.table) == "fuse.sshfs")
        #expect(FileSystemKind.type(of: "0:99", in: Self.table) == nil)
    }

    @Test(
        "Those that change over a network, or in a program, are polled",
        arguments: [
            ("ext4", false), ("xfs", false), ("btrfs", false), ("tmpfs", false), ("overlay", false), ("nfs", true),
            ("nfs4", true), ("cifs", true), ("9p", true), ("fuse", true), ("fuse.sshfs", true), ("virtiofs", true),
        ]
    )
    func foreign(type: String, isForeign: Bool) {
        #expect(FileSystemKind.isForeign(type: type) == isForeign)
    }

    @Test("The directory of a test is found to be this machine's own")
    func here() throws {
        try TemporaryJournal.with { files in
            #expect(!FileSystemKind.isForeign(files.directory.path))
            #expect(!FileSystemKind.isForeign("/nowhere/at/all"))
        }
    }
}
