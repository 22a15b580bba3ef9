/// How much the sandbox keeps. Beyond it the oldest that is over goes first.
struct Limits: Sendable {
    /// Calls, those that have ended included.
    var calls = 10_000
    /// About how many bytes of calls.
    var callBytes = 64 << 20
    /// Transfers, those that have settled included.
    var transfers = 10_000
    /// Messages.
    var messages = 10_000
    /// Addresses that webhooks go to.
    var receivers = 16
    /// Webhooks of one call that wait to be sent.
    var reports = 256
    /// Entries of the request log.
    var requests = 10_000
    /// Bytes of request bodies in the log.
    var requestBytes = 32 << 20
    /// The longest request body that the log keeps.
    var loggedBody = 16 << 10
    /// Numbers of which it is known that they had their one 429.
    var numbers = 10_000
    /// Calls whose webhooks are not all out: their receiver is slow, or down and the CDR waits for its next time.
    var untold = 20_000
}
