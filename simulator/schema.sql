-- The book: what was really written on the practice platforms, in order, with nothing ever removed.
-- Times are milliseconds since 1970 in UTC. `created_at` is what the platform shows (it may be backdated),
-- `written_at` is when the row really came; read lag and judging use the second.
-- Text is UTF-8 bytes, so that text a database would refuse (lone surrogates, NUL) can be practised with too.

CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY,
    platform TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('municipality', 'citizen')),
    username TEXT NOT NULL COLLATE NOCASE,
    display_name TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    token TEXT UNIQUE,
    browser TEXT,
    created_at INTEGER NOT NULL,
    UNIQUE (platform, username)
);
CREATE INDEX IF NOT EXISTS account_by_browser ON account (browser) WHERE browser IS NOT NULL;

CREATE TABLE IF NOT EXISTS status (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    root_id INTEGER NOT NULL,
    parent_id INTEGER REFERENCES status (id),
    visibility TEXT NOT NULL,
    language TEXT NOT NULL,
    via TEXT NOT NULL CHECK (via IN ('api', 'web', 'control', 'seed')),
    idempotency_key TEXT,
    replays INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    deleted_at INTEGER
);
CREATE INDEX IF NOT EXISTS status_by_account ON status (account_id, id);
CREATE INDEX IF NOT EXISTS status_by_parent ON status (parent_id);
CREATE INDEX IF NOT EXISTS status_by_root ON status (root_id);
CREATE INDEX IF NOT EXISTS status_by_key ON status (account_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE IF NOT EXISTS version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    status_id INTEGER NOT NULL REFERENCES status (id),
    text BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    written_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS version_by_status ON version (status_id, id);

CREATE TABLE IF NOT EXISTS mention (
    version_id INTEGER NOT NULL REFERENCES version (id),
    account_id INTEGER NOT NULL REFERENCES account (id),
    PRIMARY KEY (version_id, account_id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS notification (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id),
    status_id INTEGER NOT NULL REFERENCES status (id),
    created_at INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    UNIQUE (account_id, status_id)
);

CREATE TABLE IF NOT EXISTS favourite (
    status_id INTEGER NOT NULL REFERENCES status (id),
    account_id INTEGER NOT NULL REFERENCES account (id),
    PRIMARY KEY (status_id, account_id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS picture (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    status_id INTEGER NOT NULL REFERENCES status (id),
    alt TEXT NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS picture_by_status ON picture (status_id, id);

-- A picture an account has given the platform, which nobody sees until something of theirs names it.
CREATE TABLE IF NOT EXISTS upload (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id),
    sha256 TEXT NOT NULL,
    alt TEXT NOT NULL,
    data BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS hidden (
    status_id INTEGER PRIMARY KEY REFERENCES status (id),
    written_at INTEGER NOT NULL
);

-- Who may not write to an account any more.
CREATE TABLE IF NOT EXISTS blocked (
    by_id INTEGER NOT NULL REFERENCES account (id),
    account_id INTEGER NOT NULL REFERENCES account (id),
    PRIMARY KEY (by_id, account_id)
) WITHOUT ROWID;

-- The one private answer a comment may have on Facebook.
CREATE TABLE IF NOT EXISTS private_reply (
    status_id INTEGER PRIMARY KEY REFERENCES status (id),
    text BLOB NOT NULL,
    written_at INTEGER NOT NULL
);

-- What a reader may see at this moment; seen_until() is answered by the program (see clock.py).
-- It stands in a SELECT of its own so that it is asked once a query, not twice a row.
CREATE TEMP VIEW live AS
    SELECT * FROM status
    WHERE written_at <= (SELECT seen_until()) AND (deleted_at IS NULL OR deleted_at > (SELECT seen_until()));

CREATE TEMP VIEW shown AS
    SELECT live.id, live.account_id, live.root_id, live.visibility, live.language, live.via, live.created_at,
        parent.id AS parent_id, live.parent_id IS NOT NULL AS is_reply,
        (SELECT account_id FROM status WHERE status.id = live.parent_id) AS parent_account_id,
        version.id AS version_id, version.text AS text,
        CASE WHEN version.id > (SELECT MIN(id) FROM version WHERE status_id = live.id) THEN version.created_at END
            AS edited_at,
        (SELECT json_group_array(json_object('id', picture.id, 'alt', picture.alt)) FROM picture
            WHERE picture.status_id = live.id) AS pictures_json,
        (SELECT COUNT(*) FROM live AS reply WHERE reply.parent_id = live.id) AS replies_count,
        (SELECT COUNT(*) FROM favourite WHERE favourite.status_id = live.id) AS favourites_count
    FROM live
    JOIN version ON version.id = (
        SELECT MAX(id) FROM version WHERE status_id = live.id AND written_at <= (SELECT seen_until()))
    LEFT JOIN live AS parent ON parent.id = live.parent_id;

CREATE TEMP VIEW person AS
    SELECT account.*,
        (SELECT COUNT(*) FROM live WHERE account_id = account.id) AS statuses_count,
        (SELECT MAX(created_at) FROM live WHERE account_id = account.id) AS last_status_at
    FROM account;

-- What a judge sees: everything, deleted or not.
CREATE TEMP VIEW written AS
    SELECT status.*, account.username, account.display_name, account.kind, root.account_id AS root_account_id
    FROM status
    JOIN account ON account.id = status.account_id
    JOIN status AS root ON root.id = status.root_id;
