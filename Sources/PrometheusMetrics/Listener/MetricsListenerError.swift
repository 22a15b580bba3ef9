import Webhooks

/// Why a process' figures cannot be served. It stops nothing else.
public enum MetricsListenerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another program listens on the port, or another console of this host.
    case portInUse(host: String, port: Int)
    /// The address cannot be listened on; the text says why.
    case cannotListen(host: String, port: Int, why: String)
    /// It listened, and then the system took the port away.
    case stopped

    public var description: String {
        switch self {
        case .portInUse(let host, let port):
            "port \(port) of \(host) is in use. Calls are not affected. Stop the program that holds it, or give this "
                + "process another port with metrics (0 is any free port)"
        case .cannotListen(let host, let port, let why):
            "cannot listen on port \(port) of \(host): \(why). Calls are not affected. Set metrics to an address of "
                + "this machine and a port from 1024 to 65535"
        case .stopped: "the listener stopped unexpectedly. Calls are not affected"
        }
    }

    /// What an error of binding means.
    static func binding(_ error: any Error, host: String, port: Int) -> MetricsListenerError {
        switch BindingFailure(error) {
        case .portInUse: .portInUse(host: host, port: port)
        case .other(let why): .cannotListen(host: host, port: port, why: why)
        }
    }
}
