import Piopiy

/// An operator's word on a call of which nobody knew whether it was placed.
public enum Settlement: Hashable, Sendable {
    /// It is the call with this id, which is known from an event or a record that has none of our own ids.
    case isCall(CallID)
    /// It was placed: somebody heard it ring.
    case wasPlaced
    /// It was placed and has ended: of a call whose id nobody knows, nothing else may ever tell so.
    case isOver
    /// It was not placed.
    case wasNotPlaced
    /// It is placed again, as the call with this ref, whether or not it was placed before.
    case placedAgain(as: CallRef)
    /// The operator takes back that it was placed, that it was not placed, or that it is over: it is as it was before.
    case takenBack

    var word: String {
        switch self {
        case .isCall: "is_call"
        case .wasPlaced: "was_placed"
        case .isOver: "is_over"
        case .wasNotPlaced: "was_not_placed"
        case .placedAgain: "placed_again"
        case .takenBack: "taken_back"
        }
    }

    /// As the journal keeps it, for people: what was said, and of which other call.
    var record: JSONValue {
        var members: [String: JSONValue] = ["settled": .string(word)]
        switch self {
        case .isCall(let id): members["call_id"] = .string(id.text)
        case .placedAgain(let ref): members["again_as"] = .string(ref.text)
        case .wasPlaced, .isOver, .wasNotPlaced, .takenBack: break
        }
        return .object(members)
    }
}

extension Settlement {
    /// How long "was not placed" is refused after the client gave up. Until then the kernel may still deliver the
    /// request, once a network that was down comes back.
    public static let notPlacedDelay = Duration.seconds(60)
}

/// Nobody can say yet that a call was not placed.
public struct TooEarlyToSettle: Error, Hashable, CustomStringConvertible {
    /// How long until it can be said; `nil` while its request is under way, which only its process knows the end of.
    public let wait: Duration?

    public init(wait: Duration?) { self.wait = wait }

    public var description: String {
        guard let wait else { return "its request is still under way in another process" }
        let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
        return "its request may still reach the platform; you can say so in \(seconds) s"
    }
}

/// A transfer of either kind, as it is sent.
public enum CallTransferRequest: Hashable, Sendable {
    /// A person is rung while the agent talks on.
    case warm(WarmTransfer)
    /// The caller is handed over at once.
    case blind(BlindTransfer)

    public var callID: CallID {
        switch self {
        case .warm(let transfer): transfer.callID
        case .blind(let transfer): transfer.callID
        }
    }

    /// What is sent, and where to.
    public var request: APIRequest {
        switch self {
        case .warm(let transfer): transfer.request
        case .blind(let transfer): transfer.request
        }
    }

    /// Whom it is for: the number or address, where there is one.
    public var target: String {
        switch self {
        case .warm(let transfer):
            switch transfer.target {
            case .number(let number): return number.digits
            case .sip(let uri): return uri
            }
        case .blind(let transfer):
            // A pipeline of one connect with one endpoint is a transfer to that endpoint.
            guard let actions = transfer.json["pipeline"]?.array, actions.count == 1,
                let endpoints = actions[0]["endpoints"]?.array, endpoints.count == 1,
                let text = (endpoints[0]["number"] ?? endpoints[0]["uri"] ?? endpoints[0]["id"])?.looseText
            else {
                return "a pipeline"
            }
            return text
        }
    }

    /// Such as "warm transfer to 919999999999".
    public var words: String {
        switch self {
        case .warm: "warm transfer to \(target)"
        case .blind: "blind transfer to \(target)"
        }
    }
}
