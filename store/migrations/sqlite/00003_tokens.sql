-- +goose Up

-- The tokens that clients show. hash is sha256 of the secret, which is nowhere.
CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    connection TEXT   NOT NULL,
    note       TEXT   NOT NULL,
    hash       BLOB   NOT NULL,
    scopes     TEXT   NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    revoked    BIGINT NOT NULL,
    last_used  BIGINT NOT NULL
);
CREATE INDEX tokens_connection ON tokens (connection, created);
