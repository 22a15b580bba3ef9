import Piopiy

/// A placement with the reference that names it, made once: what the journal records *is* what is sent.
public struct TaggedPlacement: Sendable {
    /// Made anew for each placement, and never used again.
    public let ref: CallRef
    /// One that makes a phone ring.
    public let operation: Operation
    /// The number that rings.
    public let toNumber: PhoneNumber
    /// As the platform gets it; `nil` for a placement that no agent holds.
    public let call: AICall?

    /// A call that an agent will hold.
    /// - Parameter isTagged: whether the variable ``CallRef/variableName`` is added, by which its events are known even
    ///   if its answer is lost.
    public init(_ call: AICall, ref: CallRef, isTagged: Bool = true) {
        // The name and the value are ours and keep every rule, so this cannot fail; if it did, the call goes untagged.
        let tagged = isTagged ? (try? call.with(CallRef.variableName, .text(ref.text))) ?? call : call
        self.ref = ref
        self.call = tagged
        operation = Operation(tagged)
        toNumber = tagged.toNumber
    }

    /// A placement of any kind, sent as it is.
    /// - Returns: `nil` for an operation that rings nobody.
    public init?(_ operation: Operation, ref: CallRef) {
        guard operation.isPlacement, let number = operation.toNumber else { return nil }
        self.ref = ref
        self.operation = operation
        toNumber = number
        call = operation.aiCall
    }

    /// What is sent, and where to.
    public var request: APIRequest { operation.request }

    /// The line that says that it is about to be sent.
    package func intent(at: Timestamp) -> JournalLine {
        call.map { .intent($0, ref: ref, at: at) } ?? .intent(request: request, ref: ref, at: at)
    }
}
