/// Why the platform's webhooks cannot be received.
public enum WebhookListenerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another program listens on the port.
    case portInUse(host: String, port: Int)
    /// The address cannot be listened on; the text says why.
    case cannotListen(host: String, port: Int, why: String)
    /// It listened, and then the system took the port away; the log says why.
    case stopped

    public var description: String {
        switch self {
        case .portInUse(let host, let port):
            "Port \(port) of \(host) is in use, so no webhook can arrive. "
                + "Stop the program that holds it, or choose another port (0 is any free port)."
        case .cannotListen(let host, let port, let why):
            "Cannot listen on port \(port) of \(host): \(why). No webhook can arrive. "
                + "Choose an address of this machine and a port from 1024 to 65535, or 0 for any free port."
        case .stopped:
            "The webhook listener stopped unexpectedly. No webhooks arrive until it is started again."
        }
    }

    /// What an error of binding means.
    static func binding(_ error: any Error, host: String, port: Int) -> WebhookListenerError {
        switch BindingFailure(error) {
        case .portInUse: .portInUse(host: host, port: port)
        case .other(let why): .cannotListen(host: host, port: port, why: why)
        }
    }
}
