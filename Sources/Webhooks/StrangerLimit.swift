import NIOCore
import Synchronization

/// Keeps a few places for connections that have not shown the secret yet, and gives each a short time in them.
///
/// Whoever opens thousands of connections and never finishes a head would otherwise hold every place until the patience
/// with each is over, and an honest webhook would wait in the system's queue. Here the oldest stranger makes room for
/// the newest. A webhook shows the secret with its first packet, so it is a stranger for some milliseconds.
final class StrangerLimit: Sendable {
    private struct Stranger {
        let id: ObjectIdentifier
        let channel: any Channel
        let since: NIODeadline
    }

    private let limit: Int
    private let stay: TimeAmount
    private let strangers = Mutex<[Stranger]>([])

    /// - Parameters:
    ///   - limit: how many strangers keep their places.
    ///   - stay: how long a stranger is left alone, however crowded it is, so that a head that is on its way arrives.
    init(limit: Int, stay: TimeAmount = .milliseconds(50)) {
        self.limit = limit
        self.stay = stay
    }

    /// A connection was opened. Beyond the limit the oldest stranger is closed, at once or when its stay is over.
    func enter(_ channel: any Channel) {
        let stranger = Stranger(id: ObjectIdentifier(channel), channel: channel, since: .now())
        let oldest: Stranger? = strangers.withLock { strangers in
            strangers.append(stranger)
            return strangers.count > limit ? strangers.removeFirst() : nil
        }
        guard let oldest else { return }
        // Its own guard knows whether it is a stranger still.
        oldest.channel.pipeline.fireUserInboundEventTriggered(MakeRoom(at: oldest.since + stay))
    }

    /// A connection has shown the secret, or is closed.
    func leave(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        strangers.withLock { strangers in
            if let index = strangers.firstIndex(where: { $0.id == id }) { strangers.remove(at: index) }
        }
    }

    /// Tells a connection to close at a moment, unless it has shown the secret by then.
    struct MakeRoom: Sendable {
        let at: NIODeadline
    }
}
