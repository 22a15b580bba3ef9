import GRDB

/// Why the journal cannot be used. Nothing was changed in the file.
public enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, or one beside it, cannot be opened or made.
    case cannotOpen(path: String, why: String)
    /// It can be read, but not written.
    case readOnly(path: String)
    /// It is no journal, or its pages are damaged.
    case damaged(path: String, why: String)
    /// A newer version of the program has written it; the text names what this version does not know.
    case newer(path: String, what: String)
    /// The disk, or the space that the user may take of it, is full.
    case full(path: String)
    /// Others held it for longer than was to be waited.
    case busy(path: String)
    /// Anything else, in SQLite's words.
    case failed(path: String, why: String)

    /// What is wrong comes first, and where last: a narrow status line shows no more than its beginning.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let why):
            "The journal cannot be opened: \(why). Move away what is there and make its directory writable, or set "
                + "XDG_STATE_HOME to a writable directory. File: \(path)"
        case .readOnly(let path):
            "The journal cannot be written. Make it and its directory writable (chmod u+w), or set "
                + "XDG_STATE_HOME. File: \(path)"
        case .damaged(let path, let why):
            "The journal is damaged: \(why). The file is unchanged. Move it away to start a new one; "
                + "`sqlite3 \(path) .recover` may recover its contents."
        case .newer(let path, let what):
            "The journal was written by a newer piopiy: \(what). Use that version; this one does not change the "
                + "file. File: \(path)"
        case .full(let path):
            "The disk is full, so the journal cannot grow. Make room; each failed write is reported. File: \(path)"
        case .busy(let path):
            "Another program kept the journal locked for too long. Find one that hangs: fuser \(path)"
        case .failed(let path, let why): "The journal failed: \(why). File: \(path)"
        }
    }

    /// What an error of the database means.
    init(_ error: any Error, path: String) {
        if let error = error as? JournalError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .failed(path: path, why: "\(error)")
            return
        }
        let why = error.message ?? "\(error.resultCode)"
        self =
            switch error.resultCode {
            case .SQLITE_READONLY: .readOnly(path: path)
            case .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN: .cannotOpen(path: path, why: why)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged(path: path, why: why)
            case .SQLITE_FULL: .full(path: path)
            case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: .busy(path: path)
            // A write beyond a quota is told as an input/output error, and so is the want of room for the file beside it.
            case .SQLITE_IOERR where Self.wantOfRoom.contains(error.extendedResultCode): .full(path: path)
            default: .failed(path: path, why: why)
            }
    }
    private static let wantOfRoom: [ResultCode] = [.SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMOPEN]
}
