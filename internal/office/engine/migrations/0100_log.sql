-- The office's log (internal/office/ledger): an entry is added in the transaction that adds what it names.

-- +goose Up
CREATE TABLE log_entries (
    idx  ${INT} NOT NULL PRIMARY KEY CHECK (idx >= 0),
    data ${BLOB}    NOT NULL
)${KEYED};

CREATE TABLE log_nodes (
    pos  ${INT} NOT NULL PRIMARY KEY CHECK (pos >= 0),
    hash ${BLOB}    NOT NULL CHECK (length(hash) = 32)
)${KEYED};

-- One row: how many entries there are, and how many of them a backup off this machine holds with their data.
CREATE TABLE log_state (
    one  ${INT} NOT NULL PRIMARY KEY CHECK (one = 1),
    size ${INT} NOT NULL CHECK (size >= 0),
    kept ${INT} NOT NULL DEFAULT 0 CHECK (kept >= 0 AND kept <= size)
)${KEYED};
INSERT INTO log_state (one, size) VALUES (1, 0);

ALTER TABLE batches ADD COLUMN entry ${INT};   -- where the log names the batch
ALTER TABLE batches ADD COLUMN outcome ${INT}; -- where it names the newest outcome
ALTER TABLE devices ADD COLUMN grant_doc ${BLOB};  -- as the registrar signed it
