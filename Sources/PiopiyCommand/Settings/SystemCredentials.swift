import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The directory in which systemd gives a service its credentials (`LoadCredential=`).
enum SystemCredentials {
    /// Whether a file is in that directory, links resolved.
    static func hold(_ path: String) -> Bool {
        guard let directory = getenv("CREDENTIALS_DIRECTORY").flatMap({ resolved($0) }), directory != "/",
            let file = path.withCString({ resolved($0) })
        else { return false }
        return file.hasPrefix(directory + "/")
    }

    private static func resolved(_ path: UnsafePointer<CChar>) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}

/// What was read from pipes. A pipe gives its text once, and more than one part of the program may want it.
enum PipeText {
    private struct Pipe: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    // Held while one is read, so that two who want the same pipe do not get half of it each. Nobody else holds this
    // lock.
    private static let texts = Mutex<[Pipe: [UInt8]]>([:])

    static func read(
        _ status: stat,
        _ read: () throws(PrivateFile.Failure) -> [UInt8]
    ) throws(PrivateFile.Failure) -> [UInt8] {
        let pipe = Pipe(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        return try texts.withLock { texts throws(PrivateFile.Failure) in
            if let known = texts[pipe] { return known }
            let bytes = try read()
            texts[pipe] = bytes
            return bytes
        }
    }
}
