#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Runs `body` on a thread of its own and returns what it returns.
///
/// A screen waits for keys by blocking, which must not take one of the few threads that async code shares; and ncurses
/// wants to be called from one thread only. The calling task waits without blocking. `body` runs to its end even if that
/// task is cancelled; to end it early, tell it by a ``Waker``.
public func withTerminalThread<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
        ThreadStart { continuation.resume(returning: body()) }.launch()
    }
}

/// What a thread begins with, in a form that goes through C.
private final class ThreadStart: Sendable {
    private let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }

    func launch() {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // As much as a main thread has: drawing recurses little, but a Mac's 512 KiB would be a trap.
        pthread_attr_setstacksize(&attributes, 8 << 20)
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(&thread, &attributes, start, context)
        guard code == 0 else {
            // No thread is to be had. Then the caller's does it: other tasks have one thread less meanwhile.
            Unmanaged<ThreadStart>.fromOpaque(context).release()
            run()
            return
        }
    }

    func callAsFunction() {
        // The threads of Swift's pool block signals, and a new thread has its maker's mask. This one is to be stopped and
        // ended like a main thread.
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        run()
    }
}

#if canImport(Darwin)
private func start(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()()
    return nil
}
#else
private func start(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()() }
    return nil
}
#endif
