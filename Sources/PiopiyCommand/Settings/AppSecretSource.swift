import Piopiy

/// Finds an app's id and secret, which calls are looked up with.
enum AppSecretSource {
    /// - Returns: `nil` when no secret is set: nothing is looked up.
    /// - Throws: ``CommandFailure`` when what is set cannot be used.
    static func find(_ context: CommandContext) throws(CommandFailure) -> AppCredential? {
        let (settings, environment) = (context.settings, context.environment)
        guard let (lines, path) = try SecretFile.lines(of: .appSecretFile, settings, environment: environment) else {
            return nil
        }
        let secret = try TokenSource.token(SecretFile.only(lines, in: path, "app secret"), from: path)
        guard let appID = settings.appID else {
            throw CommandFailure(
                status: .badConfiguration,
                message:
                    "app_secret_file is set without app_id. A secret belongs to one app: set app_id (PIOPIY_APP_ID) "
                    + "too."
            )
        }
        do throws(ValidationError) {
            return try AppCredential(appID: appID, secret: secret)
        } catch {
            throw CommandFailure(status: .badConfiguration, message: "\(error)")
        }
    }

    /// The same where a session begins: what cannot be used is said, and calls are followed without it.
    static func find(_ context: CommandContext, warnings: inout [String]) -> AppCredential? {
        do throws(CommandFailure) {
            return try find(context)
        } catch {
            warnings.append("calls cannot be looked up: \(error.message)")
            return nil
        }
    }
}
