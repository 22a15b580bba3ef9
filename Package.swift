// swift-tools-version: 6.2
import PackageDescription

// Our own targets compile without a warning or not at all; what a dependency warns of is its own affair.
let strictWithFiles: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]
// In a release build the compiler sees a whole module at once, and takes the members of `struct stat` for those of a C
// module of SwiftNIO's that nobody may import. Only where we read file modes is this check left out.
let strict = strictWithFiles + [.enableUpcomingFeature("MemberImportVisibility")]

/// The manual's pages, which `piopiy help` shows.
let manual: [Resource] = [
    "Batch", "Campaigns", "Commands", "Configuration", "FirstDay", "Form", "Install", "Keys", "Manual", "Metrics",
    "Sandbox", "Security", "Troubleshooting", "Webhooks",
].map { .embedInCode("Manual.docc/\($0).md") }

let package = Package(
    name: "piopiy",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Piopiy", targets: ["Piopiy"]),
        .executable(name: "piopiy", targets: ["PiopiyCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        // Only its layering: what reads our file says in which line a mistake is, which its own readers cannot.
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        // Here already, as async-http-client has it: what it gives is handed on.
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // Here already, as Hummingbird has it: what counts and measures goes through it, whichever backend is chosen.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // Here already, as async-http-client has it: it says what is wrong with an answer that comes packed.
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        // Here already, as async-http-client has it: it reads a company's certificates and says why TLS failed.
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        // Here already, as SwiftNIO has it: files and error numbers as types, the same on every C library.
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // For `swift package generate-documentation`; no target depends on it.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        .target(
            name: "Piopiy",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            // In the program itself, so that one that is linked statically needs no file beside it.
            resources: [.embedInCode("Values/number-plan.txt")],
            swiftSettings: strict
        ),
        .target(
            name: "CallBoard",
            dependencies: [
                "Piopiy",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HashTreeCollections", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            swiftSettings: strict
        ),
        .target(name: "Campaigns", dependencies: ["CallBoard", "Piopiy"], swiftSettings: strict),
        .target(
            name: "Journal",
            dependencies: [
                "CallBoard", "Campaigns", "Piopiy",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strictWithFiles
        ),
        // Unpacks what webhooks pack; the system's zlib, which SwiftNIO's extras link already.
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
        .target(
            name: "Webhooks",
            dependencies: [
                "CZlib", "Piopiy",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // One account on one host while a process works for it: board, journal, what feeds them, campaigns that are run.
        .target(
            name: "Station",
            dependencies: [
                "CallBoard", "Campaigns", "Journal", "Piopiy", "Webhooks",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strictWithFiles
        ),
        // A process' figures as Prometheus reads them: a backend for swift-metrics, and the listener that serves it.
        .target(
            name: "PrometheusMetrics",
            dependencies: [
                "CallBoard", "Campaigns", "Journal", "Webhooks",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Sandbox",
            dependencies: [
                "Piopiy",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(name: "Terminal", dependencies: ["CNcurses"], swiftSettings: strict),
        .target(
            name: "Console",
            dependencies: [
                "CallBoard", "Campaigns", "Piopiy", "Terminal",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        // Commit and compiler, for `piopiy --version`: the plugin writes them into a file of this target.
        .plugin(name: "BuildStamp", capability: .buildTool(), path: "Sources/BuildStamp"),
        .target(name: "BuildFacts", swiftSettings: strict, plugins: ["BuildStamp"]),
        .executableTarget(
            name: "PiopiyCommand",
            dependencies: [
                "BuildFacts", "CallBoard", "Campaigns", "Console", "Journal", "Piopiy", "PrometheusMetrics", "Sandbox",
                "Station", "Terminal", "Webhooks",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: manual,
            swiftSettings: strictWithFiles
        ),
        // What several test targets stand on: waiting, clocks, platforms, logs and files that are fakes or cleared away.
        .target(
            name: "TestSupport",
            dependencies: [
                "CallBoard", "Piopiy", "TerminalDriver",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "PiopiyTests",
            dependencies: [
                "Piopiy", "TerminalDriver", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CallBoardTests",
            dependencies: [
                "CallBoard", "Piopiy", "TestSupport",
                .product(name: "HashTreeCollections", package: "swift-collections"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CampaignsTests",
            dependencies: ["CallBoard", "Campaigns", "Piopiy"],
            swiftSettings: strict
        ),
        // A little program that writes and reads a journal: the journal's tests run many of it at once, and kill some.
        .executableTarget(
            name: "JournalProbe",
            dependencies: ["CallBoard", "Journal", "Piopiy"],
            path: "Tests/JournalProbe",
            swiftSettings: strict
        ),
        .testTarget(
            name: "JournalTests",
            dependencies: [
                "CallBoard", "Campaigns", "Journal", "JournalProbe", "Piopiy", "TerminalDriver", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebhooksTests",
            dependencies: [
                "CallBoard", "Piopiy", "Webhooks", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PrometheusMetricsTests",
            dependencies: [
                "CallBoard", "Journal", "Piopiy", "PrometheusMetrics", "TestSupport", "Webhooks",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SandboxTests",
            dependencies: [
                "Piopiy", "Sandbox", "Webhooks", "CallBoard", "TerminalDriver", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            exclude: ["official_resources.py", "official_sdk.py", "piopiy_agent_control.py", "sandbox_view.py"],
            swiftSettings: strict
        ),
        // Rules that the sources of our tests keep.
        .testTarget(name: "SourceTests", dependencies: ["TestSupport"], swiftSettings: strict),
        // What the articles, the README and the doc comments show, as code that runs.
        .testTarget(
            name: "ExampleTests",
            dependencies: [
                "Piopiy", "Sandbox", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // A little program that the terminal's tests drive: it shows what it gets, and crashes on request.
        .executableTarget(
            name: "TerminalProbe",
            dependencies: ["Terminal"],
            path: "Tests/TerminalProbe",
            swiftSettings: strict
        ),
        // A real terminal that tests type on and read.
        .target(
            name: "TerminalDriver",
            dependencies: ["CNcurses"],
            path: "Tests/TerminalDriver",
            swiftSettings: strict
        ),
        .testTarget(
            name: "TerminalTests",
            dependencies: ["Terminal", "TerminalDriver", "TerminalProbe"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConsoleTests",
            dependencies: ["CallBoard", "Campaigns", "Console", "Piopiy", "Terminal", "TestSupport"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        // Speed, beside the official SDK's; a program, since a test must not judge by time.
        .executableTarget(
            name: "PiopiyBenchmarks",
            dependencies: [
                "CallBoard", "Console", "Journal", "Piopiy", "PrometheusMetrics", "Terminal", "TerminalDriver",
                "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/PiopiyBenchmarks",
            exclude: ["official_sdk.py"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CallBoard", "Campaigns", "Console", "Journal", "Piopiy", "PiopiyCommand", "Sandbox", "TerminalDriver",
                "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            exclude: [
                "Differential/compare.py", "Differential/compare_tests.py", "Differential/differential.py",
                "Differential/mutations.py", "Differential/official.py", "Differential/operations.py",
                "Differential/stricter.py",
            ],
            swiftSettings: strict
        ),
    ]
)
