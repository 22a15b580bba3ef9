/// Which release of the SDK this is. The client's `User-Agent` and `piopiy --version` tell it, so that a platform's log and
/// a report of a defect name it.
public enum PiopiyVersion {
    /// A version by the rules of semver.org, such as `0.6.0`.
    public static let current = "0.6.0"
}
