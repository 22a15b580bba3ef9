import ArgumentParser
import Piopiy
import Webhooks

extension WebhooksCommand {
    /// `piopiy webhooks register`.
    struct Register: ExitStatusCommand {
        static let configuration = CommandConfiguration(
            commandName: "register",
            abstract: "Have the platform send webhooks to this host's listener.",
            discussion: """
                Registers URL/hooks/SECRET for live events and for CDRs. URL is the public address: an https address \
                whose requests reach the listener (piopiy listen, or a console). Without --url it shows how to set up \
                a proxy.

                A request whose answer is lost is not repeated (exit code 75); registering twice does no known harm.
                """
        )

        /// Which kinds are registered.
        enum Kinds: String, CaseIterable, ExpressibleByArgument {
            case both, cdr, event

            var kinds: [WebhookRegistration.Kind] {
                switch self {
                case .both: [.event, .cdr]
                case .cdr: [.cdr]
                case .event: [.event]
                }
            }
        }

        @Option(
            help: ArgumentHelp(
                "The public address of the listener, such as https://hooks.example.com.",
                valueName: "url"
            )
        )
        var url: String?

        @Option(help: "cdr: when a call has ended; event: while it is up.")
        var kind = Kinds.both

        @Option(
            help: ArgumentHelp(
                "The listener's port on this host. (default: webhook_port of the configuration, else 8787)",
                valueName: "p"
            )
        )
        var port: Int?

        @Flag(help: "Check everything and show the requests; send nothing.")
        var dryRun = false

        @OptionGroup var client: ClientOptions
        @OptionGroup var result: OutputOptions

        func validate() throws {
            if let port, !(1...65_535).contains(port) {
                throw ArgumentParser.ValidationError("--port is \(port); it must be 1 to 65535.")
            }
        }

        func perform() async throws -> ExitStatus {
            let context = try CommandContext(client, flags: port.map { [.webhookPort: ["\($0)"]] } ?? [:])
            let secret = try WebhookSecretFile.secret(context.places)
            guard let url else {
                let port = context.settings.webhookPort
                let advice = Self.advice(port: port, path: "/hooks/\(secret.text)")
                return advice.allSatisfy { Streams.out($0) } ? .done : .outputLost
            }
            var registrations: [WebhookRegistration] = []
            var isOpen = false
            for kind in kind.kinds {
                do throws(Piopiy.ValidationError) {
                    let base = try WebAddress(validating: url, example: "https://hooks.example.com")
                    isOpen = base.isOpenToOthers
                    let address =
                        (base.text.hasSuffix("/") ? String(base.text.dropLast()) : base.text)
                        + "/hooks/\(secret.text)"
                    registrations.append(try WebhookRegistration(kind: kind, url: address))
                } catch {
                    return show(ResultLine(invalid: error), kind) ? .invalid : .outputLost
                }
            }
            if isOpen {
                Streams.error("warning: \(url) is not https: the secret in the address is sent unencrypted.")
            }
            return try await send(registrations, context)
        }

        private func send(
            _ registrations: [WebhookRegistration],
            _ context: CommandContext
        ) async throws(CommandFailure) -> ExitStatus {
            if dryRun {
                for registration in registrations {
                    var line = ResultLine(outcome: "dryRun")
                    line.request = ResultLine.request(
                        registration.request,
                        url: try context.url(of: registration.request)
                    )
                    guard show(line, registration.kind) else { return .outputLost }
                }
                return .done
            }
            let platform = try context.client()
            var statuses: [ExitStatus] = []
            for registration in registrations {
                let outcome = await untilInterrupted { await platform.webhooks.add(registration) }
                let line = ResultLine(action: outcome, doubt: "It may have been registered; it was not repeated.") {
                    $0.requestID = $1.requestID
                    $0.status = $1.status
                }
                statuses.append(ExitStatus(outcome))
                guard show(line, registration.kind) else {
                    await platform.shutdown()
                    return .outputLost
                }
            }
            await platform.shutdown()
            return ExitStatus.gravest(statuses)
        }

        /// - Returns: whether it could be written.
        private func show(_ line: ResultLine, _ kind: WebhookRegistration.Kind) -> Bool {
            ResultText.print(line, as: result.output, about: kind.rawValue)
        }

        /// What to put in front of a listener.
        static func advice(port: Int, path: String) -> [String] {
            """
            The listener (piopiy listen, or a console) is at http://127.0.0.1:\(port)\(path)

            The platform must reach it by https. Anybody who knows the path can send the console false events, so \
            keep it secret.

            nginx, in the server block of a host with a certificate:

                location /hooks/ {
                    proxy_pass http://127.0.0.1:\(port);
                    client_max_body_size 64k;
                    access_log off;
                }

            Caddy:

                hooks.example.com {
                    reverse_proxy /hooks/* 127.0.0.1:\(port)
                }

            From a machine without a public address, through one with such a proxy:

                ssh -N -R 127.0.0.1:\(port):127.0.0.1:\(port) you@hooks.example.com

            Then: piopiy webhooks register --url https://hooks.example.com
            """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
