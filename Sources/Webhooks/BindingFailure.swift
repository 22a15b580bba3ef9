import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The reason why an address cannot be listened on, for every listener of ours.
package enum BindingFailure: Hashable, Sendable {
    /// Another program listens on the port.
    case portInUse
    /// Any other reason, in words that go on after "cannot listen: ".
    case other(String)

    /// - Parameter error: as SwiftNIO threw it when the address was bound.
    package init(_ error: any Error) {
        guard let error = error as? IOError else {
            self = .other("the address is not known")
            return
        }
        self =
            switch error.errnoCode {
            case EADDRINUSE: .portInUse
            case EACCES: .other("this user may not use the port")
            case EADDRNOTAVAIL: .other("it is not an address of this machine")
            default: .other(String(cString: strerror(error.errnoCode)))
            }
    }
}
