extension Schema {
    /// By what calls are found: their own time and numbers, and what search needs.
    ///
    /// They stand in a narrow table beside the calls. To fill columns of the calls themselves would write a long
    /// journal anew, and hold the only writer for minutes. This step writes nothing of the calls that are there:
    /// ``CallLookup`` fills the table in portions, and until it is full queries read the calls as they did before.
    ///
    /// A process of an older version that still runs goes on writing calls, and does not know the table. Triggers note
    /// its rows in `call_to_fill`. They name no virtual table, so that they run in any SQLite.
    static let ownTimes = """
        CREATE TABLE call_lookup (
            call INTEGER PRIMARY KEY REFERENCES call(id) ON DELETE CASCADE,
            account TEXT NOT NULL,
            -- When it took place: placed, else begun, else ended, else heard of.
            started_at INTEGER NOT NULL,
            is_ended INTEGER NOT NULL,
            -- The called number and the caller's as they are compared: digits, with the country code where it is known.
            to_key TEXT,
            from_key TEXT,
            -- Whether its present text is in the index that searches use. Calls without it are searched one by one.
            is_searchable INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX call_lookup_by_account ON call_lookup(account, started_at);
        CREATE INDEX call_lookup_by_time ON call_lookup(started_at);
        -- Numbers that may be one person's end in the same seven digits.
        CREATE INDEX call_lookup_by_to ON call_lookup(substr(to_key, -7), started_at) WHERE to_key IS NOT NULL;
        CREATE INDEX call_lookup_by_from ON call_lookup(substr(from_key, -7), started_at) WHERE from_key IS NOT NULL;
        CREATE INDEX call_lookup_to_compare ON call_lookup(is_ended, started_at)
            WHERE is_searchable = 0 OR is_ended = 0;

        -- Calls that were written and not filled in.
        CREATE TABLE call_to_fill (
            call INTEGER PRIMARY KEY REFERENCES call(id) ON DELETE CASCADE
        ) STRICT;
        CREATE TRIGGER call_is_new AFTER INSERT ON call
        BEGIN
            INSERT INTO call_to_fill (call) SELECT new.id WHERE new.id NOT IN (SELECT call FROM call_to_fill);
        END;
        CREATE TRIGGER call_changes AFTER UPDATE OF facts ON call
        BEGIN
            INSERT INTO call_to_fill (call) SELECT new.id WHERE new.id NOT IN (SELECT call FROM call_to_fill);
        END;
        -- Calls from before this step, up to this id, are to be filled in too: the newest first.
        INSERT INTO progress (name, value) SELECT 'not_filled_in', IFNULL(MAX(id), 0) FROM call;

        -- Texts that the index still has and no call has any more. They are taken out in this order, before others come in.
        CREATE TABLE search_gone (
            id INTEGER PRIMARY KEY,
            call INTEGER NOT NULL,
            text TEXT NOT NULL
        ) STRICT;
        CREATE VIEW call_text AS
            SELECT call_lookup.call AS call, is_searchable, replace(
                search || char(10) || IFNULL(to_key, '') || char(10) || IFNULL(from_key, ''), char(0), char(10)
            ) AS text
            FROM call_lookup JOIN call ON call.id = call_lookup.call;
        CREATE TRIGGER call_text_changes BEFORE UPDATE OF search ON call
        WHEN new.search <> old.search
            AND EXISTS (SELECT 1 FROM call_lookup WHERE call_lookup.call = old.id AND is_searchable)
        BEGIN
            INSERT INTO search_gone (call, text) SELECT call_text.call, text FROM call_text WHERE call_text.call = old.id;
            UPDATE call_lookup SET is_searchable = 0 WHERE call_lookup.call = old.id;
        END;
        CREATE TRIGGER call_keys_change BEFORE UPDATE OF to_key, from_key ON call_lookup
        WHEN old.is_searchable AND (new.to_key IS NOT old.to_key OR new.from_key IS NOT old.from_key)
        BEGIN
            INSERT INTO search_gone (call, text) SELECT call_text.call, text FROM call_text WHERE call_text.call = old.call;
        END;
        CREATE TRIGGER call_keys_have_changed AFTER UPDATE OF to_key, from_key ON call_lookup
        WHEN old.is_searchable AND (new.to_key IS NOT old.to_key OR new.from_key IS NOT old.from_key)
        BEGIN
            UPDATE call_lookup SET is_searchable = 0 WHERE call_lookup.call = new.call;
        END;
        CREATE TRIGGER call_text_goes BEFORE DELETE ON call
        WHEN EXISTS (SELECT 1 FROM call_lookup WHERE call_lookup.call = old.id AND is_searchable)
        BEGIN
            INSERT INTO search_gone (call, text) SELECT call_text.call, text FROM call_text WHERE call_text.call = old.id;
        END;

        -- Calls of a campaign that are up or in doubt: few of a long list.
        CREATE INDEX campaign_row_that_is_open ON campaign_row(campaign)
            WHERE ref IS NOT NULL AND (state IS NULL OR state <> 'ended');
        """
}
