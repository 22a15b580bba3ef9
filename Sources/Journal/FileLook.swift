import GRDB
import SystemPackage

/// A look at a file before it is opened for writing. What is no journal of ours, is damaged, or is newer, must stay as
/// it is, and even the closing of a connection that may write would change it.
enum FileLook {
    /// - Throws: ``JournalError`` when the file is not to be touched. A file that is not there, or is empty, is fine.
    static func check(_ path: String) throws {
        let status: Stat
        do throws(Errno) {
            status = try Stat(path, followTargetSymlink: false)
        } catch {
            if error == .noSuchFileOrDirectory { return }
            throw JournalError.cannotOpen(path: path, why: error.description)
        }
        switch status.type {
        case .regular: break
        case .directory: throw JournalError.cannotOpen(path: path, why: "it is a directory")
        case .symbolicLink:
            throw JournalError.cannotOpen(path: path, why: "it is a symbolic link, which is not followed")
        default: throw JournalError.cannotOpen(path: path, why: "it is not a regular file")
        }
        guard status.size > 0 else { return }
        var tries = 0
        while true {
            do {
                return try read(path) { db in try checkContents(db, path) }
            } catch  where tries < 4 && isHalfWritten(error) {
                // Whoever opens or closes it at this moment changes it while it is read. What is wrong stays so.
                tries += 1
                Waiting.pause(microseconds: 20_000)
            }
        }
    }

    private static func isHalfWritten(_ error: any Error) -> Bool {
        if case JournalError.damaged = error { return true }
        guard let error = error as? DatabaseError else { return false }
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CANTOPEN, .SQLITE_PROTOCOL].contains(error.resultCode)
    }

    static func checkContents(_ db: Database, _ path: String) throws {
        let tables = try String.fetchSet(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
        guard !tables.isEmpty else { return }
        guard tables.contains("grdb_migrations") else {
            throw JournalError.damaged(path: path, why: "it is a database, but not a journal")
        }
        let strange = try Schema.migrator.appliedIdentifiers(db).subtracting(Schema.known).sorted()
        if let first = strange.first {
            throw JournalError.newer(path: path, what: "it has \"\(first)\", which this version does not know")
        }
    }

    /// Reads by a connection that cannot write.
    ///
    /// Where nobody has the file open, not even the files are made that SQLite would keep beside it.
    static func read<Value>(_ path: String, _ body: (Database) throws -> Value) throws -> Value {
        var configuration = Configuration()
        configuration.label = "piopiy.journal.look"
        configuration.readonly = true
        configuration.prepareDatabase { db in NumberSQL.prepare(db) }
        configuration.busyMode = .timeout(10)
        // What is empty holds nothing: it is left where the file could not be opened for want of room.
        let isOpen = ["-wal", "-journal"].contains { size(of: path + $0) > 0 }
        let queue: DatabaseQueue
        do {
            queue = try DatabaseQueue(path: isOpen ? path : untouched(path), configuration: configuration)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN && !isOpen {
            // An SQLite that was built without URIs.
            queue = try DatabaseQueue(path: path, configuration: configuration)
        }
        return try queue.read(body)
    }

    /// A file's size in bytes; 0 where there is none.
    private static func size(of path: String) -> Int64 { (try? Stat(path))?.size ?? 0 }

    /// As a URI that has SQLite leave everything as it is.
    private static func untouched(_ path: String) -> String {
        var escaped = ""
        for scalar in path.unicodeScalars {
            switch scalar {
            case "?": escaped += "%3F"
            case "#": escaped += "%23"
            case "%": escaped += "%25"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "file:\(escaped)?immutable=1"
    }
}
