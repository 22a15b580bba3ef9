/// Why a transfer failed, from the word that the platform gives as its `reason`.
///
/// A word that ends in `_and_call_ended` says that the whole call has ended with the transfer; the part before it is the
/// reason proper (source: PyPI piopiy-agent 1.2.1).
public struct TransferReason: Hashable, Sendable {
    /// The reason proper: `busy`, `no_answer`, `rejected`, `invalid_number`, `unreachable`, `call_barred`,
    /// `network_error`, or whatever else the platform says; empty when it says no more than that the call has ended.
    public let word: String
    /// Whether the whole call has ended with the transfer.
    public let endedCall: Bool

    /// Reads the platform's word, in any letter case.
    public init(_ told: String) {
        let folded = told.lowercased()
        for ending in ["_and_call_ended", "call_ended"] where folded.hasSuffix(ending) {
            // Of an ending alone nothing is left.
            guard ending.hasPrefix("_") || folded == ending else { continue }
            word = String(told.dropLast(ending.count))
            endedCall = true
            return
        }
        word = told
        endedCall = false
    }
}
