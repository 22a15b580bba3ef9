import Piopiy

extension SandboxServer {
    public struct Configuration: Sendable {
        /// The address to listen on, and no other.
        public var host: String
        /// The port, 0…65535; 0 takes any that is free.
        public var port: Int
        /// The bearer token that is asked for; `nil` takes any that is not empty.
        public var token: String?
        /// The app's secret that look-ups take; `nil` takes any that is not empty.
        public var appSecret: String?
        /// Where live events and CDRs are posted; `nil` sends none. `http` or `https`.
        public var webhookURL: String?
        /// Ids, talk times and the order of scrambled events follow from it and from the order of the placements alone.
        public var seed: UInt64
        /// What every delay is divided by, greater than 0: at 60 an hour takes a minute. Ringing, talking, the late answer
        /// of `0007` and the repeats of CDRs are all delays; a receiver's five seconds to answer a webhook are not. Times
        /// in events are the wall clock's; the talk time in a CDR is what it would have been at speed 1.
        public var speed: Double

        public init(
            host: String = "127.0.0.1",
            port: Int = 0,
            token: String? = nil,
            appSecret: String? = nil,
            webhookURL: String? = nil,
            seed: UInt64 = 1,
            speed: Double = 1
        ) {
            self.host = host
            self.port = port
            self.token = token
            self.appSecret = appSecret
            self.webhookURL = webhookURL
            self.seed = seed
            self.speed = speed
        }
    }
}

extension SandboxServer.Configuration {
    func check() throws(SandboxError) {
        guard speed > 0, speed.isFinite else {
            throw .badConfiguration(
                "speed is \(speed); it must be greater than 0, such as 60 for an hour in a minute."
            )
        }
        guard (0...65535).contains(port) else {
            throw .badConfiguration("port is \(port); it must be 0 to 65535; 0 is any free port.")
        }
        if let webhookURL {
            do throws(ValidationError) {
                let example = "http://127.0.0.1:8787/hooks/SECRET"
                _ = try WebAddress(validating: webhookURL, example: example, takesQuery: true)
            } catch {
                throw .badConfiguration("the webhook address \(error.problem).")
            }
        }
    }
}

/// Token and webhook address are secrets: whatever prints, logs or dumps a configuration does not get them.
extension SandboxServer.Configuration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        let token = token == nil ? "any token" : "one token"
        let webhooks = webhookURL == nil ? "no webhooks" : "webhooks"
        return "\(host):\(port), \(token), \(webhooks), seed \(seed), speed \(speed)"
    }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
