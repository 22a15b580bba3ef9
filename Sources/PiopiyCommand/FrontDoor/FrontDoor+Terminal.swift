import Terminal

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension FrontDoor {
    /// Whether there is somebody to ask.
    static var canAsk: Bool { isatty(0) == 1 && isatty(1) == 1 }

    /// On the process' own terminal.
    init(_ context: CommandContext) {
        let path = context.places.configuration.map { "\($0)/token" }
        self.init(
            place: PlaceName.of(context.settings.addresses.rest),
            tokenPath: path,
            hint: TokenSource.hint(context.environment),
            say: { _ = Streams.out(ResultText.safe($0)) },
            ask: { prompt in
                Streams.write(prompt, to: 1)
                return Self.line()
            },
            askHidden: { HiddenLine.read(prompt: $0) },
            save: { token in
                guard let path else { return "there is no directory for it" }
                return TokenFile.save(token, path: path)
            }
        )
    }

    /// A line as the terminal gives it; `nil` at the end of input.
    private static func line() -> String? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(0, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
        }
    }
}
