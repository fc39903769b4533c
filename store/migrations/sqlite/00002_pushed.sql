-- +goose Up

-- Records that clients push, in the order in which they were created. terms is
-- what pushed_terms holds of the record, packed, so that a save knows what changed.
CREATE TABLE pushed (
    num        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT   NOT NULL UNIQUE,
    connection TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    modified   BIGINT NOT NULL,
    account    TEXT   NOT NULL,
    terms      BLOB   NOT NULL,
    body       TEXT   NOT NULL
);
CREATE INDEX pushed_order ON pushed (connection, num) WHERE state <> 'gone';
CREATE INDEX pushed_created ON pushed (connection, created, num) WHERE state <> 'gone';
CREATE INDEX pushed_modified ON pushed (connection, modified, num) WHERE state <> 'gone';
CREATE INDEX pushed_unfinished ON pushed (connection, num) WHERE state IN ('half', 'waiting');

-- How many records that are not gone are in each block of a stream's numbers:
-- a total, or the record at an index, is found without counting records.
CREATE TABLE pushed_blocks (
    connection TEXT   NOT NULL,
    block      BIGINT NOT NULL,
    total      BIGINT NOT NULL,
    PRIMARY KEY (connection, block)
) WITHOUT ROWID;

-- The values by which records are found and sorted. Of those that are sole, no
-- two records of a stream that are not gone have the same.
CREATE TABLE pushed_terms (
    connection TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    record     BIGINT  NOT NULL,
    sole       BOOLEAN NOT NULL,
    gone       BOOLEAN NOT NULL,
    PRIMARY KEY (connection, name, value, record)
) WITHOUT ROWID;
CREATE UNIQUE INDEX pushed_terms_sole ON pushed_terms (connection, name, value) WHERE sole AND NOT gone;

-- Sole values that an open intent will give to its record.
CREATE TABLE pushed_claims (
    connection TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    value      TEXT   NOT NULL,
    intent     BIGINT NOT NULL REFERENCES intents (id) ON DELETE CASCADE,
    PRIMARY KEY (connection, name, value)
);
CREATE INDEX pushed_claims_intent ON pushed_claims (intent);

-- One row per member of a group, in the order in which they were added.
CREATE TABLE pushed_members (
    record BIGINT NOT NULL,
    place  BIGINT NOT NULL,
    member TEXT   NOT NULL,
    body   TEXT   NOT NULL,
    PRIMARY KEY (record, place)
) WITHOUT ROWID;
CREATE UNIQUE INDEX pushed_members_member ON pushed_members (record, member);
CREATE INDEX pushed_members_of ON pushed_members (member, record);

-- What a client did of each action, by minutes since 1970.
CREATE TABLE quota_used (
    connection TEXT   NOT NULL,
    action     TEXT   NOT NULL,
    minute     BIGINT NOT NULL,
    total      BIGINT NOT NULL,
    PRIMARY KEY (connection, action, minute)
) WITHOUT ROWID;

-- Connections that write nothing until a person releases them.
CREATE TABLE holds (
    connection TEXT PRIMARY KEY,
    since      BIGINT NOT NULL,
    reason     TEXT   NOT NULL,
    request    TEXT   NOT NULL
);

-- An entry that was found has one link in each stream.
CREATE UNIQUE INDEX links_found ON links (connection, entry_id) WHERE state = 'found';
