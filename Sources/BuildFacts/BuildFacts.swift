/// The commit and the Swift that this program was built from.
///
/// The plugin `BuildStamp` writes the facts into a file of this target before it is compiled, and again after each
/// commit. A source tree without git has no commit, and says so.
public enum BuildFacts {
    /// The commit and the compiler, such as `0bbee3b, Swift 6.3.1`.
    ///
    /// With files that differ from the commit it is `0bbee3b with changes, Swift 6.3.1`; without git it is
    /// `unknown commit, Swift 6.3.1`.
    public static var summary: String {
        let commit = Stamp.commit.isEmpty ? "unknown commit" : Stamp.commit + (Stamp.isChanged ? " with changes" : "")
        return "\(commit), Swift \(Stamp.swift.isEmpty ? "of an unknown version" : Stamp.swift)"
    }

    /// The day of the commit, such as `2026-11-30`; empty where the commit is unknown.
    public static var date: String { Stamp.date }
}
