import Piopiy

/// Refuses requests that name another host than this machine.
///
/// A web page anywhere can have a browser on this machine send requests here: under a name of its own that it
/// resolves to 127.0.0.1 (DNS rebinding), or straight to 127.0.0.1 with its own `Origin`. Clients of the sandbox do
/// neither.
struct LoopbackGate: Sendable {
    /// The address that the sandbox was told to listen on. Its name is taken as well.
    let host: String

    /// - Parameters:
    ///   - authority: the `Host` header.
    ///   - origin: the `Origin` header, which browsers send; `nil` for none.
    /// - Returns: the answer for a request that is refused; `nil` for one that may go on.
    func refusal(authority: String?, origin: String?) -> Reply? {
        guard let authority, isHere("http://" + authority) else {
            return .error(
                421,
                "not_this_machine",
                "The sandbox answers only names of this machine, such as 127.0.0.1 and localhost."
            )
        }
        guard let origin else { return nil }
        guard isHere(origin) else {
            return .error(403, "not_this_machine", "The sandbox answers only web pages of this machine.")
        }
        return nil
    }

    private func isHere(_ text: String) -> Bool {
        guard let address = try? WebAddress(validating: text), address.path.isEmpty else { return false }
        return address.host.isLoopback || "\(address.host)" == name
    }

    /// The name of the address, as a client writes it. “All addresses” is no name.
    private var name: String? {
        if ["0.0.0.0", "::"].contains(host) { return nil }
        return host.contains(":") ? "[\(host.lowercased())]" : host.lowercased()
    }
}
