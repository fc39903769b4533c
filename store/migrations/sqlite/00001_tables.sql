-- +goose Up

-- Instants are nanoseconds since 1970; 0 is none.

-- num keeps links that were made together side by side, because a plan reads
-- all of them.
CREATE TABLE links (
    num         INTEGER PRIMARY KEY,
    id          TEXT    NOT NULL UNIQUE,
    destination TEXT    NOT NULL,
    connection  TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    entry_id    TEXT    NOT NULL,
    dn          TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    created     BOOLEAN NOT NULL,
    since       BIGINT  NOT NULL,
    mark        TEXT    NOT NULL
);
CREATE UNIQUE INDEX links_record ON links (connection, key) WHERE state <> 'deleted';
CREATE UNIQUE INDEX links_entry ON links (destination, entry_id)
    WHERE state IN ('pending', 'live', 'departed') AND entry_id <> '';

-- An intent is open as long as its row is here; the row is the claim on its
-- record and its entry.
CREATE TABLE intents (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    run         TEXT   NOT NULL,
    destination TEXT   NOT NULL,
    connection  TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    entry_id    TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    at          BIGINT NOT NULL
);
CREATE UNIQUE INDEX intents_record ON intents (connection, key);
CREATE UNIQUE INDEX intents_entry ON intents (destination, entry_id) WHERE entry_id <> '';

CREATE TABLE reservations (
    destination TEXT   NOT NULL,
    attribute   TEXT   NOT NULL,
    folded      TEXT   NOT NULL,
    intent      BIGINT NOT NULL REFERENCES intents (id) ON DELETE CASCADE,
    PRIMARY KEY (destination, attribute, folded)
);
CREATE INDEX reservations_intent ON reservations (intent);

CREATE TABLE plans (
    id          TEXT PRIMARY KEY,
    connection  TEXT   NOT NULL,
    destination TEXT   NOT NULL,
    hash        TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    header      TEXT   NOT NULL,
    marks       BLOB   NOT NULL,
    changes     BIGINT NOT NULL,
    saved       BIGINT NOT NULL,
    expires     BIGINT NOT NULL
);
CREATE INDEX plans_connection ON plans (connection, state);

CREATE TABLE plan_changes (
    plan    TEXT   NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    seq     BIGINT NOT NULL,
    stage   BIGINT NOT NULL,
    key     TEXT   NOT NULL,
    actions TEXT   NOT NULL,
    body    TEXT   NOT NULL,
    PRIMARY KEY (plan, seq)
);

-- Every state a plan took, with who, when and why. An approval carries the hash
-- of what was approved.
CREATE TABLE plan_steps (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    plan       TEXT    NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    at         BIGINT  NOT NULL,
    state      TEXT    NOT NULL,
    author     TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    hash       TEXT    NOT NULL,
    over_limit BOOLEAN NOT NULL
);
CREATE INDEX plan_steps_plan ON plan_steps (plan, id);

CREATE TABLE runs (
    id          TEXT PRIMARY KEY,
    plan        TEXT   NOT NULL,
    connection  TEXT   NOT NULL,
    destination TEXT   NOT NULL,
    author      TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    started     BIGINT NOT NULL,
    ended       BIGINT NOT NULL,
    planned     BIGINT NOT NULL,
    done        BIGINT NOT NULL,
    failed      BIGINT NOT NULL,
    unknown     BIGINT NOT NULL,
    not_tried   BIGINT NOT NULL,
    settled     BIGINT NOT NULL,
    actions     TEXT   NOT NULL,
    message     TEXT   NOT NULL,
    holder      TEXT   NOT NULL
);
CREATE INDEX runs_connection ON runs (connection, started);
CREATE UNIQUE INDEX runs_destination ON runs (destination) WHERE state = 'applying';

CREATE TABLE results (
    run   TEXT   NOT NULL,
    seq   BIGINT NOT NULL,
    key   TEXT   NOT NULL,
    state TEXT   NOT NULL,
    body  TEXT   NOT NULL,
    PRIMARY KEY (run, seq)
);

CREATE TABLE records (
    connection TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    seen       BIGINT NOT NULL,
    PRIMARY KEY (connection, key)
);

CREATE TABLE baselines (
    connection TEXT PRIMARY KEY,
    total      BIGINT NOT NULL,
    columns    TEXT   NOT NULL,
    at         BIGINT NOT NULL
);

CREATE TABLE definitions (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    origin   TEXT    NOT NULL,
    place    TEXT    NOT NULL,
    revision TEXT    NOT NULL,
    body     TEXT    NOT NULL,
    author   TEXT    NOT NULL,
    at       BIGINT  NOT NULL,
    current  BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX definitions_current ON definitions (kind, name) WHERE current;

CREATE TABLE audit (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL
);
CREATE TABLE seals (
    line BIGINT PRIMARY KEY,
    hash BLOB NOT NULL
);
CREATE TABLE audit_head (
    id    BIGINT PRIMARY KEY CHECK (id = 1),
    total BIGINT NOT NULL,
    line  BIGINT NOT NULL,
    hash  BLOB   NOT NULL
);
INSERT INTO audit_head (id, total, line, hash) VALUES (1, 0, 0, zeroblob(32));

-- +goose StatementBegin
CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER seals_update BEFORE UPDATE ON seals BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER seals_delete BEFORE DELETE ON seals BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_delete BEFORE DELETE ON audit_head BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd
