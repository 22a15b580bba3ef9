import Webhooks

/// The secret in the webhooks' URL, made on first use and kept, so that a URL that was registered stays good.
enum WebhookSecretFile {
    static func secret(_ places: FilePlaces) throws(CommandFailure) -> WebhookSecret {
        let path = try self.path(places)
        // A second round, should another console make the file between our look and our making it.
        for _ in 0..<2 {
            if let secret = try read(path) { return secret }
            var random = SystemRandomNumberGenerator()
            let secret = WebhookSecret.make(using: &random)
            do throws(PrivateFile.Failure) {
                try PrivateFile.create(path, secret.text + "\n")
                return secret
            } catch {
                continue
            }
        }
        throw failure("The webhook secret could not be saved in \(path).")
    }

    static func path(_ places: FilePlaces) throws(CommandFailure) -> String {
        try places.makeState() + "/webhook-secret"
    }

    private static func read(_ path: String) throws(CommandFailure) -> WebhookSecret? {
        do throws(PrivateFile.Failure) {
            let text = try PrivateFile.read(path)
            guard let secret = WebhookSecret(String(text.prefix { !$0.isNewline })) else {
                throw PrivateFile.Failure.failed("it holds no secret; remove it, and a new one is created")
            }
            return secret
        } catch {
            switch error {
            case .missing: return nil
            case .notPrivate(let why):
                throw failure("The webhook secret in \(path) is not used: \(why).")
            case .failed(let why): throw failure("The webhook secret in \(path) cannot be read: \(why).")
            }
        }
    }

    private static func failure(_ message: String) -> CommandFailure {
        CommandFailure(status: .badConfiguration, message: message)
    }
}
