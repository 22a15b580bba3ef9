import NIOCore
import SystemPackage

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
            switch Errno(rawValue: error.errnoCode) {
            case .addressInUse: .portInUse
            case .permissionDenied: .other("this user may not use the port")
            case .addressNotAvailable: .other("it is not an address of this machine")
            case let error: .other(error.description)
            }
    }
}
