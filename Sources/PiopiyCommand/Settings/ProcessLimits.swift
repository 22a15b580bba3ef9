#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The limits that the shell or the service manager sets for this process. Below some of them the network's library
/// ends the process, or hangs, so a command refuses to start instead.
enum ProcessLimits {
    /// The open files that a command can need: what every loop of the network's library has, the journal and some
    /// connections.
    static func neededFiles(cores: Int) -> UInt64 { 64 + 3 * UInt64(cores) }

    /// The address space, in bytes, that threads and the allocator reserve; most of it is never used.
    static func neededMemory(cores: Int) -> UInt64 { (512 + 64 * UInt64(cores + 6)) << 20 }

    /// As many open files as are asked for where the limit may be raised.
    private static let enoughFiles: UInt64 = 4096

    /// Raises the limit of open files as far as it may be, and checks what is left.
    /// - Throws: ``CommandFailure`` with ``ExitStatus/badConfiguration``, before anything was sent or written.
    static func prepare() throws(CommandFailure) {
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        var files = limit(of: .files)
        if UInt64(files.rlim_cur) < enoughFiles, files.rlim_cur < files.rlim_max {
            files.rlim_cur = min(rlim_t(enoughFiles), files.rlim_max)
            _ = set(files, of: .files)
            files = limit(of: .files)
        }
        if let problem = problem(
            files: UInt64(files.rlim_cur),
            memory: UInt64(limit(of: .memory).rlim_cur),
            cores: cores
        ) {
            throw CommandFailure(status: .badConfiguration, message: problem)
        }
    }

    /// What to say of limits that are too low; `nil` where they suffice.
    static func problem(files: UInt64, memory: UInt64, cores: Int) -> String? {
        let needed = neededFiles(cores: cores)
        if files < needed {
            return "This process may open only \(files) files at once, and piopiy needs \(needed) on this machine. "
                + "Nothing was done. Raise the limit: ulimit -n \(enoughFiles), or LimitNOFILE= of the service."
        }
        let space = neededMemory(cores: cores)
        if memory < space {
            return "This process may use only \(memory >> 20) MiB of address space, and piopiy reserves "
                + "\(space >> 20) MiB "
                + "on this machine (most of it is never used). Nothing was done. Raise the limit: ulimit -v "
                + "\(space >> 10) or unlimited, or LimitAS= of the service."
        }
        return nil
    }

    private enum Kind { case files, memory }

    private static func limit(of kind: Kind) -> rlimit {
        var limit = rlimit()
        let result =
            switch kind {
            case .files: getrlimit(number(RLIMIT_NOFILE), &limit)
            case .memory: getrlimit(number(RLIMIT_AS), &limit)
            }
        // A limit that cannot be read is none to refuse for.
        return result == 0 ? limit : rlimit(rlim_cur: .max, rlim_max: .max)
    }

    private static func set(_ limit: rlimit, of kind: Kind) -> Bool {
        var limit = limit
        return setrlimit(number(kind == .files ? RLIMIT_NOFILE : RLIMIT_AS), &limit) == 0
    }

    #if canImport(Glibc)
    private static func number(_ resource: __rlimit_resource) -> __rlimit_resource_t {
        __rlimit_resource_t(resource.rawValue)
    }
    #else
    private static func number(_ resource: CInt) -> CInt { resource }
    #endif
}
