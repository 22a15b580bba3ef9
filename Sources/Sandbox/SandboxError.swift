import NIOCore
import SystemPackage

/// Why a sandbox could not run.
public enum SandboxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another program listens on the port.
    case portInUse(host: String, port: Int)
    /// The system does not let this user listen there: ports under 1024 are kept for the administrator.
    case notAllowed(host: String, port: Int)
    /// The host is no address of this machine.
    case noSuchHost(String)
    /// A setting that cannot work; the text says which and what would.
    case badConfiguration(String)
    /// Anything else that kept it from listening, in the system's words.
    case cannotListen(host: String, port: Int, why: String)

    public var description: String {
        switch self {
        case .portInUse(let host, let port):
            "The sandbox could not start: another program listens on \(host):\(port). Choose another port, or 0 for "
                + "any free port."
        case .notAllowed(let host, let port):
            "The sandbox could not start: listening on \(host):\(port) is not allowed. Choose a port from 1024, or 0 "
                + "for any free port."
        case .noSuchHost(let host):
            "The sandbox could not start: \(host) is not an address of this machine. Choose 127.0.0.1."
        case .badConfiguration(let problem):
            "The sandbox could not start: \(problem)"
        case .cannotListen(let host, let port, let why):
            "The sandbox could not listen on \(host):\(port): \(why)."
        }
    }
}

extension SandboxError {
    init(_ error: any Error, _ configuration: SandboxServer.Configuration) {
        let (host, port) = (configuration.host, configuration.port)
        switch error {
        case let error as SandboxError: self = error
        case let error as IOError where error.errnoCode == Errno.addressInUse.rawValue:
            self = .portInUse(host: host, port: port)
        case let error as IOError where error.errnoCode == Errno.permissionDenied.rawValue:
            self = .notAllowed(host: host, port: port)
        case let error as IOError where error.errnoCode == Errno.addressNotAvailable.rawValue:
            self = .noSuchHost(host)
        case is SocketAddressError: self = .noSuchHost(host)
        default: self = .cannotListen(host: host, port: port, why: "\(error)")
        }
    }
}
