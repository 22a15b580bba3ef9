import Console

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConsoleServices {
    /// Themes from files.
    init(themes store: ThemeStore) {
        self.init(
            theme: { try store.theme(named: $0) },
            themes: {
                store.names.map { name in
                    do throws(ThemeError) {
                        return ThemeChoice(name: name, theme: .success(try store.theme(named: name)))
                    } catch {
                        return ThemeChoice(name: name, theme: .failure(error))
                    }
                }
            },
            watchTheme: { name in
                AsyncStream { continuation in
                    let watch = Task { await Self.watch(name, store, continuation) }
                    continuation.onTermination = { _ in watch.cancel() }
                }
            }
        )
    }

    /// Looks at the file once a second: editors replace files rather than write into them, which a watch on the file itself
    /// would lose.
    private static func watch(_ name: String, _ store: ThemeStore, _ news: AsyncStream<ConsoleNews>.Continuation) async
    {
        var seen = stamp(name, store)
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            let now = stamp(name, store)
            guard now != seen else { continue }
            seen = now
            // In the middle of being replaced it may not be there.
            guard now != nil else { continue }
            do throws(ThemeError) {
                news.yield(.themeChanged(name, try store.theme(named: name)))
            } catch {
                news.yield(.note("the changed theme has an error and is not used: \(error)", .warning))
            }
        }
    }

    private static func stamp(_ name: String, _ store: ThemeStore) -> [String]? {
        guard let path = store.path(of: name),
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        else { return nil }
        return [path, "\(attributes[.modificationDate] ?? "")", "\(attributes[.size] ?? "")"]
    }
}
