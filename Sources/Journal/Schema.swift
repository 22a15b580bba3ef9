import GRDB

/// The tables, as a list of steps that is only ever added to: a journal of any older version is brought up to date when
/// it is opened.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 lines and calls") { db in
            try db.execute(sql: linesAndCalls)
        }
        migrator.registerMigration("2 lines by origin") { db in
            // An origin that nobody refers to can be forgotten without reading every line.
            try db.execute(sql: "CREATE INDEX line_by_origin ON line(origin)")
        }
        migrator.registerMigration("3 calls by account") { db in
            // A page of one account's newest calls, however many there are.
            try db.execute(sql: "CREATE INDEX call_by_account ON call(account, seen_at)")
        }
        migrator.registerMigration("4 campaigns") { db in
            try db.execute(sql: campaigns)
        }
        migrator.registerMigration("5 attempts") { db in
            try db.execute(sql: attempts)
        }
        // It writes nothing of the tables that are there, so that their references need no check, which takes long.
        migrator.registerMigration("6 own times and search", foreignKeyChecks: .immediate) { db in
            try db.execute(sql: ownTimes)
        }
        return migrator
    }

    /// The names of the steps that this version knows.
    static var known: [String] { migrator.migrations }

    /// Times are in ms since 1970. `line` is the truth; `call` and `identity` are sums of it, up to
    /// `progress.added_up`.
    private static let linesAndCalls = """
        CREATE TABLE origin (
            id INTEGER PRIMARY KEY,
            account TEXT NOT NULL,
            operator TEXT NOT NULL,
            opened_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE line (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            origin INTEGER NOT NULL REFERENCES origin(id),
            kind TEXT NOT NULL,
            ref TEXT,
            call_id TEXT,
            request_id TEXT,
            number TEXT,
            body BLOB NOT NULL,
            facts BLOB,
            -- Of a webhook: a hash of the body, by which a repeat is found, and how often it came.
            digest INTEGER,
            copies INTEGER NOT NULL DEFAULT 1
        ) STRICT;
        CREATE INDEX line_by_digest ON line(digest) WHERE digest IS NOT NULL;
        CREATE INDEX line_by_ref ON line(ref) WHERE ref IS NOT NULL;
        CREATE INDEX line_by_call ON line(call_id) WHERE call_id IS NOT NULL;

        -- Placements that have left, or were about to, and have no outcome.
        CREATE TABLE pending (
            ref TEXT PRIMARY KEY,
            origin INTEGER NOT NULL REFERENCES origin(id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE call (
            id INTEGER PRIMARY KEY,
            account TEXT NOT NULL,
            key TEXT NOT NULL,
            seen_at INTEGER NOT NULL,
            ended_at INTEGER,
            state TEXT NOT NULL,
            ending TEXT,
            to_number TEXT,
            caller_id TEXT,
            agent_id TEXT,
            call_id TEXT,
            operator TEXT,
            search TEXT NOT NULL,
            request BLOB,
            facts BLOB NOT NULL,
            UNIQUE (account, key)
        ) STRICT;
        CREATE INDEX call_by_time ON call(seen_at);
        CREATE INDEX call_by_number ON call(to_number, seen_at);
        CREATE INDEX call_that_is_open ON call(account, seen_at) WHERE state <> 'ended';
        CREATE INDEX call_by_end ON call(account, ended_at) WHERE ended_at IS NOT NULL;

        CREATE TABLE identity (
            account TEXT NOT NULL,
            text TEXT NOT NULL,
            call INTEGER NOT NULL REFERENCES call(id) ON DELETE CASCADE,
            PRIMARY KEY (account, text)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX identity_by_call ON identity(call);

        -- Forms: drafts and presets.
        CREATE TABLE slot (
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (kind, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE progress (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO progress VALUES ('added_up', 0);
        """

    private static let attempts = """
        -- By which generation of the rules an intent was admitted.
        ALTER TABLE line ADD COLUMN admission INTEGER;
        -- A process of an older version, which still runs, asks no rules: it places nothing.
        CREATE TRIGGER intent_is_admitted BEFORE INSERT ON line WHEN new.kind = 'intent' AND new.admission IS NULL
        BEGIN
            SELECT RAISE(ABORT, 'this journal needs piopiy 0.6 or newer to place calls; restart this program');
        END;

        -- Placements that were admitted, each for ever under its reference.
        CREATE TABLE attempt (
            ref TEXT PRIMARY KEY,
            origin INTEGER,
            number TEXT NOT NULL,
            campaign INTEGER REFERENCES campaign(id) ON DELETE CASCADE,
            row INTEGER,
            -- Counts the tries of a row from 1.
            n INTEGER,
            admitted_at INTEGER NOT NULL,
            -- The same moment by the time since a start of the machine, and which start that was.
            boot TEXT,
            boot_ms INTEGER,
            -- The platform said that it did not place it, and its row can be begun again.
            is_given_back INTEGER NOT NULL DEFAULT 0,
            -- When its outcome was known, in both clocks; NULL while it is under way.
            decided_at INTEGER,
            decided_boot TEXT,
            decided_boot_ms INTEGER,
            UNIQUE (campaign, row, n)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX attempt_by_number ON attempt(number, admitted_at);
        CREATE INDEX attempt_by_time ON attempt(admitted_at);
        INSERT INTO attempt (ref, number, campaign, row, n, admitted_at)
            SELECT ref, to_number, campaign, number, 1, begun_at FROM campaign_row WHERE ref IS NOT NULL;

        -- Hang-ups that were asked for before the call's id was known, and the process that sends each.
        CREATE TABLE waiting_hangup (
            key TEXT PRIMARY KEY,
            origin INTEGER NOT NULL,
            ref TEXT,
            request_id TEXT,
            -- Whether it is still to go out.
            is_open INTEGER NOT NULL,
            cause TEXT,
            reason TEXT,
            -- When this was last said, and when it was asked for, in both clocks.
            at INTEGER NOT NULL,
            asked_at INTEGER NOT NULL,
            boot TEXT,
            boot_ms INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX waiting_hangup_that_is_open ON waiting_hangup(origin) WHERE is_open;

        -- When a call was found to have ended, by the time since the start of the machine.
        ALTER TABLE call ADD COLUMN ended_boot TEXT;
        ALTER TABLE call ADD COLUMN ended_boot_ms INTEGER;
        """

    private static let campaigns = """
        CREATE TABLE campaign (
            id INTEGER PRIMARY KEY,
            account TEXT NOT NULL,
            name TEXT NOT NULL,
            source TEXT NOT NULL,
            digest TEXT NOT NULL,
            operator TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            -- loading while its list is being written: then it is nobody's but its maker's.
            state TEXT NOT NULL,
            why TEXT,
            changed_at INTEGER NOT NULL,
            changed_by TEXT NOT NULL,
            per_minute INTEGER NOT NULL,
            at_once INTEGER NOT NULL,
            -- The process that rings it, or makes it; it may be dead.
            runner INTEGER,
            runner_name TEXT,
            UNIQUE (account, name)
        ) STRICT;

        CREATE TABLE campaign_row (
            campaign INTEGER NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            line INTEGER NOT NULL,
            to_number TEXT NOT NULL,
            call BLOB NOT NULL,
            -- With it the row is begun, and its intent is in a line.
            ref TEXT,
            begun_at INTEGER,
            -- Sums, as of the calls'.
            state TEXT,
            ending TEXT,
            call_id TEXT,
            PRIMARY KEY (campaign, number)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX campaign_row_by_ref ON campaign_row(ref) WHERE ref IS NOT NULL;
        CREATE INDEX campaign_row_to_ring ON campaign_row(campaign, number) WHERE ref IS NULL;
        -- Whether a number was rung by any campaign, and when.
        CREATE INDEX campaign_row_by_number ON campaign_row(to_number, begun_at) WHERE ref IS NOT NULL;

        -- How many rows of a list are in which state, kept with each change: lists are long, and are looked at every second.
        CREATE TABLE campaign_count (
            campaign INTEGER NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
            is_left INTEGER NOT NULL,
            state TEXT NOT NULL,
            ending TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (campaign, is_left, state, ending)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER campaign_row_changes AFTER UPDATE OF ref, state, ending ON campaign_row
        WHEN (old.ref IS NULL) <> (new.ref IS NULL) OR old.state IS NOT new.state OR old.ending IS NOT new.ending
        BEGIN
            UPDATE campaign_count SET count = count - 1
                WHERE campaign = old.campaign AND is_left = (old.ref IS NULL) AND state = IFNULL(old.state, '')
                    AND ending = IFNULL(old.ending, '');
            INSERT INTO campaign_count (campaign, is_left, state, ending, count)
                VALUES (new.campaign, new.ref IS NULL, IFNULL(new.state, ''), IFNULL(new.ending, ''), 1)
                ON CONFLICT DO UPDATE SET count = count + 1;
        END;

        CREATE TABLE campaign_event (
            campaign INTEGER NOT NULL REFERENCES campaign(id) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            operator TEXT NOT NULL,
            text TEXT NOT NULL
        ) STRICT;
        CREATE INDEX campaign_event_by_campaign ON campaign_event(campaign);
        """
}
